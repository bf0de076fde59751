"""Reading what is late, and which reminders were sent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.money import Money
from ledger.advances.queries import find_covering
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceState
from ledger.payments.models import Payment
from ledger.payments.queries import accounts
from ledger.payments.rules import PaymentKind
from ledger.reminders import rules
from ledger.reminders.errors import NothingToClaim
from ledger.reminders.models import InvoiceClaim, InvoiceReminder
from ledger.reminders.rules import Claim, Late

REMINDED = (InvoiceState.SENT, InvoiceState.APPROVED)
"""States in which one reminds: not in dispute, and not of what is paid or credited."""


def overdue(seller_id: int, today: date) -> Select[Invoice]:
    """What is late and not in dispute, of one seller, the oldest first."""
    return (
        select(Invoice)
        .where(Invoice.seller_id == seller_id, Invoice.state.in_(REMINDED), invoicing.overdue(today))
        .options(joinedload(Invoice.buyer))
        .order_by(Invoice.due_on, Invoice.id)
    )


def sent(session: Session, invoice_ids: Iterable[int]) -> Mapping[int, Sequence[InvoiceReminder]]:
    """The reminders of some invoices, in order."""
    rows = session.scalars(
        select(InvoiceReminder)
        .where(InvoiceReminder.invoice_id.in_(list(invoice_ids)))
        .options(joinedload(InvoiceReminder.sent_by))
        .order_by(InvoiceReminder.stage)
    )
    found: dict[int, list[InvoiceReminder]] = defaultdict(list)
    for row in rows:
        found[row.invoice_id].append(row)
    return found


def late(session: Session, invoices: Iterable[Invoice], on: date) -> Mapping[int, Late | None]:
    """What comes on top of some invoices at the end of a day. What was credited counts as never owed."""
    held = list(invoices)
    ids = [each.id for each in held]
    paid = _paid(session, ids, on)
    claims = set(session.scalars(select(InvoiceClaim.claim_id).where(InvoiceClaim.claim_id.in_(ids))))
    return {each.id: _late(each, paid[each.id], on, claim=each.id in claims) for each in held}


def where_to_pay(session: Session, invoice: Invoice) -> dict[str, str]:
    """The account, the reference and whom to ask, as an invoice says now: the fund's where it was made over.

    Of an invoice in two parts both accounts, the blocked one marked, as far as something is open on each.
    """
    covering = find_covering(session, invoice)
    parts = [(each.iban, each.blocked) for each in accounts(session, invoice) if each.left.minor > 0]
    return rules.where_to_pay(
        invoice.seller_facts, invoice.payment_reference, covering.fund_iban if covering else None, parts
    )


def find_claim(session: Session, invoice_id: int) -> InvoiceClaim | None:
    """What was asked of who paid an invoice late, with the invoice that asks it."""
    return session.scalar(
        select(InvoiceClaim)
        .where(InvoiceClaim.invoice_id == invoice_id)
        .options(joinedload(InvoiceClaim.claim))
    )


def find_asked(session: Session, invoice: Invoice) -> Invoice | None:
    """The invoice that was paid late, where this one asks the interest over it; only what is outside VAT can be one."""
    if any(each.category != "O" for each in invoice.vat_lines):
        return None
    return session.scalar(
        select(Invoice)
        .join(InvoiceClaim, InvoiceClaim.invoice_id == Invoice.id)
        .where(InvoiceClaim.claim_id == invoice.id)
    )


def paid_late(invoice: Invoice) -> bool:
    """Whether an invoice was settled after its last day to pay, by who bought in business."""
    return bool(
        invoice.state is InvoiceState.PAID
        and not invoice.is_credit_note
        and invoice.due_on
        and invoice.paid_on
        and invoice.paid_on > invoice.due_on
        and _commercial(invoice)
    )


def claim(session: Session, invoice: Invoice) -> Claim:
    """What may be asked of who paid an invoice late.

    Raises:
        NothingToClaim: see the rule; or the invoice is itself such a claim, over which no interest is asked.
    """
    asks = session.scalar(select(InvoiceClaim.claim_id).where(InvoiceClaim.claim_id == invoice.id))
    if asks is not None or not paid_late(invoice) or invoice.due_on is None or invoice.paid_on is None:
        raise NothingToClaim
    paid = _paid(session, [invoice.id], invoice.paid_on)[invoice.id]
    return rules.claim(
        invoice.total - invoice.credited, paid, due_on=invoice.due_on, commercial=_commercial(invoice)
    )


def _paid(session: Session, invoice_ids: Sequence[int], on: date) -> dict[int, list[tuple[date, Money]]]:
    """What was paid on some invoices up to and with a day, and not taken back; a refund counts below zero."""
    paid: dict[int, list[tuple[date, Money]]] = defaultdict(list)
    rows = session.execute(
        select(Payment.invoice_id, Payment.paid_on, Payment.kind, Payment.amount)
        .where(
            Payment.invoice_id.in_(invoice_ids),
            Payment.paid_on <= on,
            Payment.undone_at.is_(None),
        )
        .order_by(Payment.paid_on, Payment.id)
    )
    for invoice_id, day, kind, amount in rows:
        paid[invoice_id].append((day, Money(-amount if kind is PaymentKind.REFUND else amount)))
    return paid


def _commercial(invoice: Invoice) -> bool:
    """Who is in the trade register buys in business."""
    return bool((invoice.buyer_facts or {}).get("kvk_number"))


def _late(invoice: Invoice, paid: Sequence[tuple[date, Money]], on: date, *, claim: bool) -> Late | None:
    if invoice.is_credit_note or invoice.due_on is None or invoice.state not in REMINDED:
        return None
    return rules.late(
        invoice.total - invoice.credited, paid, due_on=invoice.due_on, on=on,
        commercial=_commercial(invoice) and not claim,
    )  # fmt: skip
