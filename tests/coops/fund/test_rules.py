"""Cost, capital and turnover on bare values."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from coops.fund import errors, rules
from coops.fund.rules import Capital, TermsFacts
from cwb.kernel.money import Money

START, END = date(2026, 1, 1), date(2027, 1, 1)
TERMS = TermsFacts(START, Decimal("0.04"), 500_000, 9_000, 5_000)


def test_the_cost_is_exact_and_rounded_once():
    assert rules.cost(1_000_000, Decimal("0.04"), 30) == 3288  # 3287.67
    assert rules.cost(1_000_000, Decimal("0.04"), 365) == 40_000
    assert rules.cost(100, Decimal("0.05"), 36) == 0  # 0.493
    assert rules.cost(1_000_000, Decimal("0.04"), -3) == 0


def test_each_euro_counts_for_its_days():
    whole = Capital(100_000, date(2025, 5, 1))
    assert rules.average_capital([whole], START, END) == 100_000
    half = Capital(100_000, START + timedelta(days=73))  # a fifth of the year was over
    assert rules.average_capital([half], START, END) == 80_000
    back = Capital(100_000, date(2025, 5, 1), 50_000, END - timedelta(days=73))
    assert rules.average_capital([back], START, END) == 90_000
    assert rules.average_capital([Capital(1, END)], START, END) == 0
    assert rules.average_capital([whole], END, END) == 0


def test_the_turnover_is_per_year():
    put_in = [Capital(100_000, date(2025, 1, 1))]
    assert rules.turnover(250_000, put_in, START, END) == Decimal("2.5")
    assert rules.turnover(50_000, put_in, START, START + timedelta(days=73)) == Decimal("2.5")
    assert rules.turnover(1, [], START, END) is None


def test_days_are_weighed_by_euros():
    assert rules.mean_days([(100, 10), (300, 30)]) == 25
    assert rules.mean_days([]) is None


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"valid_from": START - timedelta(days=1)}, errors.TermsDayWrong),
        ({"rate": Decimal("0.21")}, errors.RateWrong),
        ({"rate": Decimal("-0.01")}, errors.RateWrong),
        ({"most_amount": 0}, errors.AmountWrong),
        ({"invoice_share": 10_001}, errors.ShareWrong),
        ({"contract_share": 0}, errors.ShareWrong),
    ],
)
def test_terms_that_cannot_be(facts, fault):
    rules.check_terms(TERMS, START)
    with pytest.raises(fault):
        rules.check_terms(TermsFacts(**{**{n: getattr(TERMS, n) for n in TERMS.__slots__}, **facts}), START)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"source": " "}, errors.TextMissing),
        ({"hand_over": ""}, errors.TextMissing),
        ({"amount": Money(0)}, errors.AmountWrong),
        ({"received_on": END}, errors.DayWrong),
        ({"ends_on": START}, errors.DayWrong),
    ],
)
def test_grants_that_cannot_be(facts, fault):
    known = {
        "source": "Gever", "amount": Money(1), "received_on": START, "ends_on": None, "hand_over": "Daarna",
        "today": START,
    }  # fmt: skip
    rules.check_grant(**known)
    with pytest.raises(fault):
        rules.check_grant(**(known | facts))
