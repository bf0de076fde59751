"""Reading PINs."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.sign_in.models import UserSession
from ledger.pins.models import Pin


def opened_at(session: Session, session_id: int) -> datetime:
    """When somebody signed in."""
    return session.scalars(select(UserSession.opened_at).where(UserSession.id == session_id)).one()


def find_pin(session: Session, user_id: int, *, lock: bool = False) -> Pin | None:
    """A person's PIN, if they chose one. `lock`: nobody else tries it meanwhile."""
    statement = select(Pin).where(Pin.user_id == user_id).execution_options(populate_existing=True)
    if lock:
        statement = statement.with_for_update()
    return session.scalars(statement).one_or_none()
