"""What the desk shows beside an invoice, what waits there for somebody, and totals without names."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, USER, Tasks, Waiting, rows
from ledger.approval.queries import awaits
from ledger.books.queries import BookedLine, booked
from ledger.chains.models import InvoiceSplit
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.peppol.models import PeppolDelivery


def in_the_books(session: Session, invoice: Invoice, party_id: int | None) -> Sequence[BookedLine]:
    """What was booked for an invoice and its credit notes, in one party's books (None: in both)."""
    original = invoice.credits or invoice
    return booked(session, kind="invoice", reference=f"invoice:{original.public_id}", party_id=party_id)


def on_its_way(session: Session, invoice_id: int) -> tuple[InvoiceSplit | None, PeppolDelivery | None]:
    """How a sent invoice is split over two accounts, with the term it follows, and its latest way over the network."""
    found = session.execute(
        select(InvoiceSplit, PeppolDelivery)
        .select_from(Invoice)
        .outerjoin(InvoiceSplit, InvoiceSplit.invoice_id == Invoice.id)
        .outerjoin(PeppolDelivery, PeppolDelivery.invoice_id == Invoice.id)
        .options(joinedload(InvoiceSplit.term))
        .where(Invoice.id == invoice_id)
        .order_by(PeppolDelivery.id.desc())
        .limit(1)
    ).one()
    return found[0], found[1]


_BUYING, _SELLING = frozenset({Role.PURCHASER, Role.BOARD}), frozenset({Role.MEMBER, Role.BOARD})
_COUNT = rows(num=func.count()).having(func.count() > 0)
_FIRST_DUE = rows(num=func.count(), due_at=invoicing.noon(func.min(Invoice.due_on))).having(func.count() > 0)
_SENT_BY_US = _COUNT.where(Invoice.seller_id == ORGANISATION)

tasks = Tasks(
    Waiting(
        N_("Facturen die wachten op uw akkoord: %(num)s"), "invoices.index", _BUYING,
        _FIRST_DUE.where(*awaits(ORGANISATION, USER)), {"side": "=buyer", "state": "=sent"},
    ),
    Waiting(
        N_("Goedgekeurde facturen om te betalen: %(num)s"), "invoices.index", _BUYING,
        _FIRST_DUE.where(
            Invoice.buyer_id == ORGANISATION, Invoice.kind == InvoiceKind.INVOICE,
            Invoice.state == InvoiceState.APPROVED,
        ),
        {"side": "=buyer", "state": "=approved"},
    ),
    Waiting(
        N_("Facturen die klaarstaan om te versturen: %(num)s"), "invoices.index", _SELLING,
        _SENT_BY_US.where(Invoice.state == InvoiceState.DRAFT), {"side": "=seller", "state": "=draft"},
    ),
    Waiting(
        N_("Facturen met een bezwaar: %(num)s"), "invoices.index", _SELLING,
        _SENT_BY_US.where(Invoice.state == InvoiceState.DISPUTED), {"side": "=seller", "state": "=disputed"},
    ),
    Waiting(
        N_("Facturen die te laat betaald worden: %(num)s"), "invoices.index", _SELLING,
        _SENT_BY_US.where(invoicing.overdue(TODAY), Invoice.state != InvoiceState.DRAFT),
        {"side": "=seller", "state": "=overdue"},
    ),
)  # fmt: skip
"""What waits for this person at the desk."""


@dataclass(frozen=True, slots=True)
class StateTotal:
    """Invoices in one state, without names: how many, their total, and what is open."""

    state: InvoiceState
    count: int
    total: Money
    open: Money


def totals(session: Session, period: Period) -> list[StateTotal]:
    """All invoices sent in a period, by state; credit notes stand on their invoice."""
    rows = session.execute(
        select(
            Invoice.state, func.count(), func.sum(Invoice.total_amount - Invoice.credited_amount),
            func.sum(invoicing.open_amount()),
        )
        .where(
            Invoice.kind == InvoiceKind.INVOICE, Invoice.state != InvoiceState.DRAFT,
            Invoice.issued_on >= period.start, Invoice.issued_on < period.end,
        )
        .group_by(Invoice.state)
        .order_by(Invoice.state)
    )  # fmt: skip
    return [
        StateTotal(state, count, Money(int(total)), Money(int(left))) for state, count, total, left in rows
    ]
