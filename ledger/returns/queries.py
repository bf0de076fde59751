"""Reading the VAT of a period: from the invoices, and from the VAT accounts."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, select
from sqlalchemy.orm import Session

from cwb.identity.models import Party
from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.rules import Role
from ledger.books import queries as books
from ledger.customers.rules import HOME
from ledger.incoming import queries as received
from ledger.incoming.models import IncomingInvoice
from ledger.invoicing.models import Invoice, InvoiceVat
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.kor.queries import covers
from ledger.receipts import queries as receipts
from ledger.receipts.models import Receipt
from ledger.returns import rules
from ledger.returns.rules import ABROAD, INPUT, KOR, LOST, SHIFTED, Overview, Row
from ledger.vat.rules import RATES, VatCode, shifted

_SIGN = case((Invoice.kind == InvoiceKind.CREDIT_NOTE, -1), else_=1)
_NONE = Money(0)


def _small() -> ColumnElement[bool]:
    return (InvoiceVat.category == "E") & covers(Invoice.seller_id, Invoice.delivered_until)


def _abroad() -> ColumnElement[bool]:
    """SQL: whether VAT was shifted to a customer in another country."""
    return and_(InvoiceVat.category == "AE", Invoice.buyer_facts["country"].astext != HOME)


def _sold(party_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    """Sales count on the day of the invoice."""
    return (
        Invoice.seller_id == party_id, Invoice.state != InvoiceState.DRAFT,
        Invoice.issued_on >= period.start, Invoice.issued_on < period.end,
    )  # fmt: skip


def _bought(party_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    """Purchases count at the approval: then they come into the books."""
    return (
        Invoice.buyer_id == party_id, Invoice.approved_at >= books.midnight(period.start),
        Invoice.approved_at < books.midnight(period.end),
    )  # fmt: skip


class Line(NamedTuple):
    """One invoice or receipt behind a figure, and the page it stands on."""

    public_id: UUID
    number: str
    day: date
    party: str
    percent: Decimal
    net: Money
    vat: Money
    endpoint: str = "invoices.show"


def _sales(session: Session, party_id: int, period: Period) -> list[Row]:
    rows = session.execute(
        select(
            InvoiceVat.category, InvoiceVat.percent, _small().label("small"), _abroad().label("abroad"), func.count(),
            func.sum(_SIGN * InvoiceVat.net_amount), func.sum(_SIGN * InvoiceVat.vat_amount),
        )
        .join(Invoice, Invoice.id == InvoiceVat.invoice_id)
        .where(*_sold(party_id, period))
        .group_by(InvoiceVat.category, InvoiceVat.percent, "small", "abroad")
    )  # fmt: skip
    return [
        rules.sale_row(
            category,
            percent,
            small=small,
            abroad=abroad,
            count=count,
            net=Money(int(net)),
            vat=Money(int(tax)),
        )
        for category, percent, small, abroad, count, net, tax in rows
    ]


_OUT_SIGN = case((IncomingInvoice.credits_id.is_not(None), -1), else_=1)


def _received(party_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    """Invoices from outside count at the approval too."""
    return (
        IncomingInvoice.buyer_id == party_id, IncomingInvoice.approved_at >= books.midnight(period.start),
        IncomingInvoice.approved_at < books.midnight(period.end),
    )  # fmt: skip


def _purchases(session: Session, party_id: int, period: Period) -> tuple[list[Row], Money]:
    """The rows, and the shifted VAT that is got back."""
    here = (
        select(
            Invoice.vat_recoverable, func.count(func.distinct(Invoice.id)),
            func.sum(_SIGN * InvoiceVat.net_amount), func.sum(_SIGN * InvoiceVat.vat_amount),
        )
        .join(Invoice, Invoice.id == InvoiceVat.invoice_id)
        .where(*_bought(party_id, period), InvoiceVat.vat_amount != 0)
        .group_by(Invoice.vat_recoverable)
    )  # fmt: skip
    outside = (
        select(
            IncomingInvoice.vat_recoverable, func.count(), func.sum(_OUT_SIGN * IncomingInvoice.taxed),
            func.sum(_OUT_SIGN * IncomingInvoice.vat),
        )
        .where(*_received(party_id, period), IncomingInvoice.vat != 0)
        .group_by(IncomingInvoice.vat_recoverable)
    )  # fmt: skip
    sums = [
        (bool(back), count, int(net), int(tax))
        for back, count, net, tax in session.execute(here.union_all(outside))
    ]
    rows = rules.with_receipts([], sums)
    moved_here = (
        select(_SIGN * InvoiceVat.net_amount, Invoice.delivered_until, Invoice.vat_recoverable)
        .join(Invoice, Invoice.id == InvoiceVat.invoice_id)
        .where(*_bought(party_id, period), InvoiceVat.category == "AE")
    )
    moved_outside = select(
        _OUT_SIGN * IncomingInvoice.shifted_net, IncomingInvoice.supplied_on, IncomingInvoice.vat_recoverable
    ).where(*_received(party_id, period), IncomingInvoice.shifted_net > 0)
    moved = session.execute(moved_here.union_all(moved_outside)).all()
    if not moved:
        return rows, _NONE
    taxes = [(Money(net), shifted(Money(net), day), bool(back)) for net, day, back in moved]
    net, tax = sum((each[0] for each in taxes), _NONE), sum((each[1] for each in taxes), _NONE)
    back = sum((each[1] for each in taxes if each[2]), _NONE)
    return [*rows, Row(SHIFTED, Decimal(0), rules.BOXES[SHIFTED], len(taxes), net, tax)], back


def overview(session: Session, party_id: int, period: Period) -> Overview:
    """The VAT of a period from the invoices, and beside it what the VAT accounts moved."""
    sales = _sales(session, party_id, period)
    bought, shifted_back = _purchases(session, party_id, period)
    bought = rules.with_receipts(bought, receipts.taxes(session, party_id, period))
    moves = books.moved(
        session, party_id, (Role.VAT_OUTPUT, Role.VAT_INPUT), since=books.midnight(period.start),
        before=books.midnight(period.end),
    )  # fmt: skip
    output = [(each.kind, Money(-each.amount)) for each in moves if each.role == Role.VAT_OUTPUT.value]
    back = [(each.kind, Money(each.amount)) for each in moves if each.role == Role.VAT_INPUT.value]
    owed = sum((row.vat for row in (*sales, *bought) if row.key not in {INPUT, LOST}), _NONE)
    got = sum((row.vat for row in bought if row.key == INPUT), _NONE) + shifted_back
    return Overview(
        tuple(rules.ordered([*sales, *bought])),
        rules.tie(Role.VAT_OUTPUT.value, owed, output),
        rules.tie(Role.VAT_INPUT.value, got, back),
    )


def lines(session: Session, party_id: int, period: Period, key: str) -> Sequence[Line]:
    """The invoices behind a row, oldest first."""
    selling = key in rules.SALES
    other = Invoice.buyer_id if selling else Invoice.seller_id
    statement = (
        select(
            Invoice.public_id, Invoice.number, Invoice.issued_on, Invoice.approved_at, Invoice.delivered_until,
            Party.name, InvoiceVat.percent, _SIGN * InvoiceVat.net_amount, _SIGN * InvoiceVat.vat_amount,
        )
        .join(Invoice, Invoice.id == InvoiceVat.invoice_id)
        .join(Party, Party.id == other)
        .where(*(_sold if selling else _bought)(party_id, period), _of(key))
        .order_by(Invoice.issued_on, Invoice.id)
    )  # fmt: skip
    found = [_line(row, key) for row in session.execute(statement)]
    if key in {INPUT, LOST}:
        found += _receipt_lines(session, party_id, period, back=key == INPUT)
    return found + (_received_lines(session, party_id, period, key) if key not in rules.SALES else [])


def _received_lines(session: Session, party_id: int, period: Period, key: str) -> list[Line]:
    """The invoices from outside behind a figure; credit notes count negative."""
    wanted = received.received(party_id).where(*_received(party_id, period))
    if key == SHIFTED:
        wanted = wanted.where(IncomingInvoice.shifted > 0)
    else:
        wanted = wanted.where(IncomingInvoice.vat > 0, IncomingInvoice.vat_recoverable.is_(key == INPUT))
    found = []
    for each in session.scalars(wanted.order_by(None).order_by(IncomingInvoice.id)):
        net, tax = (each.shifted_net, each.shifted) if key == SHIFTED else (each.taxed, each.vat)
        sign = -1 if each.is_credit_note else 1
        approved = each.approved_at or each.came_at
        found.append(
            Line(
                each.public_id, each.number, local_date(approved.astimezone(LOCAL)), each.sender.name, Decimal(0),
                Money(sign * net), Money(sign * tax), "incoming.show",
            )
        )  # fmt: skip
    return found


def _receipt_lines(session: Session, party_id: int, period: Period, *, back: bool) -> list[Line]:
    """The receipts behind a figure; what was turned back counts negative."""
    found = []
    for turned in (False, True):
        wanted = receipts.in_period(party_id, period, turned=turned).where(Receipt.vat_recoverable.is_(back))
        for each in session.scalars(wanted):
            net, tax = Money(each.high + each.low) - each.vat, each.vat
            day = each.reversed_on if turned else each.counts_on
            found.append(
                Line(
                    each.public_id, "", day or each.bought_on, each.supplier, Decimal(0), -net if turned else net,
                    -tax if turned else tax, "receipts.show",
                )
            )  # fmt: skip
    return found


def _of(key: str) -> ColumnElement[bool]:
    """SQL: whether a VAT line of an invoice belongs to a row."""
    if key in {INPUT, LOST}:
        return (InvoiceVat.vat_amount != 0) & Invoice.vat_recoverable.is_(key == INPUT)
    if key == SHIFTED:
        return InvoiceVat.category == "AE"
    if key == KOR:
        return _small()
    if key == ABROAD:
        return _abroad()
    of_code = [rate for rate in RATES if rate.code.value == key]
    found: ColumnElement[bool] = false()
    for rate in of_code:
        found |= (InvoiceVat.category == rate.category) & (InvoiceVat.percent == rate.percent)
    if key == VatCode.REVERSE_CHARGE.value:
        return found & ~_abroad()
    return found & ~_small() if key == VatCode.EXEMPT.value else found


def _line(row: Any, key: str) -> Line:
    public_id, number, issued, approved, delivered, party, percent, net, tax = row
    day = issued if key in rules.SALES else local_date(approved.astimezone(LOCAL))
    owed = shifted(Money(net), delivered) if key == SHIFTED else Money(tax)
    return Line(public_id, number, day, party, percent, Money(net), owed)
