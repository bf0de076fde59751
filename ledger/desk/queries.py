"""What the desk shows beside an invoice, what waits there for somebody, and totals without names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.feature import Task
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from ledger.approval.queries import waiting
from ledger.books.queries import BookedLine, booked
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind, InvoiceState, at_noon


def in_the_books(session: Session, invoice: Invoice, party_id: int | None) -> Sequence[BookedLine]:
    """What was booked for an invoice and its credit notes, in one party's books (None: in both)."""
    original = invoice.credits or invoice
    return booked(session, kind="invoice", reference=f"invoice:{original.public_id}", party_id=party_id)


def tasks(session: Session, actor: Actor, at: datetime) -> Sequence[Task]:
    """What waits for this person at the desk."""
    own, found = actor.organisation_id, list[Task]()
    if own is None:
        return found
    if actor.has(Role.PURCHASER, Role.BOARD):
        found += _as_buyer(session, own, actor.user_id)
    if actor.has(Role.MEMBER, Role.BOARD):
        found += _as_seller(session, own, at)
    return found


def _as_buyer(session: Session, own: int, user_id: int) -> list[Task]:
    found = []
    here = waiting(session, own, user_id)
    if here.count:
        found.append(
            Task(
                N_("Facturen die wachten op uw akkoord: %(num)s"), "invoices.index", {"side": "buyer", "state": "sent"},
                {"num": here.count}, at_noon(here.first_due) if here.first_due else None,
            )
        )  # fmt: skip
    count, due = session.execute(
        select(func.count(), func.min(Invoice.due_on)).where(
            Invoice.buyer_id == own,
            Invoice.state == InvoiceState.APPROVED,
            Invoice.kind == InvoiceKind.INVOICE,
        )
    ).one()
    if count:
        found.append(
            Task(
                N_("Goedgekeurde facturen om te betalen: %(num)s"), "invoices.index",
                {"side": "buyer", "state": "approved"}, {"num": count}, at_noon(due) if due else None,
            )
        )  # fmt: skip
    return found


def _as_seller(session: Session, own: int, at: datetime) -> list[Task]:
    late = func.count().filter(invoicing.overdue(local_date(at)) & (Invoice.state != InvoiceState.DRAFT))
    states = [
        func.count().filter(Invoice.state == state) for state in (InvoiceState.DRAFT, InvoiceState.DISPUTED)
    ]
    counts = session.execute(select(*states, late).where(Invoice.seller_id == own)).one()
    texts = (
        (N_("Facturen die klaarstaan om te versturen: %(num)s"), "draft"),
        (N_("Facturen met een bezwaar: %(num)s"), "disputed"),
        (N_("Facturen die te laat betaald worden: %(num)s"), "overdue"),
    )
    return [
        Task(text, "invoices.index", {"side": "seller", "state": state}, {"num": count})
        for (text, state), count in zip(texts, counts, strict=True)
        if count
    ]


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
