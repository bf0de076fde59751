"""Reading invoices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.types import BigInteger, Date, Text

from cwb.identity.models import Party
from cwb.kernel.money import Money
from cwb.kernel.prepared import SIZE, SKIPPED, Prepared, Record
from cwb.kernel.waiting import TODAY
from ledger.agreements import rules as agreed
from ledger.agreements.models import Agreement
from ledger.customers.queries import BUYERS
from ledger.invoicing.errors import InvoiceNotFound
from ledger.invoicing.models import Invoice, InvoiceLine, InvoiceStep, InvoiceVat
from ledger.invoicing.rules import Instalments, InvoiceKind, InvoiceState


def _content() -> tuple[ORMOption, ...]:
    parties = joinedload(Invoice.seller), joinedload(Invoice.buyer.of_type(BUYERS))
    return (*parties, selectinload(Invoice.lines), selectinload(Invoice.vat_lines))


def whole() -> tuple[ORMOption, ...]:
    """Load an invoice with its parties, agreement, lines, VAT and the invoice it credits."""
    return (*_content(), joinedload(Invoice.agreement), joinedload(Invoice.credits))


def invoice(session: Session, public_id: UUID) -> Invoice:
    """The invoice with this public id, whole.

    Raises:
        InvoiceNotFound: there is none.
    """
    return _one(session, Invoice.public_id == public_id)


def invoice_by_id(session: Session, invoice_id: int) -> Invoice:
    """The invoice with this inner id, whole.

    Raises:
        InvoiceNotFound: there is none.
    """
    return _one(session, Invoice.id == invoice_id)


def _one(session: Session, which: ColumnElement[bool]) -> Invoice:
    found = session.scalar(select(Invoice).where(which).options(*whole()))
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


def noon(on: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[datetime]:
    """SQL: the rule `at_noon` for a column of days."""
    return func.timezone("Europe/Amsterdam", on + literal(time(12)))


def overdue(today: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether an invoice is past its last day to pay, as a column."""
    return (Invoice.due_on < today) & (open_amount() > 0) & (Invoice.kind == InvoiceKind.INVOICE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which invoices a list shows. `party_id` None means everyone's; drafts are shown to their seller alone.

    `side` is "seller", "buyer" or "" (both); `state` a state, "overdue", "open" or "". A value may be one that is still
    to be filled in.
    """

    party_id: int | ColumnElement[int] | None
    side: str = ""
    state: str = ""
    text: str | ColumnElement[str] = ""
    first: date | ColumnElement[date] | None = None
    last: date | ColumnElement[date] | None = None
    agreement_id: int | ColumnElement[int] | None = None


def invoices(wanted: Wanted, today: date) -> Select[Invoice]:
    """The invoices asked for, newest first, with their parties."""
    return (
        select(Invoice)
        .where(*_conditions(wanted, today))
        .options(joinedload(Invoice.seller), joinedload(Invoice.buyer))
        .order_by(func.coalesce(Invoice.sent_at, Invoice.created_at).desc(), Invoice.id.desc())
    )


def _conditions(wanted: Wanted, today: date | ColumnElement[date]) -> list[ColumnElement[bool]]:
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
    if not isinstance(wanted.text, str) or wanted.text:
        like = "%" + wanted.text + "%"
        named = select(Party.id).where(Party.name.ilike(like))
        marked = Invoice.payment_reference.ilike(func.replace(like, " ", ""))
        named_so = Invoice.seller_id.in_(named) | Invoice.buyer_id.in_(named)
        found.append(or_(Invoice.number.ilike(like), marked, named_so))
    return found


_SIGN = case((Invoice.kind == InvoiceKind.CREDIT_NOTE, -1), else_=1)
_SELLER, _BUYER = aliased(Party), aliased(Party)
_LISTED = Record(
    Invoice, Invoice.public_id, Invoice.number, Invoice.kind, Invoice.state, Invoice.seller_id, Invoice.buyer_id,
    Invoice.issued_on, Invoice.due_on, Invoice.currency, Invoice.total_amount, Invoice.credited_amount,
    Invoice.paid_amount, Invoice.outside,
    seller=Record(Party, _SELLER.name), buyer=Record(Party, _BUYER.name),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sums:
    """What a list adds up to; credit notes count negative. `listed` counts all of it, `count` leaves drafts out."""

    listed: int
    count: int
    net: Money
    vat: Money
    total: Money
    open: Money


VatSum = tuple[str, Decimal, Money, Money]
"""Category, percent, net and VAT."""


class Listing(NamedTuple):
    """The statements of a list of invoices with some filters: its rows newest first, its sums, its VAT by rate."""

    rows: Prepared[Invoice]
    sums: Prepared[Sums]
    vat: Prepared[VatSum]


def listing(wanted: Wanted, today: date) -> tuple[Listing, dict[str, object]]:
    """The prepared list of the invoices asked for, and the values to fill in."""
    given = {name: getattr(wanted, name) for name in _FILTERS if getattr(wanted, name) not in {None, ""}}
    return _listing(wanted.side, wanted.state, frozenset(given)), {**given, "today": today}


_FILTERS = {"party_id": BigInteger, "agreement_id": BigInteger, "first": Date, "last": Date, "text": Text}


@lru_cache(maxsize=256)
def _listing(side: str, state: str, given: frozenset[str]) -> Listing:
    binds: dict[str, Any] = {name: bindparam(name, type_=_FILTERS[name]) for name in given}
    conditions = _conditions(Wanted(**{"party_id": None, **binds}, side=side, state=state), TODAY)
    sent = Invoice.state != InvoiceState.DRAFT
    still = case((Invoice.kind == InvoiceKind.INVOICE, open_amount()), else_=0)
    signed = (_SIGN * each for each in (Invoice.net_amount, Invoice.vat_amount, Invoice.total_amount))
    sums = [func.coalesce(func.sum(each).filter(sent), 0) for each in (*signed, still)]
    return Listing(
        Prepared(
            _LISTED,
            select(*_LISTED.columns)
            .join(_SELLER, _SELLER.id == Invoice.seller_id)
            .join(_BUYER, _BUYER.id == Invoice.buyer_id)
            .where(*conditions)
            .order_by(func.coalesce(Invoice.sent_at, Invoice.created_at).desc(), Invoice.id.desc())
            .limit(SIZE)
            .offset(SKIPPED),
        ),
        Prepared(
            lambda listed, count, *amounts: Sums(listed, count, *(Money(int(each)) for each in amounts)),
            select(func.count(), func.count().filter(sent), *sums).select_from(Invoice).where(*conditions),
        ),
        Prepared(
            lambda category, percent, net, tax: (category, percent, Money(int(net)), Money(int(tax))),
            select(
                InvoiceVat.category, InvoiceVat.percent,
                func.sum(_SIGN * InvoiceVat.net_amount), func.sum(_SIGN * InvoiceVat.vat_amount),
            )
            .join(Invoice, Invoice.id == InvoiceVat.invoice_id)
            .where(*conditions, sent)
            .group_by(InvoiceVat.category, InvoiceVat.percent)
            .order_by(InvoiceVat.percent.desc(), InvoiceVat.category),
        ),
    )  # fmt: skip


def sums(session: Session, wanted: Wanted, today: date) -> Sums:
    """The sums of the invoices asked for, drafts left out."""
    asked, values = listing(wanted, today)
    return asked.sums.one(session, **values)


def vat_sums(session: Session, wanted: Wanted, today: date) -> Sequence[VatSum]:
    """Net and VAT per rate of the invoices asked for, drafts left out; credit notes count negative."""
    asked, values = listing(wanted, today)
    return asked.vat.all(session, **values)


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
    sums = [func.sum(_SIGN * each) for each in (InvoiceLine.quantity, InvoiceLine.net_amount)]
    statement = (
        select(InvoiceLine.agreement_line_id, *sums)
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
            Invoice.agreement_id == agreement_id, Invoice.seller_id == seller_id, ~Invoice.prepayment,
            Invoice.kind == InvoiceKind.INVOICE, Invoice.state != InvoiceState.DRAFT,
        )
        .options(selectinload(Invoice.lines))
        .order_by(Invoice.id.desc())
        .limit(1)
    )  # fmt: skip


def paid_ahead(session: Session, invoice: Invoice) -> bool:
    """Whether money asked ahead may be taken off a draft: approved, and taken off by no sent invoice nor this one."""
    if invoice.agreement_id is None or invoice.prepayment or invoice.ahead.minor:
        return False
    other = aliased(Invoice)
    taken = (
        select(func.sum(case((other.kind == InvoiceKind.CREDIT_NOTE, -1), else_=1) * InvoiceLine.net_amount))
        .join(other, other.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.settles_id == Invoice.id, other.state != InvoiceState.DRAFT)
        .scalar_subquery()
    )
    found = select(Invoice.id).where(
        Invoice.net_amount + func.coalesce(taken, 0) > 0,
        Invoice.agreement_id == invoice.agreement_id, Invoice.seller_id == invoice.seller_id, Invoice.prepayment,
        Invoice.kind == InvoiceKind.INVOICE, Invoice.state.in_([InvoiceState.APPROVED, InvoiceState.PAID]),
    )  # fmt: skip
    return bool(session.scalar(select(found.exists())))


def instalments(agreement: Agreement, line_ids: Collection[int]) -> Instalments:
    """The instalments among these lines of one supplier; zero where the agreement has none."""
    party = next((line.party_id for line in agreement.lines if line.id in line_ids), None)
    lines = [line for line in agreement.lines if line.party_id == party]
    places = [place for place, line in enumerate(lines, start=1) if line.id in line_ids]
    if not agreement.in_instalments or not places:
        return Instalments(0)
    if not agreed.are_regular([line.unit_price for line in lines]):
        return Instalments(len(places))
    days = [
        agreed.instalment_days(agreement.starts_on, agreement.ends_on, len(lines), place)
        for place in (min(places), max(places))
    ]
    return Instalments(len(places), days[0][0], days[1][1])


def instalments_of(agreement: Agreement, invoice: Invoice) -> Instalments:
    """The instalments on an invoice."""
    return instalments(agreement, {line.agreement_line_id or 0 for line in invoice.lines})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a new invoice starts with, and per line what is left for this seller, and what it invoiced (`used`)."""

    quantities: Mapping[int, Decimal]
    left: Mapping[int, Decimal]
    used: Mapping[int, Decimal]
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
            line.quantity,
            share if line.party_id is None else agreed.WHOLE,
            own[line.id].quantity if line.id in own else Decimal(0),
        )
        for line in agreement.lines_of(seller_id)
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
            for line in agreement.lines_of(seller_id)
        }
    return Suggestion(
        quantities, left, {key: each.quantity for key, each in own.items()}, first, last,
        latest.buyer_reference if latest else "", latest.order_reference if latest else "",
    )  # fmt: skip
