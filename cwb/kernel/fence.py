"""The second fence: rows that a transaction sees only once it has named its user (docs/adr/0008).

The first fence is code: policies, and queries that filter by organisation. The second stands in the database
(row-level security): forget the first, and no row comes. It reads two settings:

- `cwb.user_id`, by which the database finds what its user may see: told by the statement that finds who is signed in
  and by every later transaction, taken back when the connection returns to its pool;
- `cwb.all_rows`, "on" for connections that are nobody's page: the worker, commands, migrations, backups.

Neither set: no rows.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, event, func, text
from sqlalchemy.orm import InstrumentedAttribute, Session, SessionTransaction

from cwb.kernel.calls import tell

ALL_ROWS = "-c cwb.all_rows=on"
"""The option of a connection that sees all rows, as libpq takes it."""

_USER = "cwb.fence.user"
_TOLD = "cwb.fence.told"
_TELL = text("SELECT set_config('cwb.user_id', :user, true)")


def told(user_id: InstrumentedAttribute[int]) -> ColumnElement[str]:
    """A column that names the user to this connection on the way: it costs no statement of its own.

    Not to the transaction alone: a statement that is asked outside one would take the name along as it ends.
    """
    return func.set_config("cwb.user_id", cast(user_id, Text), False)


def remember(session: Session, user_id: int | None) -> None:
    """Name this user to every later transaction of a session too; None names nobody."""
    session.info[_USER] = user_id


def naming(session: Session) -> None:
    """Note on the session's connection that a statement with `told` is asked there, so that its name is taken back."""
    session.connection().info[_TOLD] = True


def forget(dbapi_connection: Any, record: Any) -> None:
    """Take the name back from a connection that returns to its pool; for the pool's event `checkin`."""
    if dbapi_connection is None or not record.info.pop(_TOLD, False):
        return
    tell(dbapi_connection, b"RESET cwb.user_id")


@event.listens_for(Session, "after_begin")
def _tell_again(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    user: Any = session.info.get(_USER)
    if user is not None and not transaction.nested:
        connection.execute(_TELL, {"user": str(user)})
