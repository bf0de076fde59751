"""Reading what was asked ahead and is not settled yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import case, select
from sqlalchemy.orm import Session, selectinload

from cwb.kernel.money import Money
from ledger.agreements.models import Agreement
from ledger.invoicing.models import Invoice, InvoiceLine
from ledger.invoicing.queries import used
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.prepayments.rules import Rate
from ledger.vat.rules import VatCode


def prepayments(session: Session, agreement_id: int, seller_id: int) -> Sequence[Invoice]:
    """What a supplier asked ahead under an agreement, drafts too, oldest first."""
    return session.scalars(
        select(Invoice)
        .where(
            Invoice.agreement_id == agreement_id, Invoice.seller_id == seller_id, Invoice.prepayment,
            Invoice.kind == InvoiceKind.INVOICE,
        )
        .options(selectinload(Invoice.vat_lines))
        .order_by(Invoice.id)
    ).all()  # fmt: skip


def left_of(session: Session, asked: Iterable[Invoice]) -> Mapping[int, Mapping[Rate, int]]:
    """Per prepayment and rate what is neither settled nor credited, in cents."""
    held = list(asked)
    left = {
        each.id: defaultdict(int, {(v.category, v.percent): v.net_amount for v in each.vat_lines})
        for each in held
    }
    sign = case((Invoice.kind == InvoiceKind.CREDIT_NOTE, -1), else_=1)
    settled = (
        select(
            InvoiceLine.settles_id, InvoiceLine.category, InvoiceLine.percent, sign * InvoiceLine.net_amount
        )
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.settles_id.in_(left), Invoice.state != InvoiceState.DRAFT)
    )
    credited = (
        select(Invoice.credits_id, InvoiceLine.category, InvoiceLine.percent, -InvoiceLine.net_amount)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.credits_id.in_(left), Invoice.state != InvoiceState.DRAFT)
    )
    for key, category, percent, net in (*session.execute(settled), *session.execute(credited)):
        left[key or 0][category, percent] += net
    return left


def open_ones(
    session: Session, agreement_id: int, seller_id: int
) -> list[tuple[Invoice, Mapping[Rate, int]]]:
    """What the buyer approved and is not settled yet, oldest first."""
    agreed = [
        each
        for each in prepayments(session, agreement_id, seller_id)
        if each.state in {InvoiceState.APPROVED, InvoiceState.PAID}
    ]
    left = left_of(session, agreed)
    return [(each, left[each.id]) for each in agreed if any(left[each.id].values())]


def worth_by_code(agreement: Agreement, seller_id: int) -> dict[VatCode, Money]:
    """What a supplier's lines are worth per VAT code, to divide what is asked ahead by."""
    found: dict[VatCode, Money] = defaultdict(lambda: Money(0))
    for line in agreement.lines_of(seller_id):
        found[line.vat_code] += line.net
    return found


def left_to_ask(session: Session, agreement: Agreement, seller_id: int) -> Money:
    """What of a supplier's part was neither invoiced nor asked ahead."""
    asked = prepayments(session, agreement.id, seller_id)
    left = left_of(session, asked)
    ahead = sum((Money(part) for each in asked for part in left[each.id].values()), Money(0))
    done = sum((each.net for each in used(session, agreement.id, seller_id=seller_id).values()), Money(0))
    return agreement.part_of(seller_id) - done - ahead
