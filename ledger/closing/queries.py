"""Reading which periods are closed, and what a set of books is."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Party
from cwb.kernel.period import Period
from ledger.closing import rules
from ledger.closing.errors import CloseUnknown
from ledger.closing.models import BooksStatus, PeriodClose
from ledger.closing.rules import BooksKind


def _still_closed() -> tuple[ColumnElement[bool], ...]:
    undo = aliased(PeriodClose)
    return (
        PeriodClose.reopens_id.is_(None),
        ~select(undo.id).where(undo.reopens_id == PeriodClose.id).correlate(PeriodClose).exists(),
    )


def closed(session: Session, party_ids: Collection[int]) -> list[Period]:
    """The periods that are closed now in any of these sets of books, oldest first."""
    rows = session.execute(
        select(PeriodClose.starts_on, PeriodClose.ends_on)
        .where(PeriodClose.party_id.in_(party_ids), *_still_closed())
        .order_by(PeriodClose.starts_on, PeriodClose.id)
    )
    return [Period(*row) for row in rows]


def first_open(session: Session, party_ids: Collection[int], day: date) -> date:
    """The day itself, or the first day after it that is open in all these sets of books."""
    return rules.first_open(day, closed(session, party_ids))


def history(session: Session, party_id: int) -> Sequence[PeriodClose]:
    """Every closing and opening again, newest first, with who did it."""
    return session.scalars(
        select(PeriodClose)
        .where(PeriodClose.party_id == party_id)
        .options(joinedload(PeriodClose.by))
        .order_by(PeriodClose.id.desc())
    ).all()


def closing(session: Session, public_id: UUID) -> PeriodClose:
    """A period that was closed, by its public id.

    Raises:
        CloseUnknown: there is none.
    """
    found = session.scalar(
        select(PeriodClose).where(PeriodClose.public_id == public_id, PeriodClose.reopens_id.is_(None))
    )
    if found is None:
        raise CloseUnknown
    return found


def reopened(session: Session, close_id: int) -> bool:
    """Whether a closed period was opened again."""
    return session.scalar(select(PeriodClose.id).where(PeriodClose.reopens_id == close_id)) is not None


def books_kind(session: Session, party_id: int, on: date) -> BooksKind | None:
    """What a set of books is on a day; None when nobody said."""
    return session.scalar(
        select(BooksStatus.kind)
        .where(BooksStatus.party_id == party_id, BooksStatus.since <= on)
        .order_by(BooksStatus.since.desc(), BooksStatus.id.desc())
        .limit(1)
    )


def find_party(session: Session, public_id: UUID) -> Party | None:
    """Whose books these are."""
    return session.scalars(select(Party).where(Party.public_id == public_id)).one_or_none()
