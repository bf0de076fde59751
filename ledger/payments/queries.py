"""Reading payments, and how fast buyers pay."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.books.queries import kind_of
from ledger.chains import queries as chains
from ledger.chains.models import InvoiceSplit
from ledger.chains.rules import parts_left, strayed_part
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.payments.errors import PaymentNotFound
from ledger.payments.models import Payment, PaymentUndo
from ledger.payments.rules import FROM_AHEAD, SET_OFF, STATUTORY_DAYS, PaymentDays, PaymentKind


def payments(session: Session, invoice_id: int) -> Sequence[Payment]:
    """The payments of an invoice, those taken back too, oldest first, with who wrote them down."""
    return session.scalars(
        select(Payment)
        .where(Payment.invoice_id == invoice_id)
        .options(joinedload(Payment.recorded_by))
        .order_by(Payment.paid_on, Payment.id)
    ).all()


def paid_blocked(session: Session, invoice_ids: Sequence[int]) -> dict[int, int]:
    """What of these invoices was paid to the seller's G-account, in cents."""
    found = session.execute(
        select(Payment.invoice_id, func.sum(Payment.amount))
        .where(Payment.invoice_id.in_(invoice_ids), Payment.blocked, Payment.undone_at.is_(None))
        .group_by(Payment.invoice_id)
    )
    return {invoice_id: int(amount) for invoice_id, amount in found}


class Account(NamedTuple):
    """One of the two accounts that an invoice is paid on: its part, what of that is left, and what came there.

    `strayed`: what of the part for the G-account was paid on the ordinary one instead.
    """

    blocked: bool
    iban: str
    part: Money
    left: Money
    came: Money
    strayed: Money = Money(0)


def accounts(session: Session, invoice: Invoice) -> list[Account]:
    """The two accounts on which a split invoice is paid, the free one first; empty: there is one account only."""
    return accounts_of(session, invoice, chains.split(session, invoice.id))


def accounts_of(session: Session, invoice: Invoice, split: InvoiceSplit | None) -> list[Account]:
    """The same where it is known how the invoice is split."""
    if split is None:
        return []
    there = paid_blocked(session, [invoice.id]).get(invoice.id, 0)
    facts = {
        "total": invoice.total_amount, "credited": invoice.credited_amount, "paid": invoice.paid_amount,
        "paid_blocked": there,
    }  # fmt: skip
    left = parts_left(split.amount, **facts)
    iban = str((invoice.seller_facts or {}).get("iban") or "")
    return [
        Account(False, iban, invoice.total - split.money, left.free, Money(invoice.paid_amount - there)),
        Account(
            True,
            split.term.iban,
            split.money,
            left.blocked,
            Money(there),
            strayed_part(split.amount, **facts),
        ),
    ]


def payment(session: Session, public_id: UUID) -> Payment:
    """One of them, with its invoice whole.

    Raises:
        PaymentNotFound: there is none.
    """
    found = session.scalar(select(Payment).where(Payment.public_id == public_id))
    if found is None:
        raise PaymentNotFound
    return found


def is_set_off(session: Session, payment: Payment) -> bool:
    """Whether a round of set-off paid it, and no money moved."""
    return kind_of(session, payment.transfer_id) == SET_OFF


def is_from_ahead(session: Session, payment: Payment) -> bool:
    """Whether money that stood ahead paid it, and none moved now."""
    return kind_of(session, payment.transfer_id) == FROM_AHEAD


def find_undo(session: Session, payment_id: int) -> PaymentUndo | None:
    """What was asked about taking a payment back, as it is now."""
    return session.get(PaymentUndo, payment_id, populate_existing=True)


def asked_undos(session: Session, payment_ids: Sequence[int]) -> Mapping[int, PaymentUndo]:
    """By payment: what was asked and not done."""
    if not payment_ids:
        return {}
    found = session.scalars(
        select(PaymentUndo).where(PaymentUndo.payment_id.in_(payment_ids), PaymentUndo.done_at.is_(None))
    )
    return {each.payment_id: each for each in found}


def find_by_key(session: Session, key: str) -> Payment | None:
    """The payment written down under a caller's key."""
    return session.scalar(select(Payment).where(Payment.key == key))


def find_same(
    session: Session,
    invoice_id: int,
    kind: PaymentKind,
    amount: int,
    paid_on: date,
    reference: str,
    blocked: bool,
) -> Payment | None:
    """A payment of the same amount, day, reference and account."""
    return session.scalar(
        select(Payment).where(
            Payment.invoice_id == invoice_id, Payment.kind == kind, Payment.amount == amount,
            Payment.paid_on == paid_on, Payment.reference == reference, Payment.blocked == blocked,
            Payment.undone_at.is_(None),
        )
    )  # fmt: skip


def payment_days(session: Session, period: Period, today: date) -> list[PaymentDays]:
    """How fast each anchor paid, by name: invoices paid in the period, and those due in it that are late and open.

    Invoices in dispute are left out, credited ones too. Days count from sending to the last payment.
    """
    days = Invoice.paid_on - Invoice.issued_on
    settled = (
        (Invoice.state == InvoiceState.PAID)
        & (Invoice.paid_on >= period.start)
        & (Invoice.paid_on < period.end)
    )
    legal_end = Invoice.issued_on + STATUTORY_DAYS
    late = (
        (invoicing.open_amount() > 0)
        & Invoice.state.in_([InvoiceState.SENT, InvoiceState.APPROVED])
        & (legal_end < min(today, period.end))
    )
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.name,
            func.count().filter(settled),
            func.count().filter(settled & (days <= STATUTORY_DAYS)),
            func.coalesce(func.sum(case((settled, days), else_=0)), 0),
            func.count().filter(late),
        )
        .join(Invoice, Invoice.buyer_id == Organisation.id)
        .where(Invoice.kind == InvoiceKind.INVOICE, Organisation.anchor_type.is_not(None), settled | late)
        .group_by(Organisation.id, Organisation.name)
        .order_by(Organisation.name, Organisation.id)
    )
    return [PaymentDays(*row) for row in rows]
