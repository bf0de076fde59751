"""What conditions may say, which hold, and the arithmetic of what is accepted and of the fee."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ledger.conditions import errors, rules
from ledger.conditions.rules import BEGUN, Every, Group, Terms
from ledger.instruments.rules import Code

DAY = date(2026, 6, 1)
NWE, KRE = BEGUN[Code.NWE], BEGUN[Code.KRE]


@pytest.mark.parametrize(
    ("code", "change", "fault", "field"),
    [
        (Code.NWE, {"accept_where": ()}, errors.NobodyAccepts, "accept_where"),
        (Code.KRE, {"accept_where": tuple(Group)}, errors.GroupUnfit, "accept_where"),
        (Code.KRE, {"fee_rate": 1}, errors.NotForMutual, "fee_rate"),
        (
            Code.KRE,
            {"demurrage_rate": 100, "demurrage_every": Every.YEAR},
            errors.NotForMutual,
            "demurrage_rate",
        ),
        (Code.KRE, {"lapse_months": 24}, errors.NotForMutual, "lapse_months"),
        (Code.NWE, {"accept_share": 0}, errors.OutOfBounds, "accept_share"),
        (Code.NWE, {"accept_share": 101}, errors.OutOfBounds, "accept_share"),
        (Code.NWE, {"fee_rate": 501}, errors.OutOfBounds, "fee_rate"),
        (
            Code.NWE,
            {"demurrage_rate": 501, "demurrage_every": Every.YEAR},
            errors.OutOfBounds,
            "demurrage_rate",
        ),
        (Code.NWE, {"demurrage_rate": 100}, errors.OutOfBounds, "demurrage_rate"),
        (Code.NWE, {"demurrage_every": Every.YEAR}, errors.OutOfBounds, "demurrage_rate"),
        (Code.NWE, {"free_days": 89}, errors.OutOfBounds, "free_days"),
        (Code.NWE, {"exempt": 49_99}, errors.OutOfBounds, "exempt"),
        (Code.NWE, {"lapse_months": 23}, errors.OutOfBounds, "lapse_months"),
    ],
)
def test_what_the_bounds_leave_out_is_refused_at_its_field(code, change, fault, field):
    with pytest.raises(fault) as raised:
        rules.check_terms(code, replace(BEGUN[code], **change))
    assert raised.value.field == field


def test_what_holds_from_the_beginning_may_be_proposed():
    for code, terms in BEGUN.items():
        rules.check_terms(code, terms)


def test_the_latest_version_that_began_holds():
    adopted = [(DAY, "one"), (DAY + timedelta(days=90), "two")]
    days = (-1, 0, 89, 90, 900)
    assert [rules.applying(adopted, DAY + timedelta(days=each)) for each in days] == [
        None, "one", "one", "two", "two",
    ]  # fmt: skip


def test_there_are_thirty_days_of_notice_and_one_order():
    rules.check_start(DAY, DAY - timedelta(days=30), DAY - timedelta(days=1))
    with pytest.raises(errors.TooSoon):
        rules.check_start(DAY, DAY - timedelta(days=29), None)
    with pytest.raises(errors.BeforeAnother):
        rules.check_start(DAY, DAY - timedelta(days=30), DAY)


def test_a_vote_carries_with_more_for_than_against():
    rules.check_vote(2, 1, DAY, DAY)
    with pytest.raises(errors.VoteLost):
        rules.check_vote(1, 1, DAY, DAY)
    with pytest.raises(errors.VoteInFuture):
        rules.check_vote(2, 1, DAY + timedelta(days=1), DAY)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"voted": False}, errors.NoVote),
        ({"effect": None}, errors.NoEffect),
        ({"effect": ("2026-Q1", 11)}, errors.BooksChanged),
        ({"effect": ("2025-Q4", 12)}, errors.BooksChanged),
        ({"user_id": 2}, errors.SecondAdopts),
    ],
)
def test_adopting_needs_a_vote_a_true_effect_and_a_second_person(change, fault):
    facts = {
        "user_id": 3,
        "wrote": [1, 2],
        "voted": True,
        "effect": ("2026-Q1", 12),
        "books": ("2026-Q1", 12),
    }
    rules.check_adoption(**facts)
    with pytest.raises(fault):
        rules.check_adoption(**facts | change)


def test_thirty_per_cent_of_the_first_three_thousand_of_four_thousand_is_nine_hundred():
    terms = replace(NWE, accept_share=30, accept_price=3_000_00)
    assert rules.most_accepted(terms, 4_000_00) == 900_00
    assert rules.most_accepted(replace(terms, accept_cap=500_00), 4_000_00) == 500_00
    assert rules.most_accepted(terms, 101) == 30


def test_a_payment_obeys_where_and_how_much():
    rules.check_payment(NWE, Group.RESIDENT, 10_00, None)
    bounded = replace(NWE, accept_share=50, accept_where=(Group.COOPERATIVE, Group.RESIDENT))
    rules.check_payment(bounded, Group.COOPERATIVE, 5_00, 10_00)
    rules.check_payment(bounded, Group.RESIDENT, 5_00, None)
    for payee, amount, price, fault in (
        (Group.ORGANISATION, 1, 100, errors.NotAccepted),
        (Group.COOPERATIVE, 5_00, None, errors.PriceNeeded),
        (Group.COOPERATIVE, 5_01, 10_00, errors.ShareTooLarge),
        (Group.COOPERATIVE, 10_01, 10_00, errors.PriceTooSmall),
    ):
        with pytest.raises(fault):
            rules.check_payment(bounded, payee, amount, price)


def test_the_fee_falls_to_nothing_in_ninety_days_or_two_payments_here():
    assert [rules.fee(NWE, [(100_00, day, 0)]) for day in (0, 30, 45, 89, 90, 400)] == [
        500,
        333,
        250,
        5,
        0,
        0,
    ]
    assert [rules.fee(NWE, [(100_00, 0, hops)]) for hops in (0, 1, 2, 3)] == [500, 500, 0, 0]
    assert rules.fee(KRE, [(100_00, 0, 0)]) == 0
    assert (rules.fee(NWE, [(19, 0, 0)] * 2), rules.fee(NWE, [(38, 0, 0)])) == (0, 1)


def test_groups():
    assert rules.group_of(firm=False, legal_form=None) is Group.RESIDENT
    assert rules.group_of(firm=True, legal_form="cooperative") is Group.COOPERATIVE
    assert rules.group_of(firm=True, legal_form="foundation") is Group.ORGANISATION
    assert Terms(accept_where=(Group.RESIDENT,)).lapse_months is None
