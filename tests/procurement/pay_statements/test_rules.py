"""What a pay statement may say, and its grade."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from procurement.pay_statements import errors, rules
from procurement.pay_statements.rules import Grade, PayFacts

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
GOOD = PayFacts(FIRST, LAST, 1700, "", 6, D(1000), 1_700_000)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"starts_on": date(2025, 12, 31)}, errors.DaysWrong), ({"ends_on": date(2026, 7, 2)}, errors.DaysWrong),
        ({"ends_on": date(2025, 1, 1)}, errors.DaysWrong), ({"people": 0}, errors.PeopleMissing),
        ({"hours": D(0)}, errors.PeopleMissing), ({"hours": D(-5)}, errors.PeopleMissing),
        ({"lowest_minor": 0}, errors.PeopleMissing), ({"hours": D(26065)}, errors.HoursTooMany),
        ({"paid_minor": 1_699_999}, errors.AverageTooLow),
    ],
)  # fmt: skip
def test_what_cannot_be(change, fault):
    with pytest.raises(fault):
        rules.check(replace(GOOD, **change), first=FIRST, today=date(2026, 7, 1))


def test_a_low_wage_may_be_told():
    rules.check(replace(GOOD, lowest_minor=900), first=FIRST, today=date(2026, 7, 1))


def test_the_grade_falls_by_itself():
    until = rules.valid_until(LAST)
    assert rules.grade(LAST, None, until) is Grade.STATED
    assert rules.grade(LAST, accepted=True, today=until) is Grade.SEEN
    assert rules.grade(LAST, accepted=True, today=date(2027, 7, 2)) is Grade.LAPSED
    assert rules.grade(LAST, accepted=False, today=until) is Grade.REFUSED
    assert set(rules.GRADES) == set(Grade)
    with pytest.raises(errors.NoteMissing):
        rules.check_note("  kort  ")


def test_a_wage_below_the_floor_is_told_only_when_it_is_meant():
    low = replace(GOOD, lowest_minor=1200)
    with pytest.raises(errors.BelowFloor):
        rules.check_meant(low, floor_minor=1471)
    rules.check_meant(replace(low, meant=True), floor_minor=1471)
    rules.check_meant(replace(low, lowest_minor=1471), floor_minor=1471)
