from datetime import date

import pytest

from cwb.kernel import calendar


def test_liberation_day_is_a_setting():
    day = date(2026, 5, 5)
    assert not calendar.is_working_day(day)
    assert calendar.is_working_day(day, liberation_day=False)
    assert calendar.run_on(day) == date(2026, 5, 6)
    assert calendar.run_on(day, liberation_day=False) == day


@pytest.mark.parametrize(
    ("day", "next_day"),
    [
        (date(2026, 4, 3), date(2026, 4, 7)), (date(2026, 4, 27), date(2026, 4, 28)), (date(2025, 4, 26), date(2025, 4, 28)),
        (date(2026, 12, 24), date(2026, 12, 24)), (date(2026, 12, 25), date(2026, 12, 28)), (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)  # fmt: skip
def test_a_free_day_runs_on_to_the_next_working_day(day, next_day):
    assert calendar.run_on(day) == next_day
