"""Reading earlier jobs."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, and_, case, cast, func, or_, select
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


def all_jobs(session: Session) -> Mapping[int, Sequence[JobFacts]]:
    """Every job, by organisation, once for all lots of a page."""
    found: dict[int, list[JobFacts]] = {}
    for each in session.scalars(select(EarlierJob).order_by(EarlierJob.id)):
        found.setdefault(each.organisation_id, []).append(each.facts)
    return found


_ACCEPTED = (InvoiceState.APPROVED, InvoiceState.PAID)
_CREDITED = aliased(Invoice)
_NET = func.sum(case((Invoice.kind == InvoiceKind.INVOICE, Invoice.net_amount), else_=-Invoice.net_amount))


def delivered(
    session: Session, on: date, *, organisation_id: int | None = None
) -> Mapping[int, Sequence[ContractJob]]:
    """By organisation, or of one, the contracts made here of which a buyer accepted work, as earlier jobs.

    Accepted is what stands on approved invoices, less the credit notes on them.
    """
    sellers = [] if organisation_id is None else [Invoice.seller_id == organisation_id]
    found = session.execute(
        select(
            Invoice.seller_id, Agreement.reference, Agreement.title, Organisation.name, Agreement.cpv,
            func.min(Invoice.delivered_from), func.max(Invoice.delivered_until),
            func.coalesce(Agreement.ended_on, Agreement.ends_on), cast(_NET, BigInteger),
        )
        .join(Agreement, Agreement.id == Invoice.agreement_id)
        .join(Organisation, Organisation.id == Agreement.buyer_id)
        .outerjoin(_CREDITED, _CREDITED.id == Invoice.credits_id)
        .where(
            *sellers,
            or_(
                and_(Invoice.kind == InvoiceKind.INVOICE, Invoice.state.in_(_ACCEPTED)),
                and_(Invoice.sent_at.is_not(None), _CREDITED.state.in_(_ACCEPTED)),
            )
        )
        .group_by(Invoice.seller_id, Agreement.id, Organisation.name)
        .order_by(Invoice.seller_id, Agreement.id)
    )  # fmt: skip
    return rules.jobs_of([Delivered(*row) for row in found], on)


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
