"""Decisions about money ahead, on bare values. Amounts are cents."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from cwb.kernel.identifiers import Iban
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.accounts.rules import Role as AccountRole
from ledger.ahead.errors import (
    AheadAboveLeft,
    NotBetweenThese,
    NothingAhead,
    OtherAgrees,
    PaidToOther,
    PaybackDecided,
    PayerIbanUnknown,
    PayerIsOther,
)
from ledger.incoming.rules import spelled
from ledger.invoicing.rules import BookLine

BOOKED, PAID_BACK = "ahead_booked", "ahead_paid_back"
"""The kinds of transfer by which money comes to stand ahead without an invoice, and by which it goes back."""

KINDS = frozenset(
    {"bank_credit", BOOKED, PAID_BACK, "invoice_from_ahead", "invoice_payment_undone", "reversal"}
)
"""The kinds by which this subject moves what stands ahead in the books."""

MARK = "TB"
"""How the mark of a repayment begins; with 32 signs behind it it fits an EndToEndId (SEPA: 35)."""


class Between(NamedTuple):
    """Who holds money ahead (`holder_id`, the seller), and whose it is (`owner_id`, the buyer)."""

    holder_id: int
    owner_id: int


class Balance(NamedTuple):
    """Money ahead from one entry of the bank. `left` is in the books, `promised` of that goes back to its owner.

    `number` is of the invoice of which too much was paid; "" where there was none. `iban` and `payer`: from where it
    came, as the bank told, "" where it did not. `told_by`: on whose account the entry is.
    """

    booking_id: int
    between: Between
    on: date
    amount: int
    left: int
    promised: int
    number: str
    invoice: UUID | None
    iban: str
    payer: str
    entry: UUID
    told_by: int

    @property
    def free(self) -> int:
        """What can be set off or promised back."""
        return self.left - self.promised


class PaybackState(StrEnum):
    """A repayment waits for a colleague, may go in a file, was told of by the bank, or was dropped."""

    ASKED = "asked"
    AGREED = "agreed"
    PAID = "paid"
    DROPPED = "dropped"


STATES = {
    PaybackState.ASKED: (N_("wacht op een collega"), "warn"),
    PaybackState.AGREED: (N_("kan in een betaalbestand"), "info"),
    PaybackState.PAID: (N_("terugbetaald"), "good"),
    PaybackState.DROPPED: (N_("gaat niet door"), "neutral"),
}


def set_off_amount(free: int, still_open: int, *, payable: bool, blocked: int, assigned: bool) -> int:
    """How much of an invoice money ahead pays: as much as both have. `blocked` is the open part for a G-account.

    Raises:
        NothingAhead, NotBetweenThese, PaidToOther: nothing can be set off.
    """
    if free <= 0:
        raise NothingAhead
    if not payable or still_open <= 0:
        raise NotBetweenThese
    amount = min(free, still_open - blocked)
    if assigned or amount <= 0:
        raise PaidToOther
    return amount


def check_payback(amount: Money, free: int, *, known: str, typed: Iban | None) -> str:
    """To which account so much goes back: the one it came from; only where no bank told of it, one that is typed.

    Raises:
        NothingAhead, AheadAboveLeft, PayerIbanUnknown: it does not.
    """
    if free <= 0:
        raise NothingAhead
    if not 0 < amount.minor <= free:
        raise AheadAboveLeft(left=Money(free), field="amount")
    if known:
        return known
    if typed is None:
        raise PayerIbanUnknown(field="iban")
    return str(typed)


def needs_two(amount: Money, limit: Money, *, typed: bool) -> bool:
    """Whether a second person agrees: above the limit for four eyes, and always to an account that was typed."""
    return typed or amount > limit


def state_of(*, agreed: bool, paid: bool, dropped: bool) -> PaybackState:
    """Where a repayment stands."""
    if dropped:
        return PaybackState.DROPPED
    if paid:
        return PaybackState.PAID
    return PaybackState.AGREED if agreed else PaybackState.ASKED


def check_agree(state: PaybackState, *, asked_by: int, by: int) -> None:
    """Whether a person may agree to a repayment that waits.

    Raises:
        PaybackDecided, OtherAgrees: not this one, or not now.
    """
    if state is not PaybackState.ASKED:
        raise PaybackDecided
    if asked_by == by:
        raise OtherAgrees


def check_payer(account_of: str, chosen: str, *, sure: bool) -> None:
    """Whether money may stand with who was `chosen`, where the account is that of another (`account_of`, "": nobody's).

    Raises:
        PayerIsOther: a person says so first.
    """
    if account_of and account_of != chosen and not sure:
        raise PayerIsOther(name=account_of, field="sure")


def mark_of(public_id: UUID) -> str:
    """What stands on the transfer and on both statements."""
    return MARK + public_id.hex.upper()


def is_like(to: str, name: str, *, out: bool, own: str, iban: str, told: str) -> bool:
    """Whether money may be a repayment `to` an account and a `name`: the bank told of the other's `iban` and name.

    `out`: it left the account `own`; else it came in there, so that `own` is where it was to go.
    """
    if not out:
        return own == to
    if iban:
        return iban == to
    return spelled(told) == spelled(name) != ""


def moves(between: Between, amount: int) -> list[BookLine]:
    """Money from the owner to the holder, to stand ahead, in both sets of books; below zero: back."""
    holder, owner = between
    return [
        BookLine(holder, AccountRole.BANK, None, amount),
        BookLine(holder, AccountRole.ADVANCE_RECEIVED, owner, -amount),
        BookLine(owner, AccountRole.ADVANCE_GIVEN, holder, amount),
        BookLine(owner, AccountRole.BANK, None, -amount),
    ]
