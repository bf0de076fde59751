"""The second fence: rows that a transaction sees only once it has named its user (docs/adr/0008).

The first fence is code: policies, and queries that filter by organisation. The second stands in the database
(row-level security): forget the first, and no row comes. It reads two settings:

- `cwb.user_id`, set for one transaction, by which the database finds what its user may see;
- `cwb.all_rows`, "on" for connections that are nobody's page: the worker, commands, migrations, backups.

Neither set: no rows.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, event, func, text
from sqlalchemy.orm import InstrumentedAttribute, Session, SessionTransaction

ALL_ROWS = "-c cwb.all_rows=on"
"""The option of a connection that sees all rows, as libpq takes it."""

_USER = "cwb.fence.user"
_TELL = text("SELECT set_config('cwb.user_id', :user, true)")


def told(user_id: InstrumentedAttribute[int]) -> ColumnElement[str]:
    """A column that names the user to this transaction on the way: it costs no statement of its own."""
    return func.set_config("cwb.user_id", cast(user_id, Text), True)


def remember(session: Session, user_id: int | None) -> None:
    """Name this user to every later transaction of a session too; None names nobody."""
    session.info[_USER] = user_id


@event.listens_for(Session, "after_begin")
def _tell_again(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    user: Any = session.info.get(_USER)
    if user is not None and not transaction.nested:
        connection.execute(_TELL, {"user": str(user)})
