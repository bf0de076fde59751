"""Reading invoices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from ledger.agreements import rules as agreed
from ledger.agreements.models import Agreement
from ledger.invoicing.errors import InvoiceNotFound
from ledger.invoicing.models import Invoice, InvoiceLine, InvoiceStep, InvoiceVat
from ledger.invoicing.rules import Instalments, InvoiceKind, InvoiceState


def _content() -> tuple[ORMOption, ...]:
    return (
        joinedload(Invoice.seller),
        joinedload(Invoice.buyer),
        selectinload(Invoice.lines),
        selectinload(Invoice.vat_lines),
    )


def whole() -> tuple[ORMOption, ...]:
    """Load an invoice with its parties, agreement, lines, VAT and the invoice it credits."""
    return (*_content(), joinedload(Invoice.agreement), joinedload(Invoice.credits))


def invoice(session: Session, public_id: UUID) -> Invoice:
    """The invoice with this public id, whole.

    Raises:
        InvoiceNotFound: there is none.
    """
    found = session.scalar(select(Invoice).where(Invoice.public_id == public_id).options(*whole()))
    if found is None:
        raise InvoiceNotFound
    return found


def invoice_by_id(session: Session, invoice_id: int) -> Invoice:
    """The invoice with this inner id, whole.

    Raises:
        InvoiceNotFound: there is none.
    """
    found = session.scalar(select(Invoice).where(Invoice.id == invoice_id).options(*whole()))
    if found is None:
        raise InvoiceNotFound
    return found


def locked(session: Session, invoice_id: int) -> Invoice:
    """The invoice as it is now, whole, and nobody else's until the end of the transaction.

    Raises:
        InvoiceNotFound: there is none.
    """
    held = session.scalar(select(Invoice.id).where(Invoice.id == invoice_id).with_for_update())
    if held is None:
        raise InvoiceNotFound
    # the agreement stays as the caller loaded it: reading it anew would drop its lines
    statement = select(Invoice).where(Invoice.id == invoice_id).options(*_content())
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def open_amount() -> ColumnElement[int]:
    """What is still to be paid, as a column; below zero: to be paid back."""
    return Invoice.total_amount - Invoice.credited_amount - Invoice.paid_amount


def noon(on: ColumnElement[Any]) -> ColumnElement[datetime]:
    """SQL: the rule `at_noon` for a column of days."""
    return func.timezone("Europe/Amsterdam", on + literal(time(12)))


def overdue(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether an invoice is past its last day to pay, as a column."""
    return (Invoice.due_on < today) & (open_amount() > 0) & (Invoice.kind == InvoiceKind.INVOICE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which invoices a list shows. `party_id` None means everyone's; drafts are shown to their seller alone.

    `side` is "seller", "buyer" or "" (both); `state` a state, "overdue", "open" or "".
    """

    party_id: int | None
    side: str = ""
    state: str = ""
    text: str = ""
    first: date | None = None
    last: date | None = None
    agreement_id: int | None = None


def invoices(wanted: Wanted, today: date) -> Select[Invoice]:
    """The invoices asked for, newest first, with their parties."""
    return (
        select(Invoice)
        .where(*_conditions(wanted, today))
        .options(joinedload(Invoice.seller), joinedload(Invoice.buyer))
        .order_by(func.coalesce(Invoice.sent_at, Invoice.created_at).desc(), Invoice.id.desc())
    )


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    selling: ColumnElement[bool] = Invoice.seller_id == wanted.party_id
    buying = (Invoice.buyer_id == wanted.party_id) & (Invoice.state != InvoiceState.DRAFT)
    found: list[ColumnElement[bool]] = []
    if wanted.party_id is None:
        found.append(Invoice.state != InvoiceState.DRAFT)
    else:
        found.append({"seller": selling, "buyer": buying}.get(wanted.side, or_(selling, buying)))
    if wanted.state == "overdue":
        found.append(overdue(today))
    elif wanted.state == "open":
        found.append((open_amount() > 0) & (Invoice.kind == InvoiceKind.INVOICE))
        found.append(Invoice.state != InvoiceState.DRAFT)
    elif wanted.state in set(InvoiceState):
        found.append(Invoice.state == InvoiceState(wanted.state))
    if wanted.agreement_id is not None:
        found.append(Invoice.agreement_id == wanted.agreement_id)
    if wanted.first is not None:
        found.append(Invoice.issued_on >= wanted.first)
    if wanted.last is not None:
        found.append(Invoice.issued_on <= wanted.last)
    if wanted.text.strip():
        like = f"%{wanted.text.strip()}%"
        named = select(Organisation.id).where(Organisation.name.ilike(like))
        found.append(
            or_(
                Invoice.number.ilike(like),
                Invoice.payment_reference.ilike(like.replace(" ", "")),
                Invoice.seller_id.in_(named),
                Invoice.buyer_id.in_(named),
            )
        )
    return found


_SIGN = case((Invoice.kind == InvoiceKind.CREDIT_NOTE, -1), else_=1)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a list adds up to; credit notes count negative."""

    count: int
    net: Money
    vat: Money
    total: Money
    open: Money


def sums(session: Session, wanted: Wanted, today: date) -> Sums:
    """The sums of the invoices asked for, drafts left out."""
    still = case((Invoice.kind == InvoiceKind.INVOICE, open_amount()), else_=0)
    row = session.execute(
        select(
            func.count(),
            *(func.coalesce(func.sum(_SIGN * c), 0) for c in (Invoice.net_amount, Invoice.vat_amount)),
            func.coalesce(func.sum(_SIGN * Invoice.total_amount), 0),
            func.coalesce(func.sum(still), 0),
        ).where(*_conditions(wanted, today), Invoice.state != InvoiceState.DRAFT)
    ).one()
    return Sums(row[0], *(Money(int(value)) for value in row[1:]))


def vat_sums(session: Session, wanted: Wanted, today: date) -> Sequence[tuple[str, Decimal, Money, Money]]:
    """Category, percent, net and VAT of the invoices asked for, drafts left out; credit notes count negative."""
    rows = session.execute(
        select(
            InvoiceVat.category,
            InvoiceVat.percent,
            func.sum(_SIGN * InvoiceVat.net_amount),
            func.sum(_SIGN * InvoiceVat.vat_amount),
        )
        .join(Invoice, Invoice.id == InvoiceVat.invoice_id)
        .where(*_conditions(wanted, today), Invoice.state != InvoiceState.DRAFT)
        .group_by(InvoiceVat.category, InvoiceVat.percent)
        .order_by(InvoiceVat.percent.desc(), InvoiceVat.category)
    )
    return [(category, percent, Money(int(net)), Money(int(vat))) for category, percent, net, vat in rows]


def steps(session: Session, invoice_id: int) -> Sequence[InvoiceStep]:
    """What happened to an invoice, oldest first, with who did it."""
    return session.scalars(
        select(InvoiceStep)
        .where(InvoiceStep.invoice_id == invoice_id)
        .options(joinedload(InvoiceStep.user))
        .order_by(InvoiceStep.id)
    ).all()


def credit_notes(session: Session, invoice_id: int) -> Sequence[Invoice]:
    """The credit notes sent for an invoice, oldest first, with lines and VAT."""
    return session.scalars(
        select(Invoice)
        .where(Invoice.credits_id == invoice_id, Invoice.state != InvoiceState.DRAFT)
        .options(*whole())
        .order_by(Invoice.id)
    ).all()


def credited_quantities(session: Session, invoice_id: int) -> Mapping[int, Decimal]:
    """Per line of an invoice, how much of it was credited."""
    rows = session.execute(
        select(InvoiceLine.credits_line_id, func.sum(InvoiceLine.quantity))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.credits_id == invoice_id, Invoice.state != InvoiceState.DRAFT)
        .group_by(InvoiceLine.credits_line_id)
    )
    return {line_id: quantity for line_id, quantity in rows if line_id is not None}


@dataclass(frozen=True, slots=True)
class Used:
    """How much of an agreement line was invoiced, credit notes taken off: quantity and net."""

    quantity: Decimal
    net: Money


def used(
    session: Session, agreement_id: int, *, seller_id: int | None = None, besides: int | None = None
) -> Mapping[int, Used]:
    """Per agreement line what has been invoiced (by one seller, or all), leaving out the invoice `besides`."""
    statement = (
        select(
            InvoiceLine.agreement_line_id,
            func.sum(_SIGN * InvoiceLine.quantity),
            func.sum(_SIGN * InvoiceLine.net_amount),
        )
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.agreement_id == agreement_id, Invoice.state != InvoiceState.DRAFT)
        .group_by(InvoiceLine.agreement_line_id)
    )
    if seller_id is not None:
        statement = statement.where(Invoice.seller_id == seller_id)
    if besides is not None:
        statement = statement.where(Invoice.id != besides, Invoice.credits_id.is_distinct_from(besides))
    return {key: Used(quantity, Money(int(net))) for key, quantity, net in session.execute(statement) if key}


def last_invoice(session: Session, agreement_id: int, seller_id: int) -> Invoice | None:
    """The latest invoice a seller sent under an agreement, with its lines."""
    return session.scalar(
        select(Invoice)
        .where(
            Invoice.agreement_id == agreement_id,
            Invoice.seller_id == seller_id,
            Invoice.kind == InvoiceKind.INVOICE,
            Invoice.state != InvoiceState.DRAFT,
        )
        .options(selectinload(Invoice.lines))
        .order_by(Invoice.id.desc())
        .limit(1)
    )


def instalments(agreement: Agreement, line_ids: Collection[int]) -> Instalments:
    """The instalments among these lines of an agreement; zero where it has none."""
    places = [line.position for line in agreement.lines if line.id in line_ids]
    if not agreement.in_instalments or not places:
        return Instalments(0)
    if not agreed.are_regular([line.unit_price for line in agreement.lines]):
        return Instalments(len(places))
    days = [
        agreed.instalment_days(agreement.starts_on, agreement.ends_on, len(agreement.lines), place)
        for place in (min(places), max(places))
    ]
    return Instalments(len(places), days[0][0], days[1][1])


def instalments_of(agreement: Agreement, invoice: Invoice) -> Instalments:
    """The instalments on an invoice."""
    return instalments(agreement, {line.agreement_line_id or 0 for line in invoice.lines})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a new invoice starts with, and per line what is left for this seller."""

    quantities: Mapping[int, Decimal]
    left: Mapping[int, Decimal]
    first: date
    last: date
    buyer_reference: str
    order_reference: str


def suggestion(session: Session, agreement: Agreement, seller_id: int, today: date) -> Suggestion:
    """A first proposal for the next invoice: the instalment that is next, or what the last one had and is left."""
    share = agreement.share_of(seller_id) or 0
    own = used(session, agreement.id, seller_id=seller_id)
    latest = last_invoice(session, agreement.id, seller_id)
    before = {line.agreement_line_id: line.quantity for line in latest.lines} if latest else {}
    left = {
        line.id: agreed.left_for(
            line.quantity, share, own[line.id].quantity if line.id in own else Decimal(0)
        )
        for line in agreement.lines
    }
    first, last = agreed.suggested_period(
        today, agreement.starts_on, agreement.ends_on, latest.delivered_until if latest else None
    )
    if agreement.in_instalments:
        quantities = agreed.next_instalment(left)
        due = instalments(agreement, quantities)
        last = min(due.last or last, last)
        first = min(due.first or first, last)
    else:
        quantities = {
            line.id: agreed.suggested_quantity(line.unit, left[line.id], before.get(line.id))
            for line in agreement.lines
        }
    return Suggestion(
        quantities, left, first, last,
        latest.buyer_reference if latest else "", latest.order_reference if latest else "",
    )  # fmt: skip
