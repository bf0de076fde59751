"""Stating, withdrawing and checking what reserved contracts ask of an organisation."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from coops.register.queries import find_cooperative
from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.reserved import policy
from procurement.reserved.models import Stated

Statement = TypeVar("Statement", bound=Stated)


def keep(session: Session, statement: Statement, *, actor: Actor, at: datetime) -> Statement:
    """Write a new statement of the own organisation down; from now on it stands in the place of earlier ones.

    Raises:
        Forbidden: no board of an organisation.
    """
    if actor.organisation_id is None or not policy.STATE.open_to(actor):
        raise Forbidden
    statement.organisation_id, statement.check_note = actor.organisation_id, ""
    statement.stated_by_id, statement.stated_at = actor.user_id, at
    session.add(statement)
    session.flush()
    _record(session, "stated", statement, actor, at)
    return statement


def withdraw(session: Session, *, statement: Stated, actor: Actor, at: datetime) -> None:
    """Take a statement back: from now on it opens no contract. It stays to be read.

    Raises:
        Forbidden: not of the own organisation.
        Conflict: withdrawn already; as the kind says it.
    """
    if statement.organisation_id != actor.organisation_id or not policy.STATE.open_to(actor):
        raise Forbidden
    if statement.withdrawn_at is not None:
        raise statement.kind.settled
    statement.withdrawn_by_id, statement.withdrawn_at = actor.user_id, at
    session.flush()
    _record(session, "withdrawn", statement, actor, at)


def check(
    session: Session, *, statement: Stated, accepted: bool, note: str, actor: Actor, at: datetime
) -> None:
    """Say whether what was seen shows what was stated; the board hears of it.

    Raises:
        Forbidden: who may not, who stated it and who coaches the cooperative.
        Conflict: checked or withdrawn already.
        RuleBroken: no note, at the field. All three as the kind says them.
    """
    if not policy.CHECK.open_to(actor):
        raise Forbidden
    cooperative, kind = find_cooperative(session, statement.organisation_id), statement.kind
    if actor.user_id in {statement.stated_by_id, cooperative.coach_id if cooperative else None}:
        raise kind.own_check
    if statement.checked_at is not None or statement.withdrawn_at is not None:
        raise kind.settled
    if not note.strip():
        raise kind.no_note(field="note")
    statement.checked_by_id, statement.checked_at = actor.user_id, at
    statement.accepted, statement.check_note = accepted, note.strip()
    session.flush()
    _record(session, "accepted" if accepted else "refused", statement, actor, at)
    mail_each(
        session, people_with(session, statement.organisation_id, Role.BOARD), at=at, subject=kind.letter,
        text=N_("Uitkomst: %(note)s\n\nOp uw bladzijde ziet u wat dit betekent."), facts={"note": statement.check_note},
        link=f"/{kind.name}",
    )  # fmt: skip


def _record(session: Session, what: str, statement: Stated, actor: Actor, at: datetime) -> None:
    name = statement.kind.name
    record(
        session, action=f"{name}.{what}", subject=f"{name}:{statement.public_id}", actor_id=actor.user_id,
        facts=statement.trail, at=at,
    )  # fmt: skip
