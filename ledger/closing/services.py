"""Closing and opening periods, and saying what a set of books is; each act stands in the audit log."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor
from ledger.closing import queries, rules
from ledger.closing.errors import AlreadyClosed, BooksInUse, NotClosed
from ledger.closing.models import BooksStatus, PeriodClose

_REFUSALS = {"CB019": AlreadyClosed, "40P01": BooksInUse, "55P03": BooksInUse}


def close_period(
    session: Session, *, party_id: int, period: Period, actor: Actor, at: datetime
) -> PeriodClose:
    """Close a month, quarter or year: from here on nothing is posted with a day in it.

    Waits for who is posting in these books; who comes later waits for this and finds the period closed.

    Raises:
        PeriodNotWhole, PeriodNotOver, AlreadyClosed: the period cannot be closed.
        BooksInUse: others were posting for too long.
    """
    rules.check_close(period, queries.closed(session, [party_id]), today=local_date(at))
    made = PeriodClose(party_id=party_id, period=period, by_id=actor.user_id, at=at)
    session.add(made)
    try:
        session.flush()
    except DBAPIError as fault:
        original: Any = fault.orig
        raise _REFUSALS.get(original.sqlstate or "", fault) from fault
    _note(session, "closed", made, actor)
    return made


def reopen_period(
    session: Session, *, close: PeriodClose, reason: str, actor: Actor, at: datetime
) -> PeriodClose:
    """Open a closed period again, as an act with a reason; the closing itself stays on record.

    Raises:
        ReasonTooShort: no reason.
        NotClosed: it was opened again before.
    """
    if queries.reopened(session, close.id):
        raise NotClosed
    made = PeriodClose(
        party_id=close.party_id,
        period=close.period,
        reopens_id=close.id,
        reason=reason,
        by_id=actor.user_id,
        at=at,
    )
    session.add(made)
    session.flush()
    _note(session, "reopened", made, actor)
    return made


def say_what_books_are(
    session: Session, *, party_id: int, kind: str, since: date, actor: Actor, at: datetime
) -> BooksStatus:
    """Say that these are the statutory books, or a sub-ledger, from a day on.

    Raises:
        BooksKindUnknown, SinceInFuture: see there.
    """
    chosen = rules.check_kind(kind, since, today=local_date(at))
    made = BooksStatus(party_id=party_id, kind=chosen, since=since, by_id=actor.user_id, at=at)
    session.add(made)
    session.flush()
    record(
        session, action="books.status", subject=f"party:{party_id}", actor_id=actor.user_id,
        facts={"kind": chosen.value, "since": since.isoformat()}, at=at,
    )  # fmt: skip
    return made


def _note(session: Session, act: str, row: PeriodClose, actor: Actor) -> None:
    record(
        session, action=f"books.{act}", subject=f"party:{row.party_id}", actor_id=actor.user_id,
        facts={"from": row.starts_on.isoformat(), "until": row.ends_on.isoformat(), "row": str(row.public_id)},
        at=row.at,
    )  # fmt: skip
