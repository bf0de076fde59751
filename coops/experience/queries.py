"""Reading earlier jobs."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.experience.errors import JobNotFound
from coops.experience.models import EarlierJob, FinancialMeans
from coops.experience.rules import JobFacts, MeansFacts


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
