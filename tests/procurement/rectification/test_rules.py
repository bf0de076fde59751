from datetime import UTC, date, datetime

import pytest

from procurement.rectification import errors, rules


def test_only_what_differs_is_named():
    before = {"description": "a", "value_minor": 5, "starts_on": date(2027, 1, 1), "criterion:1:q1": "x"}
    after = {**before, "description": "b", "starts_on": date(2027, 1, 2)}
    assert rules.differences(before, after) == {
        "description": {"old": "a", "new": "b"}, "starts_on": {"old": "2027-01-01", "new": "2027-01-02"},
    }  # fmt: skip
    with pytest.raises(errors.NothingChanged):
        rules.differences(before, before)


@pytest.mark.parametrize(
    "name", ["formula", "method", "cpv", "procedure", "criterion:1:q9", "max_points", "closes_at"]
)
def test_what_is_frozen_is_refused(name):
    with pytest.raises(errors.FrozenAtPublication):
        rules.differences({"description": "a", "cpv": "1", "formula": "x"}, {name: "x"})


@pytest.mark.parametrize(
    ("fields", "clarifies", "substantial"),
    [
        ({"description"}, False, True), ({"description"}, True, False), ({"value_minor"}, True, True),
        ({"description", "ends_on"}, True, True), ({"criterion:1:q1"}, True, False),
    ],
)  # fmt: skip
def test_amounts_and_dates_always_matter(fields, clarifies, substantial):
    assert rules.is_substantial(dict.fromkeys(fields), clarifies=clarifies) is substantial


@pytest.mark.parametrize(
    ("closes_at", "expected"),
    [
        (datetime(2026, 12, 30, 11, tzinfo=UTC), datetime(2026, 12, 30, 11, tzinfo=UTC)),
        (datetime(2026, 12, 10, 11, tzinfo=UTC), datetime(2026, 12, 15, 11, tzinfo=UTC)),
    ],
)
def test_ten_days_are_left_at_least(closes_at, expected):
    assert rules.closes_after(closes_at, datetime(2026, 12, 5, 9, tzinfo=UTC), 10) == expected


def test_the_new_closing_is_a_working_day_at_the_same_time_of_day():
    found = rules.closes_after(
        datetime(2026, 12, 16, 11, tzinfo=UTC), datetime(2026, 12, 15, 9, tzinfo=UTC), 10
    )  # 25 and 26 December are holidays, the 27th is a Sunday
    assert found == datetime(2026, 12, 28, 11, tzinfo=UTC)
    summer = rules.closes_after(
        datetime(2027, 3, 26, 11, tzinfo=UTC), datetime(2027, 3, 25, 9, tzinfo=UTC), 10
    )
    assert summer == datetime(2027, 4, 5, 10, tzinfo=UTC)
