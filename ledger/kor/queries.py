"""Reading who is under the scheme."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from cwb.kernel.money import Money
from ledger.accounts.rules import Role
from ledger.books.queries import midnight, moved
from ledger.kor import rules
from ledger.kor.models import SmallBusiness

_Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def covers(party_id: _Column | int, day: _Column | date) -> ColumnElement[bool]:
    """SQL: whether an organisation is under the scheme on a day."""
    return (
        select(SmallBusiness.id)
        .where(
            SmallBusiness.party_id == party_id,
            SmallBusiness.since <= day,
            SmallBusiness.until.is_(None) | (SmallBusiness.until > day),
        )
        .exists()
    )


def is_small(session: Session, party_id: int, day: date) -> bool:
    """Whether an organisation is under the scheme on a day."""
    return bool(session.scalar(select(covers(party_id, day))))


def is_small_over(session: Session, party_id: int, first: date, last: date) -> bool:
    """Whether an organisation is under the scheme over all these days, both included.

    Raises:
        KorBeginsWithin: only from a day within them on.
    """
    found = [each for each in stretches(session, party_id) if each.until is None or each.until > each.since]
    small = any(each.since <= last and (each.until is None or each.until > last) for each in found)
    return rules.small_over(first, last, [each.since for each in found], small=small)


def turnover(session: Session, party_id: int, year: int) -> Money:
    """What was booked as revenue in a calendar year, without VAT: what the limit of the scheme counts (prudently)."""
    span = {"since": midnight(date(year, 1, 1)), "before": midnight(date(year + 1, 1, 1))}
    return sum((Money(-each.amount) for each in moved(session, party_id, (Role.REVENUE,), **span)), Money(0))


def stretches(session: Session, party_id: int) -> Sequence[SmallBusiness]:
    """When an organisation was under the scheme, newest first."""
    return session.scalars(
        select(SmallBusiness)
        .where(SmallBusiness.party_id == party_id)
        .order_by(SmallBusiness.since.desc(), SmallBusiness.id.desc())
    ).all()


def is_running(session: Session, party_id: int) -> bool:
    """Whether an organisation has begun the scheme and not ended it."""
    running = SmallBusiness.until.is_(None)
    return (
        session.scalar(select(SmallBusiness.id).where(SmallBusiness.party_id == party_id, running))
        is not None
    )


def find_running_locked(session: Session, party_id: int) -> SmallBusiness | None:
    """The stretch that has no end yet, and nobody else's until the end of the transaction."""
    return session.scalar(
        select(SmallBusiness)
        .where(SmallBusiness.party_id == party_id, SmallBusiness.until.is_(None))
        .with_for_update()
    )
