"""Decisions about payments on bare values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cwb.kernel.money import Money
from ledger.accounts.rules import Role as AccountRole
from ledger.invoicing.rules import BookLine, InvoiceState
from ledger.payments.errors import (
    AlreadyPaid,
    AmountNotPositive,
    NothingToRefund,
    NotPayable,
    PaidBeforeInvoice,
    PaidInFuture,
    PaymentAboveOpen,
)

STATUTORY_DAYS = 30
"""Within how many days public bodies and large firms pay (BW 6:119b, 6:119a)."""

FEWEST = 5
"""Figures over fewer invoices are not published (product: no cell under five)."""


class PaymentKind(StrEnum):
    """Money from buyer to seller, or back."""

    PAYMENT = "payment"
    REFUND = "refund"


def check_payment(
    kind: PaymentKind, amount: Money, *, state: InvoiceState, still_open: Money, issued_on: date, paid_on: date,
    today: date, outside: bool = False,
) -> None:  # fmt: skip
    """Whether a payment or refund fits its invoice now. `still_open` below zero is what the seller owes back.

    Who is `outside` approves nothing here: what was sent is to be paid.

    Raises:
        NotPayable, AlreadyPaid, NothingToRefund: the invoice is not in the state for it.
        AmountNotPositive, PaymentAboveOpen, PaidInFuture, PaidBeforeInvoice: the amount or the day is wrong.
    """
    if amount.minor <= 0:
        raise AmountNotPositive(field="amount")
    left = still_open if kind is PaymentKind.PAYMENT else -still_open
    if left.minor <= 0:
        raise NothingToRefund if kind is PaymentKind.REFUND else AlreadyPaid
    if kind is PaymentKind.PAYMENT and state is not payable(outside=outside):
        raise NotPayable
    if left < amount:
        raise PaymentAboveOpen(open=left, field="amount")
    if paid_on > today:
        raise PaidInFuture(field="paid_on")
    if paid_on < issued_on:
        raise PaidBeforeInvoice(issued=issued_on, field="paid_on")


def payable(*, outside: bool) -> InvoiceState:
    """The state in which an invoice is paid."""
    return InvoiceState.SENT if outside else InvoiceState.APPROVED


def payment_lines(
    kind: PaymentKind, *, seller_id: int, buyer_id: int, amount: Money, blocked: bool = False
) -> list[BookLine]:
    """Both sets of books: the buyer's debt and bank, the seller's bank and claim; a refund the other way round.

    `blocked`: the seller has it on its G-account, which pays taxes alone.
    """
    cents = amount.minor if kind is PaymentKind.PAYMENT else -amount.minor
    return [
        BookLine(buyer_id, AccountRole.PAYABLE, seller_id, cents),
        BookLine(buyer_id, AccountRole.BANK, None, -cents),
        BookLine(seller_id, AccountRole.BLOCKED if blocked else AccountRole.BANK, None, cents),
        BookLine(seller_id, AccountRole.RECEIVABLE, buyer_id, -cents),
    ]


SET_OFF = "invoice_set_off"
"""The kind of transfer by which a round of set-off pays an invoice."""


def set_off_lines(*, seller_id: int, buyer_id: int, amount: Money) -> list[BookLine]:
    """Both sets of books: the buyer's debt and the seller's claim are gone, against what each sets off.

    Over all invoices of one set-off the clearing account of every party ends at nothing.
    """
    cents = amount.minor
    return [
        BookLine(buyer_id, AccountRole.PAYABLE, seller_id, cents),
        BookLine(buyer_id, AccountRole.CLEARING, None, -cents),
        BookLine(seller_id, AccountRole.CLEARING, None, cents),
        BookLine(seller_id, AccountRole.RECEIVABLE, buyer_id, -cents),
    ]


FROM_AHEAD = "invoice_from_ahead"
"""The kind of transfer by which money that stands ahead between the two pays an invoice."""


def ahead_lines(*, seller_id: int, buyer_id: int, amount: Money) -> list[BookLine]:
    """Both sets of books: the buyer's debt and the seller's claim are gone, and so is that much of what was ahead.

    No money moves (BW 6:127: two who owe each other set off).
    """
    cents = amount.minor
    return [
        BookLine(buyer_id, AccountRole.PAYABLE, seller_id, cents),
        BookLine(buyer_id, AccountRole.ADVANCE_GIVEN, seller_id, -cents),
        BookLine(seller_id, AccountRole.ADVANCE_RECEIVED, buyer_id, cents),
        BookLine(seller_id, AccountRole.RECEIVABLE, buyer_id, -cents),
    ]


@dataclass(frozen=True, slots=True)
class PaymentDays:
    """How fast one buyer paid: invoices paid, those within 30 days, the sum of days, and those late and still open."""

    buyer_id: int
    name: str
    paid: int
    within: int
    days: int
    late: int

    @property
    def count(self) -> int:
        """Invoices the share is of: what is late and unpaid counts, so that not paying never looks good."""
        return self.paid + self.late

    @property
    def share(self) -> Decimal | None:
        """The part paid within 30 days; None when there is nothing to divide."""
        return Decimal(self.within) / self.count if self.count else None

    @property
    def mean_days(self) -> Decimal | None:
        """The mean days from sending to full payment, of what was paid; None when nothing was."""
        return Decimal(self.days) / self.paid if self.paid else None

    @property
    def publishable(self) -> bool:
        """Whether there are enough invoices to show."""
        return self.count >= FEWEST
