"""What is published of the hours: folded, and still for a quarter."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from itertools import count

from procurement.resident_work.rules import Stage
from procurement.work_figures import rules
from procurement.work_figures.rules import Cell, Told
from tests.procurement.resident_work.test_rules import GOOD, LAST, YEAR

ASKED = date(2026, 10, 1)
NUMBERS = count()


def told(contract, stage=Stage.VERIFIED, buyer="Gemeente", sector="green", on=LAST, gone=None, **numbers):
    on = on if stage in {Stage.VERIFIED, Stage.REPLACED} else None
    numbers = replace(GOOD, **numbers)
    return Told(
        next(NUMBERS), buyer, sector, contract, contract + 100, 2026, stage, numbers, on, replaced_on=gone
    )


def table(running, found, today=ASKED):
    return rules.table(running, found, today=today)


def test_only_verified_reports_count_and_nobody_counts_twice_in_a_contract():
    found = [told(1), told(1, people_residents=9), told(2, Stage.WAITING), told(3, Stage.DOUBTED)]
    row = table({("Gemeente", "green", 2026): 5}, found)[0]
    assert (row.contracts, row.reported, row.waiting, row.doubted) == (5, 3, 1, 1)
    assert row.residents == Cell(9, D(10000))
    assert row.residents.years(YEAR) == D("5.34")
    assert (row.new, row.offered, row.filled, row.done) == (Cell(None, None), 8, 6, None)


def test_few_people_are_folded_and_no_total_gives_them_back():
    few = told(
        1, buyer="Corporatie", people_residents=4, people_new=0, hours_new=D(0), hours_residents=D(1000)
    )
    rows = table({}, [told(2), few])
    by = {each.buyer: each for each in rows}
    assert by["Corporatie"].residents == Cell(None, None)
    assert by["Corporatie"].new == Cell(0, D(0)), "nobody is told"
    total = rules.total(rows, {2026: YEAR})
    assert (total.people, total.hours, total.years, total.folded) == (6, D(5000), D("2.67"), 1)
    assert (total.contracts, total.reported) == (2, 2)
    assert rules.total([], {}).years == 0


def test_the_difference_of_two_published_numbers_shows_nobody_either():
    one_left = table(
        {}, [told(1, people_residents=6, people_new=5, seats_filled=8, seats_done=6, seats_offered=9)]
    )
    assert one_left[0].residents.people == 6
    assert one_left[0].new == Cell(None, None), "the hours of the sixth would be the difference"
    assert (one_left[0].filled, one_left[0].done) == (8, None)
    enough = table({}, [told(1, people_residents=10, people_new=5)])
    assert enough[0].new.people == 5
    same = table({}, [told(1, people_residents=6, people_new=6)])
    assert same[0].new.people == 6


def reported(contract, on, people, hours, **facts):
    return told(contract, on=on, people_residents=people, hours_residents=D(hours), people_new=0, hours_new=D(0),
                people_trainees=0, hours_trainees=D(0), seats_filled=0, seats_done=0, **facts)  # fmt: skip


def seen(found, *days):
    return [table({}, found, day)[0].residents for day in days]


def test_two_looks_within_a_quarter_give_the_same_figure():
    found = [reported(1, date(2026, 6, 30), 8, 900)]
    late = [*found, reported(2, date(2026, 7, 1), 9, 800)]
    days = [date(2026, 7, 1), date(2026, 9, 30)]
    assert seen(late, *days) == seen(found, *days) == [Cell(8, D(900))] * 2
    assert seen(late, ASKED) == [Cell(17, D(1700))]
    assert not table({}, found, date(2026, 6, 30))[0].verified, "what is verified in this quarter waits"


def test_two_quarters_tell_nobody_by_their_difference():
    spring, autumn = date(2026, 5, 1), date(2026, 8, 1)
    first, few = reported(1, spring, 8, 900), reported(2, autumn, 2, 80)
    looks = [date(2026, 7, 1), ASKED, date(2027, 1, 1)]
    assert seen([first, few], *looks) == [Cell(8, D(900))] * 3, "two people wait"
    more = reported(3, date(2026, 11, 1), 3, 100)
    assert seen([first, few, more], *looks) == [Cell(8, D(900)), Cell(8, D(900)), Cell(13, D(1080))]
    again = reported(1, autumn, 8, 500)
    assert seen([first, again], *looks)[1] == Cell(8, D(1400)), "the same eight, a half year later"


def test_a_correction_tells_nobody_either_and_what_is_wrong_does_not_stay():
    spring, autumn = date(2026, 5, 1), date(2026, 8, 1)
    wrong = reported(1, spring, 8, 900, stage=Stage.REPLACED, gone=autumn)
    looks = [date(2026, 7, 1), ASKED]
    assert seen([wrong, reported(1, autumn, 8, 700)], *looks) == [Cell(8, D(900)), Cell(8, D(700))]
    one = [wrong, reported(1, autumn, 7, 700)]
    assert seen(one, looks[0]) == [Cell(8, D(900))]
    assert not table({}, one, ASKED)[0].verified, "one person fewer would be told, so nothing is"
    more = [*one, reported(2, date(2026, 11, 1), 6, 300)]
    assert seen(more, date(2027, 1, 1)) == [Cell(13, D(1000))]
