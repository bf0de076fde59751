"""Calls of database functions with as few round trips as can be, on the session's own connection.

For the few calls that run thousands of times: the statement is prepared once per connection, BEGIN travels with the
first call of a transaction, and values go and come as plain bytes. Everything else uses SQLAlchemy as usual; both
share the connection and the transaction. Measured: a posting costs the Python process a third of what the same
call costs through `Session.execute` (docs/adr/0005-books.md).
"""

from collections.abc import Sequence
from itertools import count

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection, Engine, Pool, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

_PREPARED = "cwb.prepared"
_NUMBERS, _TURNS = count(1), count(1)
_GOOD = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK, ExecStatus.PIPELINE_SYNC})


Parameters = Sequence[bytes | None]


class Statement:
    """A statement with parameters $1, $2, …, prepared at its first use on each connection: a constant."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.name = f"cwb_{next(_NUMBERS)}"


def _forget(connection: Connection, *_facts: object) -> None:
    """Psycopg runs DEALLOCATE ALL after a rollback, also to a savepoint: what was prepared may be gone."""
    connection.info.pop(_PREPARED, None)


def _forget_returned(_raw: object, record: ConnectionPoolEntry, _state: object) -> None:
    """The same for the rollback with which a connection goes back to the pool."""
    record.info.pop(_PREPARED, None)


event.listen(Engine, "rollback", _forget)
event.listen(Engine, "rollback_savepoint", _forget)
event.listen(Pool, "reset", _forget_returned)


def call(
    session: Session, statement: Statement, parameters: Parameters, *, begin: bool = True
) -> Sequence[bytes | None]:
    """Run a statement and give the one row of its answer, each value in PostgreSQL's binary form.

    Parameters are in PostgreSQL's text form. `begin=False` is for `cwb.kernel.transaction.atomic_call` alone: outside
    a transaction the statement then is one by itself.

    Raises:
        sqlalchemy.exc.DBAPIError: the server refused, or the connection broke.
    """
    connection = session.connection()
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError("calls speak to psycopg")
    with raw.lock:
        result = _result(connection, raw, statement, parameters, begin=begin)
    if result.status not in _GOOD:
        raise _fault(connection, raw, statement, result)
    return [result.get_value(0, column) for column in range(result.nfields)]


def _result(
    connection: Connection,
    raw: psycopg.Connection[object],
    statement: Statement,
    parameters: Parameters,
    *,
    begin: bool,
) -> PGresult:
    pgconn = raw.pgconn
    known: dict[str, bytes] = connection.info.setdefault(_PREPARED, {})
    name = known.get(statement.name)
    if name is None:
        name = f"{statement.name}_{next(_TURNS)}".encode()  # a new name: the old one may or may not be gone
        prepared = pgconn.prepare(name, statement.sql.encode())
        if prepared.status not in _GOOD:
            return prepared
        known[statement.name] = name
    idle = pgconn.transaction_status == TransactionStatus.IDLE
    if not begin or not idle:
        return pgconn.exec_prepared(name, parameters, result_format=1)  # type: ignore[arg-type]  # None is NULL
    return _begun(pgconn, _beginning(raw), name, parameters)


def _beginning(raw: psycopg.Connection[object]) -> bytes:
    """BEGIN with the isolation level that SQLAlchemy may have asked of the connection."""
    level = raw.isolation_level
    return b"BEGIN" if level is None else b"BEGIN ISOLATION LEVEL " + level.name.replace("_", " ").encode()


def _begun(pgconn: PGconn, beginning: bytes, name: bytes, parameters: Parameters) -> PGresult:
    """BEGIN and the statement in one message and one answer."""
    pgconn.enter_pipeline_mode()
    pgconn.send_query_params(beginning, None)
    pgconn.send_query_prepared(name, parameters, result_format=1)
    pgconn.pipeline_sync()
    results = []
    while True:
        result = pgconn.get_result()
        if result is None:
            if pgconn.status == ConnStatus.BAD:
                break
            continue  # the end of one command's results
        if result.status == ExecStatus.PIPELINE_SYNC:
            break
        results.append(result)
    if pgconn.status != ConnStatus.BAD:
        pgconn.exit_pipeline_mode()
    return next((result for result in results if result.status not in _GOOD), results[-1])


def _fault(
    connection: Connection, raw: psycopg.Connection[object], statement: Statement, result: PGresult
) -> Exception:
    original = psycopg.errors.error_from_result(result, raw.info.encoding)
    broken = raw.pgconn.status == ConnStatus.BAD
    if broken:
        connection.invalidate(original)
    return DBAPIError.instance(
        statement.sql,
        None,
        original,
        psycopg.Error,
        connection_invalidated=broken,
        dialect=connection.dialect,
    )
