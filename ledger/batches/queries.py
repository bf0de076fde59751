"""Reading what can be paid, and batches."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from cwb.identity.models import Party
from cwb.kernel.clock import local_date
from ledger.advances.queries import find_covering
from ledger.ahead.models import AheadPayback
from ledger.ahead.queries import paybacks
from ledger.bank.models import BankAccount, BankBooking, BankEntry
from ledger.bank.queries import accounts, blocked_account
from ledger.bank.rules import EntryState
from ledger.batches.errors import BatchUnknown
from ledger.batches.models import BatchTransfer, PaymentBatch
from ledger.batches.rules import MOST_NAME, Choice, Due, key_of
from ledger.incoming import queries as received
from ledger.incoming.models import IncomingInvoice, IncomingPayment
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import open_amount
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.payments.queries import accounts as paying


def dues(session: Session, payer_id: int) -> list[Due]:
    """The approved invoices of a payer that are in no open batch, by the last day to pay; locked.

    An invoice that was assigned is paid to the fund.
    """
    waiting = session.scalars(
        select(Invoice)
        .where(*_waits(payer_id))
        .options(joinedload(Invoice.agreement))
        .order_by(Invoice.due_on, Invoice.id)
        .with_for_update(of=Invoice)
    ).all()
    bought = [each for each in received.to_pay(session, payer_id, lock=True) if not _is_live(session, each)]
    return [
        *(_due(session, each) for each in waiting),
        *map(_due_outside, bought),
        *_backs(session, payer_id),
    ]


def _agreed(payer_id: int) -> Select[AheadPayback]:
    """What goes back and was agreed, that no bank told of and that is in no open batch, oldest first."""
    return (
        paybacks(payer_id)
        .where(
            AheadPayback.agreed_at.is_not(None), AheadPayback.dropped_at.is_(None),
            ~exists().where(BankBooking.id == AheadPayback.booked_id, BankBooking.undone_at.is_(None)),
            ~exists().where(BatchTransfer.payback_id == AheadPayback.id, BatchTransfer.live),
            AheadPayback.invoice_id.is_(None)
            | exists().where(Invoice.id == AheadPayback.invoice_id, -open_amount() >= AheadPayback.amount),
        )
        .order_by(None)
        .order_by(AheadPayback.id)
    )  # fmt: skip


def _backs(session: Session, payer_id: int) -> list[Due]:
    held = session.scalars(_agreed(payer_id).with_for_update(of=AheadPayback)).all()
    return [
        Due(
            each.id, f"Terugbetaling {each.mark}", each.mark, each.amount, local_date(each.asked_at),
            each.name[:MOST_NAME], each.iban, back=True,
        )
        for each in held
    ]  # fmt: skip


MOST_CHOICES = 200
"""So many invoices stand on the page where one chooses, the first to be paid; the others come in a later file."""


def choices(session: Session, payer_id: int) -> list[Choice]:
    """What can go in a file now, by the last day to pay. Nothing is locked; whether it can be paid is seen later."""
    own = session.execute(
        select(Invoice.id, Invoice.number, Party.name, open_amount(), Invoice.due_on)
        .join(Party, Party.id == Invoice.seller_id)
        .where(*_waits(payer_id))
        .order_by(Invoice.due_on, Invoice.id)
        .limit(MOST_CHOICES)
    )
    live = select(BatchTransfer.incoming_id).where(BatchTransfer.live, BatchTransfer.incoming_id.is_not(None))
    taken = set(session.scalars(live))
    found = [
        Choice(key_of(key, incoming=False), number or "", name, left, due_on)
        for key, number, name, left, due_on in own
        if due_on
    ]
    found += [
        Choice(key_of(each.id, incoming=True), each.number, each.sender.name, each.open.minor, each.due_on)
        for each in received.to_pay(session, payer_id)
        if each.id not in taken
    ]
    found += [
        Choice(
            key_of(each.id, incoming=False, back=True), "", each.name, each.amount, local_date(each.asked_at)
        )
        for each in session.scalars(_agreed(payer_id))
    ]
    return sorted(found, key=lambda each: each.due_on)[:MOST_CHOICES]


def _waits(payer_id: int) -> tuple[ColumnElement[bool], ...]:
    """Invoices made here that a payer can pay now and that are in no open batch."""
    return (
        Invoice.buyer_id == payer_id, Invoice.kind == InvoiceKind.INVOICE, open_amount() > 0,
        Invoice.state == InvoiceState.APPROVED,
        ~exists().where(BatchTransfer.invoice_id == Invoice.id, BatchTransfer.live),
    )  # fmt: skip


def _is_live(session: Session, each: IncomingInvoice) -> bool:
    live = exists().where(BatchTransfer.incoming_id == each.id, BatchTransfer.live)
    return bool(session.scalar(select(live)))


def _due_outside(held: IncomingInvoice) -> Due:
    """An invoice that came from outside: to the account that was checked at its approval."""
    asked = held.payment_reference if held.payment_reference not in {held.mark, held.number} else ""
    return Due(
        held.id, f"{held.number} {asked}".strip(), held.mark, held.open.minor, held.due_on,
        held.sender.name[:MOST_NAME], held.iban, incoming=True,
    )  # fmt: skip


def _due(session: Session, invoice: Invoice) -> Due:
    facts = invoice.seller_facts or {}
    advance = find_covering(session, invoice)
    second = next((each for each in paying(session, invoice) if each.blocked), None)
    if second is not None:
        blocked_iban, share, left = second.iban, None, second.left.minor
    else:
        share, left = invoice.agreement.g_percentage if invoice.agreement is not None else None, None
        account = blocked_account(session, invoice.seller_id) if share else None
        blocked_iban = account.number if account else ""
    assert invoice.due_on is not None  # noqa: S101 (the database holds it: a sent invoice has its last day)
    return Due(
        invoice.id, invoice.number or "", invoice.payment_reference or "", invoice.open.minor, invoice.due_on,
        advance.fund.name if advance else str(facts.get("name") or ""),
        advance.fund_iban if advance else str(facts.get("iban") or ""), share, blocked_iban, left,
        blocked_name=str(facts.get("name") or ""),
    )  # fmt: skip


def payer_iban(session: Session, payer_id: int, own: str | None) -> str | None:
    """The account a payer pays from: the one on its card, else the first it takes statements of."""
    return own or next((each.number for each in accounts(session, payer_id) if not each.blocked), None)


def batches(payer_id: int) -> Select[PaymentBatch]:
    """The batches of a payer, latest first."""
    return select(PaymentBatch).where(PaymentBatch.payer_id == payer_id).order_by(PaymentBatch.id.desc())


def batch(session: Session, public_id: UUID, payer_id: int) -> PaymentBatch:
    """One of them, with its transfers and their invoices.

    Raises:
        BatchUnknown: it is not there, or another's.
    """
    orders = selectinload(PaymentBatch.orders)
    whole = orders.joinedload(BatchTransfer.invoice).joinedload(Invoice.seller)
    outside = orders.joinedload(BatchTransfer.incoming)
    back = orders.joinedload(BatchTransfer.payback).joinedload(AheadPayback.booked)
    found = session.scalar(
        batches(payer_id).where(PaymentBatch.public_id == public_id).options(whole, outside, back)
    )
    if found is None:
        raise BatchUnknown
    return found


def waiting_marks(session: Session, made: PaymentBatch) -> set[str]:
    """The marks of a batch's transfers that stand on an entry of the payer's bank that nobody decided about."""
    return set(
        session.scalars(
            select(BankEntry.end_to_end)
            .join(BankAccount, BankAccount.id == BankEntry.account_id)
            .where(
                BankAccount.party_id == made.payer_id, BankEntry.state == EntryState.OPEN,
                BankEntry.end_to_end.in_([each.end_to_end for each in made.orders]),
            )
        )
    )  # fmt: skip


def stale(made: PaymentBatch, told: Collection[int]) -> set[int]:
    """The transfers, of those no bank told of, by which more would be paid than is open now on their invoice."""
    asked: dict[tuple[int | None, ...], list[BatchTransfer]] = {}
    for each in made.orders:
        if each.id not in told and each.refused_at is None:
            asked.setdefault((each.invoice_id, each.incoming_id, each.payback_id), []).append(each)
    return {
        each.id
        for those in asked.values()
        if sum(each.amount for each in those) > those[0].left.minor
        for each in those
    }


def seen(session: Session, made: PaymentBatch) -> set[int]:
    """The transfers of a batch that a bank statement told of, by their marks: so of two parts, which one came."""
    marks = {each.end_to_end: each.id for each in made.orders}
    invoices = [each.invoice_id for each in made.orders if each.invoice_id]
    outside = [each.incoming_id for each in made.orders if each.incoming_id]
    backs = [each.payback_id for each in made.orders if each.payback_id]
    found: Sequence[str] = session.scalars(
        select(BankEntry.end_to_end)
        .join(BankBooking, BankBooking.entry_id == BankEntry.id)
        .where(
            BankEntry.end_to_end.in_(marks), BankBooking.undone_at.is_(None),
            BankBooking.invoice_id.in_(invoices) | exists().where(
                IncomingPayment.id == BankBooking.incoming_payment_id, IncomingPayment.incoming_id.in_(outside)
            ) | exists().where(AheadPayback.booked_id == BankBooking.id, AheadPayback.id.in_(backs)),
        )
    ).all()  # fmt: skip
    return {marks[each] for each in found}
