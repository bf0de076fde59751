"""Noting an outage: every running tender moves its deadline, with the reason, in one act."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.events import emit
from cwb.kernel.text import N_
from procurement.outages import errors, queries, rules
from procurement.outages.models import Outage
from procurement.tenders import queries as tenders
from procurement.tenders.events import DeadlineMoved
from procurement.tenders.models import Amendment, Tender
from procurement.tenders.services import answers_until, tell_followers

_ONE = text("SELECT pg_advisory_xact_lock(hashtext('outage'))")


def note_outage(
    session: Session, *, began_at: datetime, ended_at: datetime, reason: str, least_days: int, user_id: int,
    at: datetime,
) -> Outage:  # fmt: skip
    """Write an outage down and move every deadline it touched. `least_days`: the setting of the law tables.

    Raises:
        OutageOrder, OutageTooOld, OutageReasonMissing: input.
        OutageAlreadyNoted: one that overlaps is there.
    """
    rules.check_outage(began_at, ended_at, reason, at)
    session.execute(_ONE)
    if queries.overlaps(session, began_at, ended_at):
        raise errors.OutageAlreadyNoted
    days = rules.days_of(began_at, ended_at, least_days)
    found = [tenders.locked_tender(session, each) for each in queries.touched(session, began_at)]
    made = Outage(
        began_at=began_at, ended_at=ended_at, reason=reason.strip(), days=days, tenders=len(found),
        noted_by_id=user_id, noted_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for tender in found:
        _move(session, tender, made, at)
    record(
        session, action="outage.noted", subject=f"outage:{made.public_id}", actor_id=user_id,
        facts={
            "from": began_at.isoformat(), "to": ended_at.isoformat(), "days": days,
            "tenders": [each.number for each in found],
        },
        at=at,
    )  # fmt: skip
    return made


def _move(session: Session, tender: Tender, made: Outage, at: datetime) -> None:
    before = tender.closes_at or at
    change = Amendment(
        tender_id=tender.id, made_at=at, made_by_id=made.noted_by_id, reason=made.reason, kind="outage",
        closed_at_before=before, closes_at=rules.moved(before, made.days, at),
        questions_until=_later(tender.questions_until, made, at),
    )  # fmt: skip
    session.add(change)
    session.flush()
    tender.closes_at, tender.questions_until = change.closes_at, change.questions_until
    if tender.selected_at is None:
        tender.apply_until = _later(tender.apply_until, made, at)
    tender.answers_until = answers_until(tender, change.closes_at)
    tender.version += 1
    session.flush()
    tell_followers(
        session, tender=tender, subject=N_("%(number)s sluit later, door een storing"),
        text=N_("Door een storing sluit “%(title)s” later: %(closes_at)s. Wat er gebeurde:\n\n%(reason)s"),
        facts={"closes_at": change.closes_at, "reason": made.reason}, key=f"outage-{made.id}-{tender.id}", at=at,
    )  # fmt: skip
    emit(session, DeadlineMoved(tender.id))


def _later(moment: datetime | None, made: Outage, at: datetime) -> datetime | None:
    """A moment the outage touched, moved; one that had passed before it stays."""
    if moment is None or moment <= made.began_at:
        return moment
    return rules.moved(moment, made.days, at)
