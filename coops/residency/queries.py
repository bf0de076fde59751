"""Reading who was seen to live here."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from coops.residency.errors import ResidentUnknown
from coops.residency.models import ResidentCheck
from cwb.identity.models import User


def user(session: Session, public_id: UUID) -> User:
    """An account that is there.

    Raises:
        ResidentUnknown: none.
    """
    found = session.scalars(
        select(User).where(User.public_id == public_id, User.erased_at.is_(None))
    ).one_or_none()
    if found is None:
        raise ResidentUnknown
    return found


def lives_here(session: Session, person_id: int | None, today: date) -> bool:
    """Whether somebody's address was checked, not too long ago."""
    found = exists().where(ResidentCheck.person_id == person_id, ResidentCheck.ends_on >= today)
    return person_id is not None and bool(session.scalar(select(found)))


def residents(today: date) -> Select[int]:
    """The persons who were seen to live here and still have an account."""
    return (
        select(ResidentCheck.person_id)
        .join(User, User.person_id == ResidentCheck.person_id)
        .where(ResidentCheck.ends_on >= today, User.erased_at.is_(None))
        .distinct()
    )


def how_many(session: Session, today: date) -> int:
    """How many they are."""
    return session.scalar(select(func.count()).select_from(residents(today).subquery())) or 0


def checks() -> Select[ResidentCheck]:
    """All checks, newest first, with who."""
    return (
        select(ResidentCheck)
        .options(joinedload(ResidentCheck.person), joinedload(ResidentCheck.checked_by))
        .order_by(ResidentCheck.id.desc())
    )
