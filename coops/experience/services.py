"""Keeping earlier jobs."""

from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coops.experience import errors, policy, queries, rules
from coops.experience.models import EarlierJob, FinancialMeans
from coops.experience.rules import JobFacts, MeansFacts
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor


def add_job(session: Session, *, facts: JobFacts, actor: Actor, at: datetime) -> EarlierJob:
    """Write down a job of the own organisation.

    Raises:
        Forbidden: for no organisation, or by somebody else.
        TooManyJobs, or one of `rules.check_job`: input.
    """
    if actor.organisation_id is None or not policy.KEEP.open_to(actor):
        raise Forbidden
    rules.check_job(facts, local_date(at))
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == actor.organisation_id)
        .with_for_update(key_share=True)
    )
    if len(queries.jobs(session, actor.organisation_id)) >= rules.MOST_JOBS:
        raise errors.TooManyJobs(most=rules.MOST_JOBS)
    made = EarlierJob(
        organisation_id=actor.organisation_id, **asdict(_tidy(facts)), version=1, saved_by_id=actor.user_id,
        saved_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def change_job(
    session: Session, *, job: EarlierJob, facts: JobFacts, version: int, actor: Actor, at: datetime
) -> EarlierJob:
    """Write it down otherwise; bids that were handed in keep what they said.

    Raises:
        Forbidden: another organisation's.
        JobChanged: a colleague was first.
        RuleBroken: one of `rules.check_job`.
    """
    _check_own(job, actor)
    if job.version != version:
        raise errors.JobChanged
    rules.check_job(facts, local_date(at))
    for name, value in asdict(_tidy(facts)).items():
        setattr(job, name, value)
    job.version, job.saved_by_id, job.saved_at = job.version + 1, actor.user_id, at
    session.flush()
    return job


def drop_job(session: Session, *, job: EarlierJob, actor: Actor) -> None:
    """Take it out of the profile; bids that were handed in keep what they said.

    Raises:
        Forbidden: another organisation's.
    """
    _check_own(job, actor)
    session.delete(job)
    session.flush()


def keep_means(
    session: Session, *, facts: MeansFacts, version: int, actor: Actor, at: datetime
) -> FinancialMeans:
    """Write down turnover and insurance of the own organisation; bids that were handed in keep what they said.

    Raises:
        Forbidden: for no organisation, or by somebody else than its board.
        MeansChanged: a colleague was first.
        RuleBroken: one of `rules.check_means`.
    """
    if actor.organisation_id is None or not policy.STATE.open_to(actor):
        raise Forbidden
    rules.check_means(facts, local_date(at))
    found = queries.find_means(session, actor.organisation_id, lock=True)
    if (found.version if found else 0) != version:
        raise errors.MeansChanged
    if found is None:
        found = FinancialMeans(organisation_id=actor.organisation_id, version=0)
        session.add(found)
    found.book_year = facts.book_year
    found.turnover_0, found.turnover_1, found.turnover_2 = facts.turnovers
    found.insured_minor, found.insured_until = facts.insured_minor, facts.insured_until
    found.version, found.saved_by_id, found.saved_at = version + 1, actor.user_id, at
    try:
        session.flush()
    except IntegrityError as fault:
        raise errors.MeansChanged from fault
    return found


def _check_own(job: EarlierJob, actor: Actor) -> None:
    if job.organisation_id != actor.organisation_id or not policy.KEEP.open_to(actor):
        raise Forbidden


def _tidy(facts: JobFacts) -> JobFacts:
    return replace(
        facts, title=facts.title.strip(), client=facts.client.strip(), place=facts.place.strip(),
        contact=facts.contact.strip(),
    )  # fmt: skip
