"""Reading for pages: statements that are built once, when the program starts, and asked through the driver.

SQLAlchemy builds a statement, its cache key and its objects anew for every answer: half a millisecond of Python where
the database needs a tenth. A `Prepared` is compiled at its first use and asked on the session's own connection, so
it sees what the session wrote. Outside a use case (`atomic`) it opens no transaction: no BEGIN, no ROLLBACK, and what
the server prepared stays prepared (the driver drops that after every rollback). Within one it is part of it, also as
its first statement. See docs/adr/0011-quick-pages.md.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.rows import RowMaker
from sqlalchemy import Connection, Executable, Integer, PoolProxiedConnection, Select, bindparam, func
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, class_mapper

from cwb.kernel.calls import ask_prepared, failure
from cwb.kernel.transaction import in_atomic

Row = TypeVar("Row")
Model = TypeVar("Model", bound=DeclarativeBase)
Process = Callable[[Any], Any]

_NUMERIC = 1700  # PostgreSQL's number for exact numbers: the only type whose reading depends on what the server sends


SIZE, SKIPPED = bindparam("size", type_=Integer), bindparam("skipped", type_=Integer)
"""Which part of a list: `statement.limit(SIZE).offset(SKIPPED)`; filled in by `cwb.web.pages.listed`."""


class Prepared(Generic[Row]):
    """A statement as a constant: `row` makes an answer of the values of one row, in the order of its columns.

        class Listed(NamedTuple): ...
        OPEN = Prepared(Listed, select(Tender.number, Tender.title).where(Tender.closes_at > bindparam("at")))
        OPEN.all(session, at=at)

    Values to fill in are `bindparam("name")`. What it reads is not to be changed: that is read with
    the session. One that writes a row and gives it back (`RETURNING`) belongs within `atomic`.
    """

    def __init__(self, row: Callable[..., Row], statement: Executable) -> None:
        self._row = row
        self._statement = statement
        self._asked: _Asked[Row] | None = None

    def all(self, session: Session, **values: object) -> list[Row]:
        """Every row.

        Raises:
            sqlalchemy.exc.DBAPIError: the server refused, or the connection broke.
        """
        return self._ask(session, values)

    def first(self, session: Session, **values: object) -> Row | None:
        """The first row, None when there is none.

        Raises:
            sqlalchemy.exc.DBAPIError: the server refused, or the connection broke.
        """
        found = self._ask(session, values)
        return found[0] if found else None

    def one(self, session: Session, **values: object) -> Row:
        """The row of a statement that always has one, as a count.

        Raises:
            LookupError: there was none.
            sqlalchemy.exc.DBAPIError: the server refused, or the connection broke.
        """
        found = self.first(session, **values)
        if found is None:
            raise LookupError("the statement found no row")
        return found

    def _ask(self, session: Session, values: Mapping[str, object]) -> list[Row]:
        if session.autoflush and (session.new or session.dirty or session.deleted):
            session.flush()
        connection = session.connection()
        asked = self._asked
        if asked is None:
            asked = self._asked = _Asked(self._row, self._statement, connection)
        return asked.answer(connection, values, alone=not in_atomic(session))


class Listing(NamedTuple, Generic[Row]):
    """The statements of a list with some filters: a part of its rows in order, and how many there are.

    `Listing.of(row, select(…).where(…), order…)`; keep one per set of filters (`cwb.kernel.kept`) and show it with
    `cwb.web.pages.listed`.
    """

    rows: Prepared[Row]
    total: Prepared[int]

    @classmethod
    def of(cls, row: Callable[..., Row], statement: Select[Any], *order: Any) -> "Listing[Row]":
        """The list of what a statement finds."""
        return cls(
            Prepared(row, statement.order_by(*order).limit(SIZE).offset(SKIPPED)),
            Prepared(int, statement.with_only_columns(func.count())),
        )


def containing(key: str) -> str:
    """The pattern for `LIKE … ESCAPE '/'` of a text somewhere within another."""
    for sign in ("/", "%", "_"):
        key = key.replace(sign, "/" + sign)
    return f"%{key}%"


class _Asked(Generic[Row]):
    """A statement in the words of the driver: its text, its values, and what values must go through."""

    def __init__(self, row: Callable[..., Row], statement: Executable, connection: Connection) -> None:
        dialect = connection.dialect
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every Executable we use is a clause
        asked = {name: None for name, bind in compiled.binds.items() if bind.required}
        expanded = compiled.construct_expanded_state(asked)
        self._text: str = expanded.statement
        self._sent: dict[str, Process | None] = {name: expanded.processors.get(name) for name in asked}
        self._fixed = {
            name: expanded.processors[name](value) if name in expanded.processors else value
            for name, value in expanded.parameters.items()
            if name not in asked
        }
        self._order, self._numbered = _numbered(self._text)
        columns = compiled._result_columns  # noqa: SLF001 (the types of the columns stand nowhere else)
        read = [each.type.dialect_impl(dialect).result_processor(dialect, _NUMERIC) for each in columns]
        self._maker = _maker(row, read)

    def answer(self, connection: Connection, values: Mapping[str, object], *, alone: bool) -> list[Row]:
        """The rows for these values, asked on this connection; `alone`: no use case runs that it must be part of."""
        pooled = connection.connection
        raw = pooled.driver_connection
        if not isinstance(raw, psycopg.Connection):
            raise TypeError("prepared statements speak to psycopg")
        filled = {
            **self._fixed,
            **{name: send(values[name]) if send else values[name] for name, send in self._sent.items()},
        }
        for note in connection.dispatch.before_cursor_execute:
            note(connection, None, self._text, filled, None, False)
        try:
            idle = raw.pgconn.transaction_status == TransactionStatus.IDLE
            if alone and idle and raw.isolation_level is None:
                return self._alone(pooled, raw, filled)
            return raw.cursor(row_factory=self._made).execute(self._text, filled).fetchall()
        except psycopg.Error as fault:
            raise failure(connection, connection.dialect, raw, self._text, fault) from fault

    def _alone(
        self, pooled: PoolProxiedConnection, raw: psycopg.Connection[Any], filled: Mapping[str, object]
    ) -> list[Row]:
        """Outside a transaction: a message to the server and its answer, past the cursor and its BEGIN."""
        driver = Transformer(raw)
        order = self._order
        sent = driver.dump_sequence([filled[name] for name in order], [PyFormat.AUTO] * len(order))
        with raw.lock:
            result = ask_prepared(pooled, raw, self._numbered, sent, driver.types or (), driver.formats or ())
        if result.status != ExecStatus.TUPLES_OK:
            raise psycopg.errors.error_from_result(result, raw.info.encoding)
        driver.set_pgresult(result)
        return driver.load_rows(0, result.ntuples, self._maker)

    def _made(self, _cursor: object) -> RowMaker[Row]:
        return self._maker


_VALUE = re.compile(r"%%|%\(([^)]+)\)s")


def _numbered(text: str) -> tuple[tuple[str, ...], bytes]:
    """A statement of the driver as the server takes it: names become $1, $2, …; and the names in that order."""
    order: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name = found[1]
        return "%" if name is None else f"${order.setdefault(name, len(order) + 1)}"

    written = _VALUE.sub(number, text)
    return tuple(order), written.encode()


def _maker(row: Callable[..., Row], read: list[Process | None]) -> RowMaker[Row]:
    """What makes an answer of a row; values of an Enum and the like become what the column says they are."""
    turned = [(place, process) for place, process in enumerate(read) if process is not None]
    if not turned:
        return lambda values: row(*values)

    def make(values: Iterable[Any]) -> Row:
        whole = list(values)
        for place, process in turned:
            whole[place] = process(whole[place])
        return row(*whole)

    return make


class Record(Generic[Model]):
    """How columns become an object of a model that belongs to no session: it can be read, never changed.

        BUYER = Record(Organisation, Organisation.id, Organisation.name)
        LISTED = Record(Tender, Tender.number, Tender.title, buyer=BUYER)
        Prepared(LISTED, select(*LISTED.columns).join(Tender.buyer)…)

    Without columns it has all of them. Asking for one that was not read, setting one and adding the object to a session
    are errors. A related record whose first column is empty was not there (an outer join) and is None: name its key
    first.
    """

    def __init__(
        self, model: type[Model], *columns: InstrumentedAttribute[Any], **related: "Record[Any]"
    ) -> None:
        every = class_mapper(model, configure=False).columns.keys()
        mapped = columns or tuple(getattr(model, key) for key in every)
        self._model = model
        self._names = tuple(each.key for each in mapped)
        self._own = mapped
        self._related = related

    @property
    def columns(self) -> tuple[InstrumentedAttribute[Any], ...]:
        """What a statement must select, in this order."""
        return (*self._own, *(column for each in self._related.values() for column in each.columns))

    def __call__(self, *values: Any) -> Model:
        """The object of these values."""
        made = self._model.__new__(self._model)
        facts = made.__dict__
        facts.update(zip(self._names, values, strict=False))
        at = len(self._names)
        for name, each in self._related.items():
            upto = at + len(each.columns)
            facts[name] = each(*values[at:upto]) if values[at] is not None else None
            at = upto
        return made
