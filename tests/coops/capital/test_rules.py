from dataclasses import replace
from datetime import date

import pytest

from coops.capital import errors, rules
from coops.capital.rules import Due, Every, Line, Pot, PotYear, TermFacts
from cwb.kernel.money import Money
from cwb.kernel.period import Period

TODAY = date(2026, 9, 1)
TERMS = TermFacts(100_00, 25_00, Every.YEAR)


def line(day, minor, pot=Pot.DUES):
    return Line("t", "dues_charged", day, pot, minor)


def test_terms_that_can_be():
    rules.check_terms(TERMS)
    rules.check_terms(replace(TERMS, dues_minor=0, notice_months=0, repay_percent=1))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"share_minor": 0}, "share"), ({"dues_minor": -1}, "dues"), ({"pay_days": 0}, "pay_days"),
        ({"notice_months": 25}, "notice_months"), ({"repay_percent": 0}, "repay_percent"),
        ({"repay_percent": 101}, "repay_percent"), ({"share_minor": rules.MOST_MINOR + 1}, "share"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be(change, field):
    with pytest.raises(errors.TermInvalid) as refused:
        rules.check_terms(replace(TERMS, **change))
    assert refused.value.field == field


@pytest.mark.parametrize("shares", [0, -1, 10_001])
def test_shares_are_counted(shares):
    with pytest.raises(errors.SharesInvalid):
        rules.check_shares(shares)


@pytest.mark.parametrize(
    ("every", "day", "start", "end"),
    [
        (Every.YEAR, date(2026, 12, 31), date(2026, 1, 1), date(2027, 1, 1)),
        (Every.QUARTER, date(2026, 9, 30), date(2026, 7, 1), date(2026, 10, 1)),
        (Every.QUARTER, date(2026, 10, 1), date(2026, 10, 1), date(2027, 1, 1)),
        (Every.MONTH, date(2026, 1, 31), date(2026, 1, 1), date(2026, 2, 1)),
        (Every.MONTH, date(2026, 12, 1), date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_dues_are_of_a_period(every, day, start, end):
    assert rules.dues_period(every, day) == Period(start, end)


def test_a_payment_is_of_what_is_open():
    rules.check_payment(Money(25_00), 25_00, TODAY, TODAY)
    for amount, still, paid_on, error in [
        (0, 25_00, TODAY, errors.AmountInvalid), (25_01, 25_00, TODAY, errors.MoreThanOwed),
        (1, 25_00, date(2026, 9, 2), errors.PaidOnInvalid),
    ]:  # fmt: skip
        with pytest.raises(error):
            rules.check_payment(Money(amount), still, paid_on, TODAY)


def test_a_payment_of_an_earlier_day_leaves_no_day_below_nothing():
    lines = [line(date(2026, 1, 1), 10_00), line(date(2026, 3, 1), -10_00), line(date(2026, 6, 1), 30_00)]
    assert rules.open_since(lines, Pot.DUES, date(2025, 12, 31)) == 0
    assert rules.open_since(lines, Pot.DUES, date(2026, 2, 1)) == 0
    assert rules.open_since(lines, Pot.DUES, TODAY) == 30_00
    assert rules.open_since(lines, Pot.CALLED, TODAY) == 0


def test_who_is_behind():
    asked = [Due(25_00, date(2026, 8, 31)), Due(25_00, TODAY)]
    assert rules.behind(50_00, asked, TODAY) == 25_00
    assert rules.behind(25_00, asked, TODAY) == 0
    assert rules.behind(50_00, asked, date(2026, 9, 2)) == 50_00


def test_a_year_adds_up():
    lines = [line(date(2025, 5, 1), 40_00), line(date(2026, 1, 1), 25_00), line(date(2026, 2, 1), -60_00),
             line(date(2027, 1, 1), 99_00)]  # fmt: skip
    whole = rules.over_year(lines, rules.book_year(2026))
    assert whole[Pot.DUES] == PotYear(40_00, 25_00, 60_00, 5_00)
    assert whole[Pot.CAPITAL] == PotYear(0, 0, 0, 0)
    for year in (1999, 2201):
        with pytest.raises(errors.YearInvalid):
            rules.book_year(year)


@pytest.mark.parametrize(
    ("still_open", "left"),
    [
        (0, []), (5, [(5, 2)]), (25, [(25, 2)]), (30, [(5, 1), (25, 2)]), (35, [(10, 1), (25, 2)]),
        (99, [(10, 1), (25, 2)]),
    ],
)  # fmt: skip
def test_the_oldest_that_was_asked_is_paid_first(still_open, left):
    asked = [Due(25, date(2026, 10, 1), 2), Due(10, date(2026, 9, 1), 1)]
    assert [(each.minor, each.about) for each in rules.unpaid(still_open, asked)] == left
