"""Reading what was open at the end of a day, from invoices and payments, and what the accounts say."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from cwb.identity.models import Party
from cwb.kernel.errors import NotFound
from cwb.kernel.money import Money
from ledger.accounts.rules import Role
from ledger.ageing import rules
from ledger.ageing.rules import Ageing, Ahead, AheadLine, Item, Side, Step
from ledger.ahead.models import AheadSetOff
from ledger.ahead.queries import balances
from ledger.ahead.rules import KINDS
from ledger.books import queries as books
from ledger.incoming.models import IncomingInvoice, IncomingPayment, IncomingSender
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind
from ledger.owed.models import OwedSetOff
from ledger.payments.models import Payment, PaymentUndo
from ledger.payments.rules import PaymentKind
from ledger.upfront import rules as upfront
from ledger.upfront.queries import moves

_ROLES = {Side.RECEIVABLE: Role.RECEIVABLE, Side.PAYABLE: Role.PAYABLE}
_PAID = case((Payment.kind == PaymentKind.REFUND, -Payment.amount), else_=Payment.amount)


def _parties(side: Side) -> tuple[InstrumentedAttribute[int], InstrumentedAttribute[int]]:
    """Whose books, and who is on the other side."""
    both = (Invoice.seller_id, Invoice.buyer_id)
    return both if side is Side.RECEIVABLE else (both[1], both[0])


def _since(side: Side, of: Any = Invoice) -> Any:
    """From when an invoice counts: for its seller from sending, for its buyer from the approval."""
    return of.sent_at if side is Side.RECEIVABLE else of.approved_at


def _ends(on: date) -> datetime:
    return books.midnight(on + timedelta(days=1))


def _open(side: Side, before: datetime) -> ColumnElement[int]:
    note = aliased(Invoice)
    credited = (
        select(func.coalesce(func.sum(note.total_amount), 0))
        .where(note.credits_id == Invoice.id, _since(side, note) < before)
        .scalar_subquery()
    )
    paid = (
        select(func.coalesce(func.sum(_PAID), 0))
        .where(Payment.invoice_id == Invoice.id, books.counts_before(Payment.transfer_id, before))
        .scalar_subquery()
    )
    undone = (
        select(func.coalesce(func.sum(_PAID), 0))
        .join(PaymentUndo, PaymentUndo.payment_id == Payment.id)
        .where(Payment.invoice_id == Invoice.id, books.counts_before(PaymentUndo.transfer_id, before))
        .scalar_subquery()
    )
    return Invoice.total_amount - credited - paid + undone


def _outside(session: Session, party_id: int, before: datetime) -> list[Item]:
    """What was open of received invoices at an instant, oldest due first; what was taken back is open again."""
    note = aliased(IncomingInvoice)
    credited = (
        select(func.coalesce(func.sum(note.total), 0))
        .where(note.credits_id == IncomingInvoice.id, note.approved_at < before)
        .scalar_subquery()
    )
    counted = case((books.counts_before(IncomingPayment.transfer_id, before), 1), else_=0) - case(
        (books.counts_before(IncomingPayment.undo_transfer_id, before), 1), else_=0
    )
    paid = (
        select(func.coalesce(func.sum(IncomingPayment.amount * counted), 0))
        .where(IncomingPayment.incoming_id == IncomingInvoice.id)
        .scalar_subquery()
    )
    still = (IncomingInvoice.total - credited - paid).label("still")
    found = session.execute(
        select(
            IncomingInvoice.public_id, IncomingInvoice.number, IncomingInvoice.issued_on, IncomingInvoice.due_on,
            IncomingInvoice.sender_id, still, IncomingInvoice.payment_reference,
        )
        .where(
            IncomingInvoice.buyer_id == party_id, IncomingInvoice.credits_id.is_(None),
            IncomingInvoice.approved_at < before, still != 0,
        )
        .order_by(IncomingInvoice.due_on, IncomingInvoice.id)
    )  # fmt: skip
    return [
        Item._make((*row[:4], -row.sender_id, Money(int(row.still)), row.payment_reference)) for row in found
    ]


def open_items(
    session: Session, party_id: int, side: Side, on: date, *, other_id: int | None = None
) -> list[Item]:
    """The invoices of which something was open at the end of a day, oldest due first."""
    own, other = _parties(side)
    before = _ends(on)
    still = _open(side, before).label("still")
    statement = (
        select(
            Invoice.public_id, Invoice.number, Invoice.issued_on, Invoice.due_on, other, still,
            Invoice.payment_reference,
        )
        .where(own == party_id, Invoice.kind == InvoiceKind.INVOICE, _since(side) < before, still != 0)
        .order_by(Invoice.due_on, Invoice.id)
    )  # fmt: skip
    if other_id is not None:
        statement = statement.where(other == other_id)
    rows: Iterable[Any] = session.execute(statement)
    found = [Item._make((*row[:5], Money(int(row.still)), row.payment_reference or "")) for row in rows]
    if side is Side.PAYABLE and other_id is None:
        found += _outside(session, party_id, before)
    return found


def ageing(session: Session, party_id: int, side: Side, on: date) -> Ageing:
    """What was open at the end of a day by age, beside what the accounts say at that instant."""
    own, other = _parties(side)
    moves = books.moved(session, party_id, (_ROLES[side],), before=_ends(on))
    sign = 1 if side is Side.RECEIVABLE else -1
    moved = [(_party_of(each.subkey), each.kind, Money(sign * each.amount)) for each in moves]
    traders = set(session.scalars(select(other).where(own == party_id, _since(side).is_not(None)).distinct()))
    if side is Side.PAYABLE:
        senders = select(IncomingSender.id).where(IncomingSender.buyer_id == party_id)
        traders |= {-each for each in session.scalars(senders)}
    return rules.ageing(open_items(session, party_id, side, on), moved, traders, side=side, on=on)


def ahead(
    session: Session, party_id: int, side: Side, on: date, *, other_id: int | None = None
) -> list[Ahead]:
    """What stood ahead with customers or suppliers at the end of a day, oldest first."""
    holds = side is Side.RECEIVABLE
    found = balances(session, party_id, holds=holds, before=_ends(on), other_id=other_id)
    return [
        Ahead(each.between.owner_id if holds else each.between.holder_id, each.on, each.number, each.left)
        for each in found
    ] + ([] if holds or other_id is not None else _upfront(session, party_id, _ends(on)))


def _upfront(session: Session, party_id: int, before: datetime) -> list[Ahead]:
    """What stood upfront with suppliers from outside, whose numbers are negative here."""
    found = upfront.left(moves(session, party_id, before))
    return [Ahead(-each.sender_id, each.on, "", each.amount) for each in found]


def ahead_by_age(session: Session, party_id: int, side: Side, on: date) -> list[AheadLine]:
    """The same per party and age, beside what the accounts say of it."""
    role, sign = (Role.ADVANCE_RECEIVED, -1) if side is Side.RECEIVABLE else (Role.ADVANCE_GIVEN, 1)
    booked: dict[int, Money] = {}
    for each in books.moved(session, party_id, (role,), before=_ends(on)):
        party = _party_of(each.subkey)
        if party is not None and each.kind in KINDS | upfront.KINDS:
            booked[party] = booked.get(party, Money(0)) + Money(sign * each.amount)
    return rules.ahead_lines(ahead(session, party_id, side, on), booked, on)


def _party_of(subkey: str) -> int | None:
    kind, _, key = subkey.partition(":")
    if not key.isdecimal() or kind not in {"party", "sender"}:
        return None
    return int(key) if kind == "party" else -int(key)


def names(session: Session, party_ids: Iterable[int]) -> Mapping[int, Party | IncomingSender]:
    """The customers or suppliers of some lines; those from outside have a number below zero."""
    wanted = list(party_ids)
    found: dict[int, Party | IncomingSender] = {
        each.id: each for each in session.scalars(select(Party).where(Party.id.in_(wanted)))
    }
    outside = [-each for each in wanted if each < 0]
    if outside:
        senders = session.scalars(select(IncomingSender).where(IncomingSender.id.in_(outside)))
        found |= {-each.id: each for each in senders}
    return found


def partner(session: Session, party_id: int, side: Side, public_id: UUID) -> Party:
    """A customer or supplier of an organisation.

    Raises:
        NotFound: they have no invoice together.
    """
    own, other = _parties(side)
    found = session.scalar(
        select(Party)
        .join(Invoice, other == Party.id)
        .where(Party.public_id == public_id, own == party_id, _since(side).is_not(None))
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def steps(session: Session, party_id: int, side: Side, other_id: int, on: date) -> list[tuple[Step, Money]]:
    """All that happened with one customer or supplier up to the end of a day, with what was open after each."""
    own, other = _parties(side)
    before = _ends(on)
    day = func.timezone("Europe/Amsterdam", _since(side))
    invoices: Iterable[Any] = session.execute(
        select(func.date(day), Invoice.kind, Invoice.public_id, Invoice.number, Invoice.total_amount).where(
            own == party_id, other == other_id, _since(side) < before
        )
    )
    ahead = exists().where(AheadSetOff.payment_id == Payment.id) | exists().where(
        OwedSetOff.payment_id == Payment.id
    )
    used = exists().where(OwedSetOff.refund_id == Payment.id)
    payments: Iterable[Any] = session.execute(
        select(
            Payment.paid_on,
            case((ahead, "from_ahead"), (used, "to_ahead"), else_=Payment.kind),
            Invoice.public_id,
            Invoice.number,
            Payment.amount,
        )
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .where(own == party_id, other == other_id, books.counts_before(Payment.transfer_id, before))
    )
    undone: Iterable[Any] = session.execute(
        select(Payment.paid_on, Invoice.public_id, Invoice.number, _PAID)
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(PaymentUndo, PaymentUndo.payment_id == Payment.id)
        .where(own == party_id, other == other_id, books.counts_before(PaymentUndo.transfer_id, before))
    )
    less = {InvoiceKind.CREDIT_NOTE, PaymentKind.PAYMENT, "from_ahead"}
    found = [
        Step(each, str(kind), public_id, number, Money(-amount if kind in less else amount))
        for each, kind, public_id, number, amount in (*invoices, *payments)
    ]
    found += [
        Step(day, "undone", public_id, number, Money(amount)) for day, public_id, number, amount in undone
    ]
    return rules.running(found)
