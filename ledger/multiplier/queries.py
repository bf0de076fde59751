"""Reading studies."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ledger.multiplier.errors import StudyUnknown
from ledger.multiplier.models import Study


def study(session: Session, public_id: UUID, *, drafts: bool) -> Study:
    """A study with its recipients; a draft only for who makes them.

    Raises:
        StudyUnknown: none.
    """
    found = session.scalar(
        select(Study).where(Study.public_id == public_id).options(selectinload(Study.recipients))
    )
    if found is None or (found.finished_at is None and not drafts):
        raise StudyUnknown
    return found


def studies(session: Session, *, drafts: bool) -> Sequence[Study]:
    """Studies, latest first."""
    statement = select(Study).options(selectinload(Study.recipients)).order_by(Study.id.desc()).limit(100)
    if not drafts:
        statement = statement.where(Study.finished_at.is_not(None))
    return session.scalars(statement).all()
