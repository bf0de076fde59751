"""What a report may hold, when hours look wrong, and what is published of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from coops.wages.rules import FullTime
from procurement.resident_work import errors, rules
from procurement.resident_work.rules import Numbers, Stage, Verdict

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
GOOD = Numbers(D(9000), D(5000), 6, D(2000), 3, D(400), 2, 4, 3, 1)
YEAR = FullTime(date(2026, 1, 1), D(1872), "", certain=False)


@pytest.mark.parametrize(
    ("change", "fault", "field"),
    [
        ({"hours_all": D(-1)}, errors.Negative, "hours_all"), ({"seats_done": -1}, errors.Negative, "seats_done"),
        ({"hours_residents": D(9001)}, errors.MoreThanWhole, "hours_residents"),
        ({"hours_new": D(5001)}, errors.MoreThanWhole, "hours_new"),
        ({"people_trainees": 7}, errors.MoreThanWhole, "people_trainees"),
        ({"seats_filled": 5}, errors.MoreThanWhole, "seats_filled"),
        ({"seats_done": 4}, errors.MoreThanWhole, "seats_done"),
        ({"people_new": 0}, errors.PeopleAndHours, "people_new"),
        ({"hours_trainees": D(0)}, errors.PeopleAndHours, "people_trainees"),
        ({"hours_all": D(99999), "hours_residents": D(26065)}, errors.HoursImpossible, "hours_residents"),
    ],
)  # fmt: skip
def test_numbers_that_cannot_be(change, fault, field):
    with pytest.raises(fault) as found:
        rules.check_numbers(replace(GOOD, **change), FIRST, LAST)
    assert found.value.field == field


def test_good_numbers_and_nought_pass():
    rules.check_numbers(GOOD, FIRST, LAST)
    rules.check_numbers(Numbers(D(0), D(0), 0), FIRST, LAST)
    rules.check_numbers(replace(GOOD, hours_all=D(30000), hours_residents=D(26064)), FIRST, LAST)


def test_more_than_full_time_is_asked_once_with_the_arithmetic():
    many = replace(GOOD, hours_residents=D(5700))
    rules.check_likely(replace(GOOD, hours_residents=D(5569)), FIRST, LAST, YEAR, is_sure=False)
    with pytest.raises(errors.HoursUnlikely) as found:
        rules.check_likely(many, FIRST, LAST, YEAR, is_sure=False)
    assert found.value.facts == {"people": 6, "days": 181, "usual": 5570, "hours": D(5700)}
    rules.check_likely(many, FIRST, LAST, YEAR, is_sure=True)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (date(2025, 12, 31), LAST),
        (LAST, FIRST),
        (FIRST, date(2026, 7, 2)),
        (date(2025, 6, 1), date(2026, 6, 2)),
    ],
)
def test_a_period_is_of_the_contract_over_and_within_a_year(starts, ends):
    first = FIRST if starts.year == 2026 or starts.month == 12 else date(2025, 1, 1)
    with pytest.raises(errors.PeriodWrong):
        rules.check_period(starts, ends, first=first, today=date(2026, 7, 1))
    rules.check_period(FIRST, date(2026, 7, 1), first=FIRST, today=date(2026, 7, 1))


def test_what_took_its_place_goes_before_what_was_found():
    assert rules.stage_of(None, is_replaced=False) is Stage.WAITING
    assert rules.stage_of(Verdict.DOUBTED, is_replaced=False) is Stage.DOUBTED
    assert rules.stage_of(Verdict.VERIFIED, is_replaced=True) is Stage.REPLACED
    assert set(rules.STAGES) == set(Stage)


@pytest.mark.parametrize(
    ("people", "hours", "whole", "percent"),
    [(5, 125, 200, 63), (0, 0, 200, 0), (4, 100, 200, None), (0, 0, 0, None)],
)
def test_the_part_of_residents_is_told_of_five_people_or_of_none(people, hours, whole, percent):
    assert rules.find_share(Numbers(D(whole), D(hours), people)) == percent
