"""What a report may hold, when hours look wrong, and what is published of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from coops.wages.rules import FullTime
from procurement.resident_work import errors, rules
from procurement.resident_work.rules import Cell, Numbers, Stage, Told, Verdict

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


def told(contract, stage=Stage.VERIFIED, buyer="Gemeente", sector="green", **numbers):
    return Told(buyer, sector, contract, contract + 100, 2026, stage, replace(GOOD, **numbers))


def test_only_verified_reports_count_and_nobody_counts_twice_in_a_contract():
    found = [told(1), told(1, people_residents=9), told(2, Stage.WAITING), told(3, Stage.DOUBTED)]
    row = rules.table({("Gemeente", "green", 2026): 5}, found)[0]
    assert (row.contracts, row.reported, row.waiting, row.doubted) == (5, 3, 1, 1)
    assert row.residents == Cell(9, D(10000))
    assert row.residents.years(YEAR) == D("5.34")
    assert (row.new, row.offered, row.filled, row.done) == (Cell(None, None), 8, 6, None)


def test_few_people_are_folded_and_no_total_gives_them_back():
    few = told(
        1, buyer="Corporatie", people_residents=4, people_new=0, hours_new=D(0), hours_residents=D(1000)
    )
    rows = rules.table({}, [told(2), few])
    by = {each.buyer: each for each in rows}
    assert by["Corporatie"].residents == Cell(None, None)
    assert by["Corporatie"].new == Cell(0, D(0)), "nobody is told"
    total = rules.total(rows, {2026: YEAR})
    assert (total.people, total.hours, total.years, total.folded) == (6, D(5000), D("2.67"), 1)
    assert (total.contracts, total.reported) == (2, 2)
    assert rules.total([], {}).years == 0


def test_the_difference_of_two_published_numbers_shows_nobody_either():
    one_left = rules.table(
        {}, [told(1, people_residents=6, people_new=5, seats_filled=8, seats_done=6, seats_offered=9)]
    )
    assert one_left[0].residents.people == 6
    assert one_left[0].new == Cell(None, None), "the hours of the sixth would be the difference"
    assert (one_left[0].filled, one_left[0].done) == (8, None)
    enough = rules.table({}, [told(1, people_residents=10, people_new=5)])
    assert enough[0].new.people == 5
    same = rules.table({}, [told(1, people_residents=6, people_new=6)])
    assert same[0].new.people == 6


@pytest.mark.parametrize(
    ("people", "hours", "whole", "percent"),
    [(5, 125, 200, 63), (0, 0, 200, 0), (4, 100, 200, None), (0, 0, 0, None)],
)
def test_the_part_of_residents_is_told_of_five_people_or_of_none(people, hours, whole, percent):
    assert rules.find_share(Numbers(D(whole), D(hours), people)) == percent
