"""Reading what stands upfront with suppliers from outside, what they owe back, and which invoices that may pay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role as PersonRole
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.bank.models import BankAccount, BankBooking, BankEntry
from ledger.bank.rules import BookingKind
from ledger.books.queries import counts_before
from ledger.incoming.models import IncomingAccount, IncomingInvoice, IncomingPayment, IncomingSender
from ledger.incoming.rules import IncomingState
from ledger.upfront.errors import SupplierUnknown
from ledger.upfront.rules import Move, Part, Supplier

_OPEN = IncomingInvoice.total - IncomingInvoice.credited - IncomingInvoice.paid
_KEY = literal("sender:").concat(IncomingSender.id)


def _posted() -> ColumnElement[int]:
    """What stands upfront with a sender, as the books say."""
    of_sender = select(Account.posted).where(
        Account.party_id == IncomingSender.buyer_id, Account.role == Role.ADVANCE_GIVEN.value,
        Account.currency == "EUR", Account.subkey == _KEY,
    )  # fmt: skip
    return func.coalesce(of_sender.correlate(IncomingSender).scalar_subquery(), 0)


def _owed() -> ColumnElement[int]:
    """What a sender owes back on invoices that were credited after they were paid."""
    of_sender = select(func.coalesce(func.sum(-_OPEN), 0)).where(
        IncomingInvoice.sender_id == IncomingSender.id, IncomingInvoice.credits_id.is_(None), _OPEN < 0
    )
    return of_sender.correlate(IncomingSender).scalar_subquery()


def _suppliers(party_id: int) -> Any:
    who = (IncomingSender.id, IncomingSender.public_id, IncomingSender.name)
    return select(*who, _posted(), _owed()).where(IncomingSender.buyer_id == party_id)


def _read(row: Any) -> Supplier:
    key, public_id, name, upfront, owed = row
    return Supplier(key, public_id, name, int(upfront), int(owed))


def suppliers(session: Session, party_id: int) -> list[Supplier]:
    """Those with whom something stands upfront, or that owe something back, by name."""
    found = _suppliers(party_id).where(or_(_posted() > 0, _owed() > 0))
    return [_read(row) for row in session.execute(found.order_by(IncomingSender.name, IncomingSender.id))]


def supplier(session: Session, public_id: UUID, party_id: int, *, lock: bool = False) -> Supplier:
    """One of an organisation's; `lock`: what stands with it is nobody else's until the end of the transaction.

    Raises:
        SupplierUnknown: it is not there, or another's.
    """
    if lock:
        held = select(IncomingSender.id).where(IncomingSender.public_id == public_id)
        session.execute(held.with_for_update(key_share=True))
    row = session.execute(_suppliers(party_id).where(IncomingSender.public_id == public_id)).first()
    if row is None:
        raise SupplierUnknown
    return _read(row)


def stands(session: Session, sender_id: int) -> int:
    """How much stands upfront with a sender, who is nobody else's until the end of the transaction."""
    session.execute(
        select(IncomingSender.id).where(IncomingSender.id == sender_id).with_for_update(key_share=True)
    )
    return int(session.scalar(select(_posted()).where(IncomingSender.id == sender_id)) or 0)


def senders(session: Session, party_id: int) -> Sequence[IncomingSender]:
    """All who ever sent an organisation an invoice from outside, or were paid upfront, by name."""
    wanted = select(IncomingSender).where(IncomingSender.buyer_id == party_id)
    return session.scalars(wanted.order_by(IncomingSender.name, IncomingSender.id)).all()


def find_by_iban(session: Session, party_id: int, iban: str) -> IncomingSender | None:
    """Whose account it is, of an organisation's suppliers from outside, where it is one's."""
    found = session.scalars(
        select(IncomingSender)
        .join(IncomingAccount, IncomingAccount.sender_id == IncomingSender.id)
        .where(IncomingSender.buyer_id == party_id, IncomingAccount.iban == iban)
        .limit(2)
    ).all()
    return found[0] if iban and len(found) == 1 else None


def owed_parts(session: Session, sender_id: int) -> list[Part]:
    """What the sender owes back by invoice, oldest first, the invoices held."""
    found = session.scalars(
        select(IncomingInvoice)
        .where(IncomingInvoice.sender_id == sender_id, IncomingInvoice.credits_id.is_(None), _OPEN < 0)
        .order_by(IncomingInvoice.id)
        .with_for_update(of=IncomingInvoice)
        .execution_options(populate_existing=True)
    ).all()
    return [Part(each.id, -each.open.minor) for each in found]


def owing(session: Session, sender_id: int) -> Sequence[IncomingInvoice]:
    """The invoices on which the sender owes something back, oldest first."""
    return session.scalars(
        select(IncomingInvoice)
        .where(IncomingInvoice.sender_id == sender_id, IncomingInvoice.credits_id.is_(None), _OPEN < 0)
        .order_by(IncomingInvoice.id)
    ).all()


def proposals(session: Session, sender_id: int) -> Sequence[IncomingInvoice]:
    """The sender's invoices that it may pay, the first to be paid first."""
    return session.scalars(
        select(IncomingInvoice)
        .where(
            IncomingInvoice.sender_id == sender_id, IncomingInvoice.credits_id.is_(None),
            IncomingInvoice.state == IncomingState.APPROVED, _OPEN > 0,
        )
        .order_by(IncomingInvoice.due_on, IncomingInvoice.id)
        .limit(20)
    ).all()  # fmt: skip


def booked(session: Session, sender_id: int) -> Sequence[tuple[BankBooking, BankEntry]]:
    """What the bank told of it: paid upfront and come back, what was taken back too, oldest first."""
    found = session.execute(
        select(BankBooking, BankEntry)
        .join(BankEntry, BankEntry.id == BankBooking.entry_id)
        .where(BankBooking.sender_id == sender_id)
        .order_by(BankBooking.id)
    )
    return [(booking, entry) for booking, entry in found]


def uses(session: Session, sender_id: int) -> Sequence[IncomingPayment]:
    """What was set off with the sender's invoices, that taken back too, oldest first."""
    return session.scalars(
        select(IncomingPayment)
        .join(IncomingPayment.incoming)
        .where(IncomingInvoice.sender_id == sender_id, IncomingPayment.upfront)
        .options(joinedload(IncomingPayment.incoming))
        .order_by(IncomingPayment.id)
    ).all()


def moves(session: Session, party_id: int, before: datetime) -> list[Move]:
    """All that counts in the books of an organisation before an instant."""
    live = BankBooking.undone_at.is_(None) | (BankBooking.undone_at >= before)
    banked = session.execute(
        select(
            BankBooking.sender_id, BankEntry.booked_on,
            case((BankEntry.amount < 0, BankBooking.amount), else_=-BankBooking.amount),
        )
        .join(BankEntry, BankEntry.id == BankBooking.entry_id)
        .join(BankAccount, BankAccount.id == BankEntry.account_id)
        .where(
            BankAccount.party_id == party_id, BankBooking.kind == BookingKind.UPFRONT, live,
            counts_before(BankBooking.transfer_id, before),
        )
    )  # fmt: skip
    undone = IncomingPayment.undo_transfer_id.is_not(None) & counts_before(
        IncomingPayment.undo_transfer_id, before
    )
    used = session.execute(
        select(IncomingInvoice.sender_id, IncomingPayment.paid_on, -IncomingPayment.amount)
        .join(IncomingPayment.incoming)
        .where(
            IncomingInvoice.buyer_id == party_id, IncomingPayment.upfront, ~undone,
            counts_before(IncomingPayment.transfer_id, before),
        )
    )  # fmt: skip
    return [Move._make(each) for each in (*banked, *used)]


_FITS = exists().where(
    IncomingInvoice.sender_id == IncomingSender.id, IncomingInvoice.credits_id.is_(None),
    IncomingInvoice.state == IncomingState.APPROVED, _OPEN > 0,
)  # fmt: skip

tasks = Tasks(
    Waiting(
        N_("Leveranciers bij wie u vooruit betaald geld kunt verrekenen: %(num)s"), "ahead.index",
        {PersonRole.PURCHASER, PersonRole.BOARD},
        rows(num=func.count()).having(func.count() > 0).select_from(IncomingSender)
        .where(IncomingSender.buyer_id == ORGANISATION, or_(_posted() > 0, _owed() > 0), _FITS),
        {},
    )
)  # fmt: skip
"""What waits for who does the money of an organisation."""
