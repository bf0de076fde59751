"""Saying what one had from elsewhere."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from coops.aid import policy, queries
from coops.aid.models import OtherAid
from cwb.audit.services import record
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor


def declare(
    session: Session, *, amount: Money, granted_on: date, giver: str, what: str, actor: Actor, at: datetime
) -> OtherAid:
    """Say what one's own cooperative, or one linked to it, was granted elsewhere.

    Raises:
        Forbidden: not by a board.
        AmountWrong, DayWrong, GiverMissing: at the field.
    """
    if actor.organisation_id is None or not policy.KEEP.open_to(actor):
        raise Forbidden
    made = OtherAid(
        organisation_id=actor.organisation_id, amount=amount.minor, granted_on=granted_on, giver=giver.strip(),
        what=what.strip(), told_by_id=actor.user_id, told_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, made, "declared", actor, at)
    return made


def take_back(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> OtherAid:
    """Take a slip back; it stays to read and counts no more.

    Raises:
        Forbidden: not by a board. AidNotFound: another's, or taken back before.
    """
    if not policy.KEEP.open_to(actor):
        raise Forbidden
    found = queries.own(session, public_id, actor.organisation_id)
    found.taken_back_at, found.taken_back_by_id = at, actor.user_id
    session.flush()
    _note(session, found, "taken_back", actor, at)
    return found


def _note(session: Session, found: OtherAid, what: str, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"aid.{what}", subject=f"aid:{found.public_id}", actor_id=actor.user_id,
        facts={"amount": found.amount, "granted_on": found.granted_on.isoformat()}, at=at,
    )  # fmt: skip
