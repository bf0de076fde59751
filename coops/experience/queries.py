"""Reading earlier jobs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, and_, case, cast, func, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from coops.experience import rules
from coops.experience.errors import JobNotFound
from coops.experience.models import EarlierJob, FinancialMeans
from coops.experience.rules import ContractJob, Delivered, JobFacts, MeansFacts
from cwb.identity.models import Organisation
from ledger.agreements.models import Agreement
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind, InvoiceState


def jobs(session: Session, organisation_id: int) -> Sequence[EarlierJob]:
    """The earlier jobs of an organisation, the newest first."""
    return session.scalars(
        select(EarlierJob)
        .where(EarlierJob.organisation_id == organisation_id)
        .order_by(EarlierJob.starts_on.desc(), EarlierJob.id.desc())
    ).all()


_ACCEPTED = (InvoiceState.APPROVED, InvoiceState.PAID)
_CREDITED = aliased(Invoice)
_NET = func.sum(case((Invoice.kind == InvoiceKind.INVOICE, Invoice.net_amount), else_=-Invoice.net_amount))
_DELIVERED = (
    select(
        Invoice.seller_id.label("party_id"), Agreement.reference, Agreement.title,
        Organisation.name.label("buyer"), Agreement.cpv, func.min(Invoice.delivered_from).label("since"),
        func.max(Invoice.delivered_until).label("until"),
        func.coalesce(Agreement.ended_on, Agreement.ends_on).label("ends_on"), cast(_NET, BigInteger).label("minor"),
    )
    .join(Agreement, Agreement.id == Invoice.agreement_id)
    .join(Organisation, Organisation.id == Agreement.buyer_id)
    .outerjoin(_CREDITED, _CREDITED.id == Invoice.credits_id)
    .where(
        or_(
            and_(Invoice.kind == InvoiceKind.INVOICE, Invoice.state.in_(_ACCEPTED)),
            and_(Invoice.sent_at.is_not(None), _CREDITED.state.in_(_ACCEPTED)),
        )
    )
    .group_by(Invoice.seller_id, Agreement.id, Organisation.name)
)  # fmt: skip
_WRITTEN = select(
    EarlierJob.organisation_id, null(), EarlierJob.title, EarlierJob.client, EarlierJob.cpv, EarlierJob.starts_on,
    EarlierJob.ends_on, EarlierJob.ends_on, EarlierJob.value_minor,
)  # fmt: skip


def all_jobs(session: Session, on: date) -> Mapping[int, Sequence[JobFacts]]:
    """Every job by organisation: what it wrote down, then the contracts made here of which a buyer accepted work.

    What was written down and is one of those contracts counts once, as the contract. Accepted is what stands on
    approved invoices, less the credit notes on them. One statement, for all lots of a page.
    """
    found: dict[int, list[JobFacts]] = {}
    delivered: list[Delivered] = []
    rows: Sequence[Any] = session.execute(
        union_all(_DELIVERED, _WRITTEN).order_by("party_id", "since", "reference")
    ).all()
    for row in rows:
        if row.reference is not None:
            delivered.append(Delivered(*row))
        else:
            job = JobFacts(row.title, row.buyer, row.minor, row.cpv, row.since, row.until)
            found.setdefault(row.party_id, []).append(job)
    for party_id, made in rules.jobs_of(delivered, on).items():
        written = found.get(party_id, [])
        twins = rules.twins(written, made)
        found[party_id] = [each for each, twin in zip(written, twins, strict=True) if twin is None] + list(
            made
        )
    return found


def delivered(session: Session, organisation_id: int, on: date) -> Sequence[ContractJob]:
    """The contracts made here of which a buyer accepted work of this organisation, as earlier jobs."""
    found = session.execute(_DELIVERED.where(Invoice.seller_id == organisation_id).order_by(Agreement.id))
    return rules.jobs_of([Delivered(*row) for row in found], on).get(organisation_id, [])


def job(session: Session, public_id: UUID, organisation_id: int | None) -> EarlierJob:
    """A job of one's own organisation, locked.

    Raises:
        JobNotFound: none, or another's.
    """
    found = session.scalars(
        select(EarlierJob)
        .where(EarlierJob.public_id == public_id, EarlierJob.organisation_id == organisation_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise JobNotFound
    return found


def find_means(session: Session, organisation_id: int, *, lock: bool = False) -> FinancialMeans | None:
    """What an organisation says of its turnover and insurance."""
    statement = select(FinancialMeans).where(FinancialMeans.organisation_id == organisation_id)
    return session.scalars(statement.with_for_update() if lock else statement).one_or_none()


def all_means(session: Session) -> Mapping[int, MeansFacts]:
    """The same of every organisation, for counting."""
    return {each.organisation_id: each.facts for each in session.scalars(select(FinancialMeans))}
