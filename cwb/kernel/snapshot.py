"""Which data a page is made from, named by PostgreSQL, so that what was read once need not be read again.

Two equal texts of `pg_current_snapshot()` see exactly the same committed rows, in all tables. The statement that finds
who is signed in brings that text along; what is then read under it may be kept under it (docs/adr/0011-quick-pages.md).
"""

from sqlalchemy import String, Text, case, cast, event, func, literal
from sqlalchemy.orm import Session

from cwb.kernel.transaction import in_atomic

SNAPSHOT = case(
    (
        func.pg_current_xact_id_if_assigned().is_(None),
        cast(func.pg_current_snapshot(), Text)
        + literal(" ", String)
        + cast(func.pg_postmaster_start_time(), Text),
    )
)
"""A column that names the committed data, and the server that holds it; NULL for who wrote something and sees more."""

_SEEN = "cwb.snapshot"


def seen(session: Session, snapshot: str | None) -> None:
    """Note under which snapshot this session reads, until it commits something itself."""
    session.info[_SEEN] = snapshot


def snapshot_of(session: Session) -> str | None:
    """What names the data that this session reads, or newer data; None when it may have written something since."""
    return None if in_atomic(session) else session.info.get(_SEEN)


@event.listens_for(Session, "after_commit")
def _wrote(session: Session) -> None:
    session.info.pop(_SEEN, None)
