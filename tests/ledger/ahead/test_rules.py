"""What money ahead may pay, and to whom it goes back."""

from uuid import UUID

import pytest

from cwb.kernel.identifiers import Iban
from cwb.kernel.money import Money
from ledger.accounts.rules import Role
from ledger.ahead import errors, rules
from ledger.ahead.rules import Between, PaybackState

OPEN = {"payable": True, "blocked": 0, "assigned": False}
TYPED = Iban.parse("NL02ABNA0123456789")


@pytest.mark.parametrize(
    ("free", "open_", "amount"), [(100, 500, 100), (500, 100, 100), (100, 100, 100), (1, 9, 1)]
)
def test_as_much_is_set_off_as_both_have(free, open_, amount):
    assert rules.set_off_amount(free, open_, **OPEN) == amount


def test_the_part_for_a_g_account_is_left_alone():
    assert rules.set_off_amount(900, 1000, **(OPEN | {"blocked": 400})) == 600


@pytest.mark.parametrize(
    ("free", "open_", "facts", "fault"),
    [
        (0, 100, {}, errors.NothingAhead), (100, 0, {}, errors.NotBetweenThese),
        (100, 100, {"payable": False}, errors.NotBetweenThese), (100, 100, {"assigned": True}, errors.PaidToOther),
        (100, 100, {"blocked": 100}, errors.PaidToOther),
    ],
)  # fmt: skip
def test_what_cannot_be_set_off_says_why(free, open_, facts, fault):
    with pytest.raises(fault):
        rules.set_off_amount(free, open_, **(OPEN | facts))


def test_it_goes_back_to_where_it_came_from_whatever_is_typed():
    assert rules.check_payback(Money(5), 5, known="NL1", typed=TYPED) == "NL1"
    assert rules.check_payback(Money(5), 5, known="", typed=TYPED) == TYPED


@pytest.mark.parametrize(
    ("cents", "free", "known", "fault"),
    [
        (1, 0, "NL1", errors.NothingAhead), (6, 5, "NL1", errors.AheadAboveLeft), (0, 5, "NL1", errors.AheadAboveLeft),
        (-1, 5, "NL1", errors.AheadAboveLeft), (5, 5, "", errors.PayerIbanUnknown),
    ],
)  # fmt: skip
def test_a_repayment_of_too_much_or_to_nowhere_is_refused(cents, free, known, fault):
    with pytest.raises(fault):
        rules.check_payback(Money(cents), free, known=known, typed=None)


def test_two_people_are_needed_above_the_limit_and_for_a_typed_account():
    assert not rules.needs_two(Money(100), Money(100), typed=False)
    assert rules.needs_two(Money(101), Money(100), typed=False)
    assert rules.needs_two(Money(1), Money(100), typed=True)


def test_who_asked_does_not_agree_and_what_is_decided_stays():
    rules.check_agree(PaybackState.ASKED, asked_by=1, by=2)
    with pytest.raises(errors.OtherAgrees):
        rules.check_agree(PaybackState.ASKED, asked_by=1, by=1)
    for state in set(PaybackState) - {PaybackState.ASKED}:
        with pytest.raises(errors.PaybackDecided):
            rules.check_agree(state, asked_by=1, by=2)


def test_both_sets_of_books_move_by_the_same_and_each_is_zero():
    lines = rules.moves(Between(1, 2), 100)
    for party in (1, 2):
        assert sum(each.amount for each in lines if each.party_id == party) == 0
    assert [each.amount for each in lines if each.role is Role.ADVANCE_RECEIVED] == [-100]


def test_a_mark_fits_the_field_of_the_bank():
    assert len(rules.mark_of(UUID(int=1))) == 34
