"""Periods of a plan at the edges of months, and the texts of a period."""

from datetime import date
from itertools import islice

import pytest

from ledger.recurring import errors, rules
from ledger.recurring.rules import Every, PlanPeriod


def days(every, day, count=3, begins_on=date(2027, 12, 1), ends_on=None):
    return [
        (each.first.isoformat(), each.last.isoformat(), each.on.isoformat())
        for each in islice(rules.periods(begins_on, every, day, ends_on), count)
    ]


def test_a_day_that_a_month_lacks_is_its_last():
    assert days(Every.MONTH, 30) == [
        ("2027-12-01", "2027-12-31", "2028-01-30"),
        ("2028-01-01", "2028-01-31", "2028-02-29"),
        ("2028-02-01", "2028-02-29", "2028-03-30"),
    ]


def test_the_last_day_is_that_of_the_period_itself():
    assert days(Every.MONTH, rules.LAST_DAY)[2] == ("2028-02-01", "2028-02-29", "2028-02-29")
    assert days(Every.QUARTER, rules.LAST_DAY, 2) == [
        ("2027-12-01", "2028-02-29", "2028-02-29"),
        ("2028-03-01", "2028-05-31", "2028-05-31"),
    ]
    assert days(Every.YEAR, 1, 1) == [("2027-12-01", "2028-11-30", "2028-12-01")]


def test_the_period_in_which_it_stops_is_the_last():
    assert [first for first, _, _ in days(Every.MONTH, 1, 9, ends_on=date(2028, 1, 1))] == [
        "2027-12-01",
        "2028-01-01",
    ]


def test_after_an_outage_all_that_was_missed_is_due_once_the_oldest_first():
    plan = rules.periods(date(2027, 1, 1), Every.MONTH, 5)
    found = rules.due(plan, date(2027, 5, 5), [date(2027, 2, 1)])
    assert [each.first.month for each in found] == [1, 3, 4]


def test_a_change_counts_for_what_is_to_come():
    rules.check_change(date(2027, 2, 1), date(2027, 1, 1), date(2027, 2, 1))
    with pytest.raises(errors.ChangeTooLate):
        rules.check_change(date(2027, 1, 1), date(2027, 1, 1), date(2027, 2, 1))


@pytest.mark.parametrize(
    ("begins_on", "ends_on", "wrong"),
    [
        (date(2025, 12, 1), None, errors.BeginsTooFar),
        (date(2028, 2, 1), None, errors.BeginsTooFar),
        (date(2027, 1, 1), date(2026, 12, 31), errors.EndsTooEarly),
    ],
)
def test_where_a_plan_cannot_begin(begins_on, ends_on, wrong):
    with pytest.raises(wrong):
        rules.check_begin(begins_on, date(2027, 1, 15), ends_on)


@pytest.mark.parametrize("day", [0, 32])
def test_no_such_day(day):
    with pytest.raises(errors.DayWrong):
        rules.check_day(day)


def test_marks_become_the_words_of_the_period():
    one = PlanPeriod(date(2027, 10, 1), date(2027, 12, 31), date(2028, 1, 1))
    text = "Ramen {maand} {jaar}, {kwartaal}, {van} tot {tot}"
    assert rules.filled(text, one) == "Ramen oktober 2027, 4e kwartaal, 01-10-2027 tot 31-12-2027"
    with pytest.raises(errors.MarkUnknown) as found:
        rules.check_marks("Ramen {week}", "note")
    assert (found.value.field, found.value.facts) == ("note", {"mark": "{week}"})


def test_what_of_an_agreement_comes_back():
    assert rules.quantity_of("MON", Every.QUARTER) == 3
    assert rules.quantity_of("ANN", Every.YEAR) == 1
    assert [rules.quantity_of(*each) for each in (("ANN", Every.MONTH), ("HUR", Every.MONTH))] == [0, 0]
    assert [rules.instalments_of(each, 365, 12) for each in Every] == [1, 3, 12]
    assert rules.instalments_of(Every.MONTH, 365, 4) == 1
    with pytest.raises(errors.NothingComesBack):
        rules.check_comes_back(["HUR", "ANN"], Every.MONTH, in_instalments=False)
