"""Letting a coach read along, or no longer."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor
from procurement.lessons import policy
from procurement.lessons.models import LessonConsent


def allow_coach(session: Session, *, is_given: bool, actor: Actor, at: datetime) -> LessonConsent:
    """Say whether coaches of the programme may read what one's cooperative learned; the last word counts.

    Raises:
        Forbidden: no board member.
    """
    if not policy.ALLOW.open_to(actor) or actor.organisation_id is None:
        raise Forbidden
    made = LessonConsent(organisation_id=actor.organisation_id, is_given=is_given, by_id=actor.user_id, at=at)
    session.add(made)
    session.flush()
    record(
        session, action="lessons.shared" if is_given else "lessons.unshared",
        subject=f"organisation:{actor.organisation_id}", actor_id=actor.user_id, at=at,
    )  # fmt: skip
    return made
