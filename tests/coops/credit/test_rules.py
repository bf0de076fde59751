"""Limits, duties kept apart, terms: on bare values."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coops.credit import errors, rules
from coops.credit.rules import Room, State, Step, Ties
from coops.fund.rules import TermsFacts, cost
from cwb.documents.rules import Items, Words
from cwb.kernel.money import Money

TODAY = date(2026, 11, 2)
TERMS = TermsFacts(TODAY, Decimal("0.04"), 500_000, 9_000, 5_000)


def room(**facts):
    known = {"on_invoice": True, "base": 100_000, "days": 30, "outstanding": 0, "free": 10**9}
    return rules.room(TERMS, **(known | facts))


def test_every_limit_counts():
    assert room().most == 90_000
    assert room(on_invoice=False).most == 50_000
    assert room(outstanding=480_000).most == 20_000
    assert room(free=123).most == 123
    assert room(outstanding=600_000).most == 0


@given(st.integers(0, 10**9), st.integers(0, 365), st.integers(0, 2000))
def test_the_most_with_its_cost_fits_in_what_is_paid(base, days, rate):
    terms = TermsFacts(TODAY, Decimal(rate) / 10_000, 10**12, 10_000, 10_000)
    limit = rules.room(terms, on_invoice=True, base=base, days=days, outstanding=0, free=10**12)
    assert limit.most + cost(limit.most, terms.rate, days) <= base + 1  # the half cent of rounding
    more = limit.most + 2
    assert more + cost(more, terms.rate, days) > base


def test_the_g_account_is_left_out():
    assert rules.assignable(100_001, Decimal("25.5")) == 74_500
    assert rules.assignable(100, None) == 100
    assert rules.assignable(-5, None) == 0


@pytest.mark.parametrize(
    ("amount", "limits", "fault"),
    [
        (0, Room(9, 9, 9, 9), errors.AmountMissing),
        (10, Room(9, 99, 99, 99), errors.AboveShare),
        (10, Room(99, 9, 99, 99), errors.AboveShare),
        (10, Room(99, 99, 9, 99), errors.AboveRoom),
        (10, Room(99, 99, 99, 9), errors.AboveFund),
    ],
)
def test_the_limit_that_stands_in_the_way_is_named(amount, limits, fault):
    with pytest.raises(fault):
        rules.check_amount(Money(amount), limits)
    rules.check_amount(Money(9), Room(9, 9, 9, 9))


def test_repaid_after_today_and_within_a_year():
    rules.check_due(TODAY + timedelta(days=365), TODAY)
    for wrong in (TODAY, TODAY + timedelta(days=366)):
        with pytest.raises(errors.DueWrong):
            rules.check_due(wrong, TODAY)


@pytest.mark.parametrize(
    "ties",
    [
        Ties(7, None, frozenset(), False),
        Ties(1, 7, frozenset(), False),
        Ties(1, None, frozenset({7}), False),
        Ties(1, None, frozenset(), True),
    ],
)
def test_who_stands_near_does_not_decide(ties):
    with pytest.raises(errors.NotImpartial):
        rules.check_decider(7, ties)
    rules.check_decider(8, Ties(1, 7, frozenset({7}), False))


def test_steps_and_second_persons():
    rules.check_second(1, 2)
    with pytest.raises(errors.SecondPerson):
        rules.check_second(1, 1)
    rules.check_state(State.ASKED, State.ASKED, State.SIGNED)
    with pytest.raises(errors.NotWaiting):
        rules.check_state(State.REFUSED, State.ASKED)
    rules.check_overdue(TODAY, TODAY + timedelta(days=1))
    with pytest.raises(errors.NotOverdue):
        rules.check_overdue(TODAY, TODAY)
    with pytest.raises(errors.TextTooShort):
        rules.told("   kort    ", "plan")


def test_the_notice_tells_no_amount():
    made = rules.Deed(
        "Coöperatie", "90000001", "Fonds", "", "NL02ABNA0123456789", "Koper", "F-1", True, 123_456, 789,
        TODAY, "Voorwaarde", datetime(2026, 11, 2, 10, tzinfo=UTC),
    )  # fmt: skip
    words = Words("nl")
    [items] = [each for each in rules.deed(words, made).blocks if isinstance(each, Items)]
    assert any("1.234,56" in each and "7,89" in each for each in items.items)
    assert "1.234,56" not in str(rules.notice(words, made).blocks)
    assert "NL02ABNA0123456789" in str(rules.notice(words, made).blocks)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (State.ASKED, {Step.DECIDE, Step.WITHDRAW}), (State.APPROVED, {Step.SIGN, Step.WITHDRAW}),
        (State.SIGNED, {Step.PAY_OUT, Step.WITHDRAW}), (State.REFUSED, set()), (State.WITHDRAWN, set()),
    ],
)  # fmt: skip
def test_what_can_still_be_done_with_an_application(state, due):
    assert {step for step in Step if rules.is_due(step, state, is_paid_out=False)} == due
    assert not any(rules.is_due(step, state, is_paid_out=True) for step in Step)


@pytest.mark.parametrize(("paid_by", "days"), [(None, 60), (21, 21), (90, 90), (0, 60), (-5, 60), (366, 60)])
def test_one_asks_until_the_buyer_has_to_pay(paid_by, days):
    due_on = None if paid_by is None else TODAY + timedelta(days=paid_by)
    assert rules.usual_due(due_on, TODAY) == TODAY + timedelta(days=days)
