"""The floor of a tender, and the sums of a bid beside it."""

from datetime import date
from decimal import Decimal as D

import pytest

from coops.wages.rules import Wage
from procurement.wage_floors import errors, rules
from procurement.wage_floors.rules import Floor, Kind, Labour

WAGE = Wage(date(2026, 1, 1), D("14.71"), D("16.50"), "law", certain=True, factor=D("1.32"))
FLOOR = Floor(1650, 1471, D("1.32"))
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


@pytest.mark.parametrize(
    ("labour", "price", "below"),
    [
        (Labour(D(1000), 2_178_000, D(0), 0), 3_000_000, set()),
        (Labour(D(1000), 2_177_999, D(0), 0), 3_000_000, {Kind.WAGES}),
        (Labour(D(0), 0, D(1000), 2_177_999), 3_000_000, {Kind.FEES}),
        (Labour(D(500), 1_089_000, D(500), 1_089_000), 3_000_000, set()),
        (Labour(D(500), 1_200_000, D(500), 1_000_000), 3_000_000, {Kind.FEES}),
        (Labour(D(1000), 9_000_000, D(0), 0), 2_000_000, {Kind.PRICE}),
    ],
)  # fmt: skip
def test_each_sum_must_bear_its_hours_exactly(labour, price, below):
    """Self-employed by the same sum; a price that cannot pay the hours it names is seen whatever it says of wages."""
    found = rules.sums(labour, FLOOR, price)
    assert {each.kind for each in found if each.is_below} == below
    assert bool(rules.percent_below(labour, FLOOR, price)) == bool(below)


def test_what_is_asked_is_rounded_so_that_nobody_falls_in():
    floor = Floor(1501, 1471, D("1.3333"))
    hours = D(7)
    enough = floor.hour_minor * int(hours)
    assert rules.percent_below(Labour(hours, enough, D(0), 0), floor, enough) == 0
    one = rules.sums(Labour(hours, 14_008, D(0), 0), floor)[0]
    assert (one.is_below, one.percent, one.needed_minor) == (True, 1, 14_009), (
        "a little below is never shown as 0 percent"
    )


@pytest.mark.parametrize(
    "value",
    [
        {}, None, {"hours": "0", "minor": 0, "fee_hours": "0", "fee_minor": 0}, {"hours": "10", "minor": 0},
        {"hours": "0", "minor": 500, "fee_hours": "2", "fee_minor": 100}, {"hours": "-5", "minor": 100},
        {"hours": "NaN", "minor": 100}, {"hours": "99999999999", "minor": 100}, {"hours": "10", "minor": True},
        {"hours": "tien", "minor": 100}, {"hours": "10", "minor": "100"},
    ],
)  # fmt: skip
def test_half_or_bad_hours_are_not_whole(value):
    assert rules.labour_of(value) is None


def test_a_draft_keeps_what_can_be_read():
    assert rules.kept({"hours": "12.5", "minor": 100, "fee_hours": "x", "other": 1}) == {
        "hours": "12.5",
        "minor": 100,
    }
    assert rules.labour_of({"hours": "12.5", "minor": 100}) == Labour(D("12.5"), 100, D(0), 0)


def test_a_floor_lies_at_the_minimum_or_above_and_a_cao_has_its_days():
    assert rules.check_floor(1471, WAGE) == Floor(1471, 1471, D("1.32"))
    told = rules.check_floor(1600, WAGE, cao=" cao Schoonmaak ", cao_from=FIRST, cao_until=LAST)
    assert (told.cao, told.cao_until) == ("cao Schoonmaak", LAST)
    for minor, fault in ((1470, errors.FloorTooLow), (10_001, errors.FloorTooHigh)):
        with pytest.raises(fault):
            rules.check_floor(minor, WAGE)
    for facts in ({"cao": "x"}, {"cao_from": FIRST}, {"cao": "x", "cao_from": FIRST}):
        with pytest.raises(errors.CaoIncomplete):
            rules.check_floor(1600, WAGE, **facts)
    with pytest.raises(errors.CaoDaysWrong):
        rules.check_floor(1600, WAGE, cao="x", cao_from=LAST, cao_until=FIRST)
