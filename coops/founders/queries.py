"""Reading who asks to found an initiative along."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.initiatives.models import InitiativeRequest
from cwb.identity.models import User


def asking(session: Session, initiative_id: int) -> Sequence[User]:
    """Who waits for an answer whether to found it along, for those who give it."""
    return session.scalars(
        select(User)
        .join(InitiativeRequest, InitiativeRequest.user_id == User.id)
        .where(InitiativeRequest.initiative_id == initiative_id, InitiativeRequest.answered_at.is_(None))
        .order_by(InitiativeRequest.asked_at, User.id)
    ).all()
