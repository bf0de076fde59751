"""Stating, withdrawing and checking counts for reserved contracts."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.register.queries import find_cooperative
from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from procurement.workplaces import errors, policy
from procurement.workplaces.models import WorkplaceCount
from procurement.workplaces.rules import CountFacts, check_count


def state_count(session: Session, *, facts: CountFacts, actor: Actor, at: datetime) -> WorkplaceCount:
    """Write down the count of the own organisation; from now on it stands in the place of an earlier one.

    Raises:
        Forbidden: no board of an organisation.
        NobodyCounted, TargetTooMany, CountDayInvalid, AimTooShort, ProofMissing, ProofDayInvalid: at the field.
    """
    if actor.organisation_id is None or not policy.STATE.open_to(actor):
        raise Forbidden
    check_count(facts, local_date(at))
    made = WorkplaceCount(
        organisation_id=actor.organisation_id, counted_on=facts.counted_on, people=facts.people,
        target=facts.target, seconded=facts.seconded, aim=facts.aim.strip(), proof=facts.proof,
        proof_note=facts.proof_note.strip(), valid_until=facts.valid_until, stated_by_id=actor.user_id,
        stated_at=at, check_note="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    _record(session, "workplaces.stated", made, actor, at)
    return made


def withdraw_count(session: Session, *, count: WorkplaceCount, actor: Actor, at: datetime) -> None:
    """Take a count back: from now on it opens no reserved contract. It stays to be read.

    Raises:
        Forbidden: not of the own organisation.
        CountSettled: it was withdrawn.
    """
    if count.organisation_id != actor.organisation_id or not policy.STATE.open_to(actor):
        raise Forbidden
    if count.withdrawn_at is not None:
        raise errors.CountSettled
    count.withdrawn_by_id, count.withdrawn_at = actor.user_id, at
    session.flush()
    _record(session, "workplaces.withdrawn", count, actor, at)


def check_proof(
    session: Session, *, count: WorkplaceCount, accepted: bool, note: str, actor: Actor, at: datetime
) -> WorkplaceCount:
    """Say whether the proof shows what was stated; the board hears of it.

    Raises:
        Forbidden, CheckedBySelf: who may not.
        CountSettled: checked or withdrawn already.
        NoteMissing: at the field.
    """
    if not policy.CHECK.open_to(actor):
        raise Forbidden
    cooperative = find_cooperative(session, count.organisation_id)
    if actor.user_id in {count.stated_by_id, cooperative.coach_id if cooperative else None}:
        raise errors.CheckedBySelf
    if count.checked_at is not None or count.withdrawn_at is not None:
        raise errors.CountSettled
    if not note.strip():
        raise errors.NoteMissing(field="note")
    count.checked_by_id, count.checked_at = actor.user_id, at
    count.accepted, count.check_note = accepted, note.strip()
    session.flush()
    _record(session, "workplaces.accepted" if accepted else "workplaces.refused", count, actor, at)
    for board in people_with(session, count.organisation_id, Role.BOARD):
        send_mail(
            session, to=board.email, locale=board.locale, at=at,
            subject=N_("Uw telling voor voorbehouden opdrachten is gecontroleerd"),
            text=N_("Uitkomst: %(note)s\n\nOp uw bladzijde ziet u wat dit betekent."),
            facts={"note": count.check_note}, link="/workplaces",
        )  # fmt: skip
    return count


def _record(session: Session, action: str, count: WorkplaceCount, actor: Actor, at: datetime) -> None:
    facts = {
        "people": count.people, "target": count.target, "valid_until": count.valid_until.isoformat(),
        "organisation": str(count.organisation_id),
    }  # fmt: skip
    record(
        session,
        action=action,
        subject=f"workplaces:{count.public_id}",
        actor_id=actor.user_id,
        facts=facts,
        at=at,
    )
