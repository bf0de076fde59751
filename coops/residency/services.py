"""Writing down that somebody's paper was seen."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.residency import rules
from coops.residency.models import ResidentCheck
from coops.residency.rules import Shown
from cwb.audit.services import record
from cwb.identity.models import User
from cwb.identity.services import person_of
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor


def check_address(session: Session, *, user: User, shown: Shown, actor: Actor, at: datetime) -> ResidentCheck:
    """Write down that a paper with this person's name and an address in the area was seen.

    Raises:
        OwnAddress: one's own.
    """
    rules.check_other(user.id, actor.user_id)
    made = ResidentCheck(
        person_id=person_of(session, user=user, at=at).id, user_id=user.id, shown=shown, checked_at=at,
        checked_by_id=actor.user_id, ends_on=rules.ends_on(local_date(at)),
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="resident.checked", subject=f"user:{user.public_id}", actor_id=actor.user_id,
        facts={"shown": shown}, at=at,
    )  # fmt: skip
    return made
