"""Decisions about what was paid upfront to suppliers from outside, on bare values. Amounts are cents."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from cwb.kernel.money import Money
from ledger.incoming.rules import UPFRONT, UPFRONT_UNDONE
from ledger.upfront.errors import (
    BackAboveUpfront,
    NothingUpfront,
    NotPayableNow,
    SupplierUnnamed,
    UpfrontUsed,
)

BOOKED, PAID_BACK = "upfront_booked", "upfront_paid_back"
"""The kinds of transfer by which money goes upfront, and by which it comes back."""

KINDS = frozenset({BOOKED, PAID_BACK, UPFRONT, UPFRONT_UNDONE, "reversal"})
"""The kinds that move what stands upfront in the books."""


class Move(NamedTuple):
    """Money that went upfront to a sender on a day; below zero: it paid an invoice, or came back."""

    sender_id: int
    on: date
    amount: int


class Supplier(NamedTuple):
    """What a supplier from outside has of ours: paid `upfront`, and `owed` back after credit notes."""

    sender_id: int
    public_id: UUID
    name: str
    upfront: int
    owed: int

    @property
    def free(self) -> int:
        """What can pay his invoices."""
        return self.upfront + self.owed


class Part(NamedTuple):
    """So much of what is owed back on one invoice."""

    incoming_id: int
    amount: int


def left(moves: Iterable[Move]) -> list[Move]:
    """What is left of all that went upfront, oldest first: what is used is of the oldest."""
    held: dict[int, deque[Move]] = {}
    used: dict[int, int] = {}
    for each in moves:
        if each.amount > 0:
            held.setdefault(each.sender_id, deque()).append(each)
        else:
            used[each.sender_id] = used.get(each.sender_id, 0) - each.amount
    found = []
    for sender_id, those in held.items():
        away = used.get(sender_id, 0)
        for each in sorted(those, key=lambda one: one.on):
            gone = min(away, each.amount)
            away -= gone
            if each.amount > gone:
                found.append(each._replace(amount=each.amount - gone))
    return sorted(found, key=lambda one: (one.on, one.sender_id))


def set_off(upfront: int, owed: Sequence[Part], still_open: int, *, payable: bool) -> tuple[int, list[Part]]:
    """How much of an invoice is paid, and which parts of what is owed back go upfront first: no more than is needed.

    Raises:
        NothingUpfront, NotPayableNow: nothing can be set off.
    """
    if upfront + sum(each.amount for each in owed) <= 0:
        raise NothingUpfront
    if not payable or still_open <= 0:
        raise NotPayableNow
    wanted, parts = max(still_open - upfront, 0), []
    for each in owed:
        part = min(each.amount, wanted)
        wanted -= part
        if part:
            parts.append(each._replace(amount=part))
    return still_open - wanted, parts


def check_back(amount: int, upfront: int) -> None:
    """Whether so much of it can have come back.

    Raises:
        BackAboveUpfront: no.
    """
    if amount > upfront:
        raise BackAboveUpfront(left=Money(upfront), field="other")


def check_taken_back(amount: int, upfront: int) -> None:
    """Whether so much can be taken away from what stands upfront.

    Raises:
        UpfrontUsed: some of it paid an invoice since, or came back.
    """
    if amount > upfront:
        raise UpfrontUsed


def check_named(name: str, kvk: str, vat_id: str) -> None:
    """Whether a new supplier will be known again on his invoice.

    Raises:
        SupplierUnnamed: no.
    """
    if not name.strip() or not (kvk or vat_id):
        raise SupplierUnnamed(field="name")
