"""Reading what of the part for a G-account was paid elsewhere."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cwb.kernel.money import Money
from ledger.chains.models import InvoiceSplit
from ledger.chains.rules import strayed_part
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind
from ledger.payments.models import Payment


class Strayed(NamedTuple):
    """A split invoice of which (a part of) what was for the G-account came on the ordinary account.

    `part`: for the G-account; `came`: paid there; `whole`: all that was paid came on the ordinary account.
    """

    invoice: UUID
    number: str
    agreement_id: int | None
    part: Money
    came: Money
    strayed: Money
    whole: bool


def strayed(session: Session, party_id: int, agreement_id: int | None = None) -> list[Strayed]:
    """Those of an organisation that buys or sells, of one agreement or all, latest first."""
    there = (
        select(func.coalesce(func.sum(Payment.amount), 0))
        .where(Payment.invoice_id == Invoice.id, Payment.blocked, Payment.undone_at.is_(None))
        .scalar_subquery()
    )
    wanted = (
        select(Invoice, InvoiceSplit.amount, there)
        .join(InvoiceSplit, InvoiceSplit.invoice_id == Invoice.id)
        .where(
            Invoice.kind == InvoiceKind.INVOICE, Invoice.paid_amount > there,
            or_(Invoice.seller_id == party_id, Invoice.buyer_id == party_id),
        )
        .order_by(Invoice.issued_on.desc(), Invoice.id.desc())
    )  # fmt: skip
    if agreement_id is not None:
        wanted = wanted.where(Invoice.agreement_id == agreement_id)
    found = []
    for invoice, part, came in session.execute(wanted):
        gone = strayed_part(
            part, total=invoice.total_amount, credited=invoice.credited_amount, paid=invoice.paid_amount,
            paid_blocked=int(came),
        )  # fmt: skip
        if gone.minor:
            found.append(
                Strayed(
                    invoice.public_id, invoice.number or "", invoice.agreement_id, Money(part), Money(int(came)), gone,
                    came == 0,
                )
            )  # fmt: skip
    return found
