"""Stating, withdrawing and checking what reserved services ask of an organisation."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from coops.register.queries import find_cooperative
from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from procurement.missions import errors, policy
from procurement.missions.models import Mission
from procurement.missions.rules import check_mission


def state_mission(
    session: Session,
    *,
    aim: str,
    profit: str,
    control: str,
    basis: str,
    valid_until: date,
    actor: Actor,
    at: datetime,
) -> Mission:
    """Write down the answers of the own organisation; from now on they stand in the place of earlier ones.

    Raises:
        Forbidden: no board of an organisation.
        TextTooShort, NotMet, DayInvalid: at the field.
    """
    if actor.organisation_id is None or not policy.STATE.open_to(actor):
        raise Forbidden
    told, written = check_mission(
        aim=aim, profit=profit, control=control, basis=basis, valid_until=valid_until, today=local_date(at)
    )
    made = Mission(
        organisation_id=actor.organisation_id, aim=told, profit=profit, control=control, basis=written,
        valid_until=valid_until, stated_by_id=actor.user_id, stated_at=at, check_note="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    _record(session, "missions.stated", made, actor, at)
    return made


def withdraw_mission(session: Session, *, mission: Mission, actor: Actor, at: datetime) -> None:
    """Take the answers back: from now on they open no contract. They stay to be read.

    Raises:
        Forbidden: not of the own organisation.
        MissionSettled: withdrawn already.
    """
    if mission.organisation_id != actor.organisation_id or not policy.STATE.open_to(actor):
        raise Forbidden
    if mission.withdrawn_at is not None:
        raise errors.MissionSettled
    mission.withdrawn_by_id, mission.withdrawn_at = actor.user_id, at
    session.flush()
    _record(session, "missions.withdrawn", mission, actor, at)


def check_statement(
    session: Session, *, mission: Mission, accepted: bool, note: str, actor: Actor, at: datetime
) -> Mission:
    """Say whether the statutes show what was answered; the board hears of it.

    Raises:
        Forbidden, CheckedBySelf: who may not.
        MissionSettled: checked or withdrawn already.
        NoteMissing: at the field.
    """
    if not policy.CHECK.open_to(actor):
        raise Forbidden
    cooperative = find_cooperative(session, mission.organisation_id)
    if actor.user_id in {mission.stated_by_id, cooperative.coach_id if cooperative else None}:
        raise errors.CheckedBySelf
    if mission.checked_at is not None or mission.withdrawn_at is not None:
        raise errors.MissionSettled
    if not note.strip():
        raise errors.NoteMissing(field="note")
    mission.checked_by_id, mission.checked_at = actor.user_id, at
    mission.accepted, mission.check_note = accepted, note.strip()
    session.flush()
    _record(session, "missions.accepted" if accepted else "missions.refused", mission, actor, at)
    for board in people_with(session, mission.organisation_id, Role.BOARD):
        send_mail(
            session, to=board.email, locale=board.locale, at=at,
            subject=N_("Uw publieke taak is gecontroleerd"),
            text=N_("Uitkomst: %(note)s\n\nOp uw bladzijde ziet u wat dit betekent."),
            facts={"note": mission.check_note}, link="/missions",
        )  # fmt: skip
    return mission


def _record(session: Session, action: str, mission: Mission, actor: Actor, at: datetime) -> None:
    facts = {"organisation": str(mission.organisation_id), "valid_until": mission.valid_until.isoformat()}
    subject = f"missions:{mission.public_id}"
    record(session, action=action, subject=subject, actor_id=actor.user_id, facts=facts, at=at)
