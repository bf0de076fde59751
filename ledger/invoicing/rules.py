"""Decisions about invoices, credit notes and their books on bare values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from cwb.kernel.clock import LOCAL
from cwb.kernel.money import Money
from ledger.accounts.rules import Role as AccountRole
from ledger.agreements.errors import EndsBeforeStart
from ledger.agreements.rules import HOUR, NOTE, REFERENCE, short_text
from ledger.invoicing.errors import (
    CreditAboveInvoice,
    DeliveredInFuture,
    DeliveredOutsideAgreement,
    RefundFirst,
)
from ledger.vat.rules import VatCode


class InvoiceState(StrEnum):
    """Where an invoice stands. `credited`: nothing is left of it; a credit note itself is `sent` and then `booked`.

    Paid is no end: a payment that is taken back makes it approved again.
    """

    DRAFT = "draft"
    SENT = "sent"
    DISPUTED = "disputed"
    APPROVED = "approved"
    PAID = "paid"
    CREDITED = "credited"


class InvoiceKind(StrEnum):
    """UNTDID 1001 as all profiles accept it: 380 and 381 only."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


def check_delivered(first: date, last: date, *, today: date, starts_on: date, ends_on: date) -> None:
    """Delivered in the past (today counts) and within the term of the agreement.

    Raises:
        EndsBeforeStart, DeliveredInFuture, DeliveredOutsideAgreement: at the field of the wrong day.
    """
    if last < first:
        raise EndsBeforeStart(field="delivered_until")
    if last > today:
        raise DeliveredInFuture(field="delivered_until")
    if first < starts_on or last > ends_on:
        name = "delivered_from" if first < starts_on else "delivered_until"
        raise DeliveredOutsideAgreement(starts=starts_on, ends=ends_on, field=name)


def due_on(issued_on: date, payment_days: int) -> date:
    """The last day to pay: the invoice arrives on the day it is sent."""
    return issued_on + timedelta(days=payment_days)


SLACK = timedelta(days=7)
"""How far the delivered days may reach past those of the instalments before somebody is asked (project choice)."""


@dataclass(frozen=True, slots=True)
class Instalments:
    """The instalments on an invoice: how many, and their first and last day where these are known."""

    count: int
    first: date | None = None
    last: date | None = None

    def several(self) -> bool:
        """More than one at once: nearly always a slip."""
        return self.count > 1

    def misfits(self, first: date, last: date) -> bool:
        """Whether the delivered days are not those of the instalments: beyond them, or before the last has begun."""
        if self.first is None or self.last is None:
            return False
        return first < self.first - SLACK or last > self.last + SLACK or last < self.first


def is_overdue(due: date | None, open_amount: int, today: date) -> bool:
    """Whether something is still open after the last day to pay."""
    return due is not None and open_amount > 0 and today > due


def check_credit(credit: Money, total: Money, already: Money) -> None:
    """A credit note never takes more than what is left of its invoice.

    Raises:
        CreditAboveInvoice: it does; `left` is what can still be credited.
    """
    left = total - already
    if left < credit:
        raise CreditAboveInvoice(left=left)


class HoursRow(NamedTuple):
    """Hours of one line of a contract or order: agreed for this supplier, invoiced earlier, and on this invoice."""

    description: str
    agreed: Decimal
    earlier: Decimal
    now: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be invoiced after this one; below zero: more than was agreed."""
        return self.agreed - self.earlier - self.now


def compare_hours(
    lines: Iterable[tuple[int, str, str, Decimal]], earlier: Mapping[int, Decimal], now: Mapping[int, Decimal]
) -> list[HoursRow]:
    """What is agreed per hour beside what is charged. `lines`: id, description, unit and this supplier's quantity.

    Only lines that are on this invoice; to see, not to stop: no contract here says that its hours are a ceiling.
    """
    return [
        HoursRow(description, agreed, earlier.get(key, Decimal(0)), now[key])
        for key, description, unit, agreed in lines
        if unit == HOUR and key in now
    ]


class FreeLine(Protocol):
    """A line that belongs to no agreement, as it is typed or stands on a draft."""

    @property
    def description(self) -> str:
        """What was delivered."""

    @property
    def unit(self) -> str:
        """One of `UNITS`."""

    @property
    def quantity(self) -> Decimal:
        """In that unit."""

    @property
    def unit_price(self) -> Decimal:
        """In euro, without VAT."""

    @property
    def vat_code(self) -> VatCode:
        """What the seller chose."""


def check_taken_back(paid: int, total: Money) -> None:
    """What is left paid (in cents) once a payment or refund is taken back.

    Raises:
        RefundFirst: below zero or above the total: what was paid back later goes first.
    """
    if not 0 <= paid <= total.minor:
        raise RefundFirst


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line in a party's set of books: account role, the other party (None: no sub-account), cents; debit positive."""

    party_id: int
    role: AccountRole
    other_id: int | None
    amount: int


_NONE = Money(0)


def seller_lines(
    *, seller_id: int, buyer_id: int, net: Money, vat: Money, credit: bool, ahead: Money = _NONE
) -> list[BookLine]:
    """The seller's books at sending: debit receivable, credit revenue and VAT; a credit note the other way round.

    `ahead`: what of the net is asked before the work and is owed in work; below zero: that which becomes revenue now.
    """
    sign = -1 if credit else 1
    lines = [
        BookLine(seller_id, AccountRole.RECEIVABLE, buyer_id, sign * (net + vat).minor),
        BookLine(seller_id, AccountRole.REVENUE, None, -sign * (net - ahead).minor),
        BookLine(seller_id, AccountRole.ADVANCE_RECEIVED, buyer_id, -sign * ahead.minor),
        BookLine(seller_id, AccountRole.VAT_OUTPUT, None, -sign * vat.minor),
    ]
    return [line for line in lines if line.amount]


def texts(
    buyer_reference: str = "", order_reference: str = "", note: str = "", exemption_reason: str = ""
) -> dict[str, str]:
    """What stands on an invoice beside its lines, without outer blanks.

    Raises:
        TextTooLong: at the field.
    """
    return {
        "buyer_reference": short_text(buyer_reference, REFERENCE, "buyer_reference", needed=False),
        "order_reference": short_text(order_reference, REFERENCE, "order_reference", needed=False),
        "note": short_text(note, NOTE, "note", needed=False),
        "exemption_reason": short_text(exemption_reason, 200, "exemption_reason", needed=False),
    }


def at_noon(on: date) -> datetime:
    """The instant at which something known by its day alone counts in the books: noon in Amsterdam."""
    return datetime.combine(on, time(12), tzinfo=LOCAL)


def subkey(other_id: int | None) -> str:
    """What tells the accounts of one role apart: the other party."""
    return "" if other_id is None else f"party:{other_id}"
