"""Calls of database functions with as few round trips as can be, on the session's own connection (`call`).

For the few calls that run thousands of times: BEGIN travels with the call that opens a transaction, its statement is
prepared once per connection, and values go and come as plain bytes. Everything else uses SQLAlchemy as usual; both
share the connection and the transaction. A call that is a whole transaction goes past the session (`call_alone`), which
halves what it costs the Python process (docs/adr/0005-books.md).
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

import psycopg
from psycopg import generators
from psycopg.abc import Buffer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

_PREPARED, _ASKED = "cwb.prepared", "cwb.asked"
_NUMBERS = count(1)
_NOT_PREPARED = b"26000"  # invalid_sql_statement_name
_STALE = frozenset(
    {_NOT_PREPARED, b"0A000"}
)  # the latter: a table changed since, the answer has another shape
_MOST_PREPARED = (
    500  # of statements that pages ask, on a connection: a page rarely asked is not worth the memory
)
_GOOD = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK, ExecStatus.PIPELINE_SYNC})


Parameters = Sequence[bytes | None]


class Statement:
    """A statement with parameters $1, $2, …, prepared at its first use on each connection: a constant."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.name = f"cwb_{next(_NUMBERS)}".encode()


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
    return _row(connection, connection.connection, connection.dialect, statement, parameters, begin=begin)


def call_alone(engine: Engine, statement: Statement, parameters: Parameters) -> Sequence[bytes | None]:
    """The same on a connection of its own: the statement is a transaction by itself, durable when this returns.

    For `cwb.kernel.transaction.atomic_call` alone.

    Raises:
        sqlalchemy.exc.DBAPIError: the server refused, or the connection broke.
    """
    pooled = engine.raw_connection()
    try:
        return _row(pooled, pooled, engine.dialect, statement, parameters, begin=False)
    finally:
        pooled.close()


def _row(
    owner: Connection | PoolProxiedConnection,
    pooled: PoolProxiedConnection,
    dialect: Dialect,
    statement: Statement,
    parameters: Parameters,
    *,
    begin: bool,
) -> Sequence[bytes | None]:
    """The one row, or the fault as SQLAlchemy tells it; a broken connection leaves the pool through its owner."""
    raw = pooled.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError("calls speak to psycopg")
    fault: psycopg.Error
    try:
        with raw.lock:
            result = _result(pooled, raw, statement, parameters, begin=begin)
    except psycopg.Error as lost:
        fault = lost
    else:
        if result.status in _GOOD:
            return [result.get_value(0, column) for column in range(result.nfields)]
        fault = psycopg.errors.error_from_result(result, raw.info.encoding)
    raise failure(owner, dialect, raw, statement.sql, fault) from fault


def ask_prepared(
    pooled: PoolProxiedConnection,
    raw: psycopg.Connection[Any],
    statement: bytes,
    values: Sequence[Buffer | None],
    types: Sequence[int],
    formats: Sequence[Format],
) -> PGresult:
    """The server's answer, good or bad, to a statement outside a transaction; the caller holds the connection's lock.

    It is prepared at its first use on a connection with values of these types. Values are as the driver dumps them.

    Raises:
        psycopg.Error: the connection broke.
    """
    pgconn = raw.pgconn
    known: dict[tuple[bytes, Sequence[int]], bytes] = pooled.info.setdefault(_ASKED, {})
    key = (statement, types)
    name = known.get(key)
    if name is not None:
        pgconn.send_query_prepared(name, values, param_formats=formats)
        result = _answer(raw)
        if result.status in _GOOD or result.error_field(DiagnosticField.SQLSTATE) not in _STALE:
            return result
        del known[key]
    if len(known) >= _MOST_PREPARED:
        pgconn.send_query_params(statement, values, param_types=types, param_formats=formats)
        return _answer(raw)
    name = f"cwb_{next(_NUMBERS)}".encode()
    pgconn.send_prepare(name, statement, param_types=types)
    prepared = _answer(raw)
    if prepared.status not in _GOOD:
        return prepared
    known[key] = name
    pgconn.send_query_prepared(name, values, param_formats=formats)
    return _answer(raw)


def tell(raw: psycopg.Connection[Any], statement: bytes) -> None:
    """Run a statement that answers nothing, outside a transaction.

    Raises:
        psycopg.Error: the server refused, or the connection broke.
    """
    with raw.lock:
        raw.pgconn.send_query_params(statement, None)
        result = _answer(raw)
    if result.status not in _GOOD:
        raise psycopg.errors.error_from_result(result, raw.info.encoding)


def failure(
    owner: Connection | PoolProxiedConnection,
    dialect: Dialect,
    raw: psycopg.Connection[Any],
    statement: str,
    fault: psycopg.Error,
) -> BaseException:
    """A fault of the driver as SQLAlchemy tells it; a broken connection leaves the pool."""
    broken = raw.pgconn.status == ConnStatus.BAD
    if broken:
        owner.invalidate(fault)
    return DBAPIError.instance(
        statement, None, fault, psycopg.Error, connection_invalidated=broken, dialect=dialect
    )


def _result(
    pooled: PoolProxiedConnection,
    raw: psycopg.Connection[object],
    statement: Statement,
    parameters: Parameters,
    *,
    begin: bool,
) -> PGresult:
    pgconn = raw.pgconn
    if pgconn.transaction_status != TransactionStatus.IDLE:
        # In the middle of a transaction an error cannot be mended, and the driver may just have dropped what
        # was prepared (it does after any rollback).
        pgconn.send_query_params(statement.sql.encode(), parameters, result_format=1)
        return _answer(raw)
    known: set[bytes] = pooled.info.setdefault(_PREPARED, set())
    while True:
        fresh = statement.name not in known
        if fresh:
            pgconn.send_prepare(statement.name, statement.sql.encode())
            prepared = _answer(raw)
            if prepared.status not in _GOOD:
                return prepared
            known.add(statement.name)
        if begin:
            result = _begun(raw, statement.name, parameters)
        else:
            pgconn.send_query_prepared(statement.name, parameters, result_format=1)
            result = _answer(raw)
        if fresh or result.status in _GOOD or result.error_field(DiagnosticField.SQLSTATE) != _NOT_PREPARED:
            return result
        known.clear()
        if pgconn.transaction_status == TransactionStatus.INERROR:
            pgconn.send_query_params(b"ROLLBACK", None)
            _answer(raw)


def _begun(raw: psycopg.Connection[object], name: bytes, parameters: Parameters) -> PGresult:
    """BEGIN and the statement in one message and one answer."""
    pgconn, level = raw.pgconn, raw.isolation_level
    begin = b"BEGIN" if level is None else b"BEGIN ISOLATION LEVEL " + level.name.replace("_", " ").encode()
    pgconn.enter_pipeline_mode()
    pgconn.send_query_params(begin, None)
    pgconn.send_query_prepared(name, parameters, result_format=1)
    pgconn.pipeline_sync()
    results: list[PGresult] = []
    while pgconn.status != ConnStatus.BAD and not (
        results and results[-1].status == ExecStatus.PIPELINE_SYNC
    ):
        results += raw.wait(generators.execute(pgconn))
    if pgconn.status != ConnStatus.BAD:
        pgconn.exit_pipeline_mode()
        results.pop()  # the end of the message
    return _last(results)


def _answer(raw: psycopg.Connection[object]) -> PGresult:
    """The last result of what was sent, or the first that is an error.

    Sending, waiting and receiving are the driver's own (in C where it is built so), and other threads run meanwhile.
    """
    return _last(raw.wait(generators.execute(raw.pgconn)))


def _last(results: list[PGresult]) -> PGresult:
    for result in results:
        if result.status not in _GOOD:
            return result
    return results[-1]
