from datetime import date, timedelta
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from ledger.reminders import rules
from ledger.reminders.errors import AllSent, NothingToClaim, NothingToRemind, TooSoon
from ledger.reminders.rules import Rate, Stage

TEN = (Rate(date(2020, 1, 1), Decimal(10), "test"),)
TWO = (*TEN, Rate(date(2026, 7, 1), Decimal(20), "test"))
DUE = date(2026, 6, 20)


@pytest.mark.parametrize(
    ("owed", "paid", "days", "rates", "cents"),
    [
        (365_000, (), 0, TEN, 0),
        (365_000, (), 1, TEN, 100),
        (365_000, (), 10, TEN, 1_000),
        (365_000, (), 20, TWO, 3_000),  # ten days of June at 10 %, ten of July at 20 %
        (365_000, ((5, 182_500),), 10, TEN, 700),  # four days on all, six on the half
        (365_000, ((1, 365_000),), 10, TEN, 0),  # paid on the first late day
        (365_000, ((1, 365_000), (6, -365_000)), 10, TEN, 500),  # and paid back on the sixth
        (365_000, (), 365, TEN, 36_500),
        (365_000, (), 366, TEN, 36_610),  # the interest of a year bears interest: 100 + 10 a day
        (100, (), 10, TEN, 0),  # 0.27 cents
        (183, (), 10, TEN, 1),  # 0.501 cents
    ],
)
def test_golden_interest(owed, paid, days, rates, cents):
    payments = [(DUE + timedelta(days=day), Money(amount)) for day, amount in paid]
    found = rules.interest(Money(owed), payments, due_on=DUE, on=DUE + timedelta(days=days), rates=rates)
    assert found == Money(cents)


def test_the_rate_of_a_half_year_counts_from_its_first_day():
    found = [rules.rate_on(day) for day in (date(2024, 6, 30), date(2024, 7, 1), date(2023, 12, 31))]
    assert [rate and rate.percent for rate in found] == [Decimal("12.5"), Decimal("12.25"), None]


def test_rates_stand_in_order_and_each_begins_a_half_year():
    days = [rate.since for rate in rules.RATES]
    assert days == sorted(set(days))
    assert all((day.month, day.day) in {(1, 1), (7, 1)} for day in days)
    assert all(rate.percent > 8 or not rate.checked for rate in rules.RATES)


def test_collection_is_forty_euro_once_it_is_late():
    assert rules.collection(DUE, DUE) == Money(0)
    assert rules.collection(DUE, DUE + timedelta(days=1)) == Money(4_000)
    assert rules.collection(date(2013, 3, 15), DUE) == Money(0)


def test_only_who_buys_in_business_owes_interest_and_collection():
    on = DUE + timedelta(days=10)
    private = rules.late(Money(365_000), (), due_on=DUE, on=on, commercial=False)
    assert (private.interest, private.collection, private.total) == (Money(0), Money(0), Money(365_000))
    business = rules.late(Money(365_000), (), due_on=DUE, on=on, commercial=True)
    assert business.interest > Money(0)
    assert business.total == Money(365_000) + business.interest + Money(4_000)
    assert not business.checked  # the rate of 2026 was not read in a source
    assert rules.late(
        Money(365_000), (), due_on=date(2024, 1, 31), on=date(2024, 8, 1), commercial=True
    ).checked


@pytest.mark.parametrize(("owed", "paid", "days"), [(100, 0, 0), (100, 0, -3), (100, 100, 5), (0, 0, 5)])
def test_what_is_not_open_or_not_due_is_not_late(owed, paid, days):
    payments = [(DUE, Money(paid))]
    assert (
        rules.late(Money(owed), payments, due_on=DUE, on=DUE + timedelta(days=days), commercial=True) is None
    )


LATE = rules.late(Money(100), (), due_on=DUE, on=DUE + timedelta(days=1), commercial=True)


@pytest.mark.parametrize(
    ("sent", "days", "expected"),
    [
        ((), 1, Stage.FRIENDLY),
        ((1,), 14, Stage.FIRM),
        ((1,), 13, TooSoon),
        ((10,), 16, TooSoon),  # seven days after the first
        ((10,), 17, Stage.FIRM),
        ((1, 14), 27, TooSoon),
        ((1, 14), 28, Stage.LAST),
        ((1, 14, 28), 60, AllSent),
    ],
)
def test_three_stages_each_on_its_day(sent, days, expected):
    given = {"due_on": DUE, "today": DUE + timedelta(days=days)}
    earlier = [DUE + timedelta(days=day) for day in sent]
    if isinstance(expected, Stage):
        assert rules.next_stage(earlier, LATE, **given) is expected
    else:
        with pytest.raises(expected):
            rules.next_stage(earlier, LATE, **given)


def test_what_is_not_late_is_not_reminded():
    with pytest.raises(NothingToRemind):
        rules.next_stage((), None, due_on=DUE, today=DUE)


@pytest.mark.parametrize(
    ("paid", "days", "cents"),
    [
        (((10, 365_000),), 10, 900),  # nine days at 1.00: the day of payment bears none
        (((-3, 182_500), (10, 182_500)), 10, 450),  # half was in time
        (((5, 365_000), (20, -100)), 5, 400),  # what was paid back later changes nothing
    ],
)
def test_a_late_payer_owes_by_the_days_of_its_payments(paid, days, cents):
    payments = [(DUE + timedelta(days=day), Money(amount)) for day, amount in paid]
    found = rules.claim(Money(365_000), payments, due_on=DUE, commercial=True, rates=TEN)
    assert (found.days, found.interest, found.collection) == (days, Money(cents), Money(4_000))
    assert found.total == Money(cents + 4_000)


@pytest.mark.parametrize(
    ("owed", "paid", "commercial"),
    [
        (100, ((0, 100),), True),  # on the last day
        (100, ((5, 99),), True),  # one cent is open
        (100, ((-1, 50), (0, 50), (5, 10)), True),  # what came after was too much
        (100, ((5, 100),), False),  # a private person
        (0, ((5, 0),), True),  # all was credited
    ],
)
def test_nothing_is_asked_of_who_paid_in_time_or_not_yet(owed, paid, commercial):
    payments = [(DUE + timedelta(days=day), Money(amount)) for day, amount in paid]
    with pytest.raises(NothingToClaim):
        rules.claim(Money(owed), payments, due_on=DUE, commercial=commercial)
