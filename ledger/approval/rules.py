"""Decisions of the buyer's side on bare values."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from cwb.kernel.money import Money
from ledger.accounts.rules import Role as AccountRole
from ledger.approval.errors import (
    DeliveryNotConfirmed,
    DifferenceUnexplained,
    LimitWrong,
    NotWaiting,
    OwnInvoice,
    SecondPersonNeeded,
)
from ledger.invoicing.rules import BookLine, InvoiceState

FOUR_EYES_ABOVE = Money(500_000)
"""Above this total a second person approves, unless the buyer chose another limit (project choice)."""

WAITING = frozenset({InvoiceState.SENT, InvoiceState.DISPUTED})
"""States in which the buyer is to decide."""


def recovers_vat(anchor_type: str | None) -> bool:
    """Whether a buyer of this kind gets its VAT back, until it says otherwise.

    Housing corporations, hospitals, schools and welfare are mostly exempt and cannot (Wet OB art. 11); municipalities
    get it back through the compensation fund (Wet BTW-compensatiefonds).
    """
    return anchor_type not in {"housing_corporation", "hospital", "school", "welfare"}


def approvals_needed(total: Money, limit: Money) -> int:
    """One, or two above the limit."""
    return 2 if limit < total else 1


def check_approval(
    *,
    state: InvoiceState,
    user_id: int,
    sent_by_id: int | None,
    approved_by: Collection[int],
    limit: Money,
    delivered: bool,
    above_agreement: bool,
    note: str,
) -> None:
    """Whether this person may give this approval now. `approved_by` are those who gave theirs in this round.

    Raises:
        NotWaiting, OwnInvoice, SecondPersonNeeded, DeliveryNotConfirmed, DifferenceUnexplained: see there.
    """
    if state not in WAITING:
        raise NotWaiting
    if user_id == sent_by_id:
        raise OwnInvoice
    if user_id in approved_by:
        raise SecondPersonNeeded(limit=limit)
    if not delivered:
        raise DeliveryNotConfirmed(field="delivered")
    if above_agreement and not note.strip():
        raise DifferenceUnexplained(field="note")


def check_limit(limit: Money) -> None:
    """Zero or more.

    Raises:
        LimitWrong: below zero.
    """
    if limit.minor < 0:
        raise LimitWrong(field="four_eyes_above")


_NONE = Money(0)


def buyer_lines(
    *,
    seller_id: int,
    buyer_id: int,
    net: Money,
    vat: Money,
    recoverable: bool,
    credit: bool,
    shifted: Money = _NONE,
    ahead: Money = _NONE,
) -> list[BookLine]:
    """The buyer's books at approval: debit expense and VAT, credit payable; a credit note the other way round.

    VAT that is not recoverable is part of the expense. `shifted` is VAT that the buyer declares itself, beside the
    invoice: owed to the tax office, and got back where VAT is. `ahead`: what of the net is paid before the work, which
    is no expense yet; below zero: that which becomes one now.
    """
    sign = -1 if credit else 1
    charged = vat + shifted
    cost, back = (net, charged) if recoverable else (net + charged, _NONE)
    lines = [
        BookLine(buyer_id, AccountRole.EXPENSE, None, sign * (cost - ahead).minor),
        BookLine(buyer_id, AccountRole.ADVANCE_GIVEN, seller_id, sign * ahead.minor),
        BookLine(buyer_id, AccountRole.VAT_INPUT, None, sign * back.minor),
        BookLine(buyer_id, AccountRole.PAYABLE, seller_id, -sign * (net + vat).minor),
        BookLine(buyer_id, AccountRole.VAT_OUTPUT, None, -sign * shifted.minor),
    ]
    return [line for line in lines if line.amount]


@dataclass(frozen=True, slots=True)
class Compared:
    """One invoice line beside its agreement line. Quantities in the line's unit; `left` is before this invoice."""

    description: str
    unit: str
    agreed: Decimal
    before: Decimal
    now: Decimal
    agreed_price: Decimal
    price: Decimal

    @property
    def left(self) -> Decimal:
        """What was still to be invoiced before this invoice."""
        return self.agreed - self.before

    @property
    def above(self) -> bool:
        """Whether the line goes beyond what was agreed: more than is left, or another price."""
        return self.now > self.left or self.price != self.agreed_price


def above_agreement(lines: Iterable[Compared], part: Money, before: Money, now: Money) -> bool:
    """Whether an invoice goes beyond the agreement: a line does, or the supplier's whole part does."""
    return any(line.above for line in lines) or part < before + now
