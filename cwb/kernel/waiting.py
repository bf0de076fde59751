"""What waits for somebody, said as constant SELECTs of one shape, so that a page asks for all of it at once.

A subject says for each kind of waiting work whom it is for, which rows it is, and what a row becomes:

    tasks = Tasks(
        Waiting(
            N_("Teken contract %(number)s: %(title)s"), "contracts.show", {Role.BOARD},
            rows(number=Contract.number, title=Contract.title).where(Contract.supplier_id == ORGANISATION, …),
        ),
    )

`tasks(session, actor, at)` asks one subject; `ask` asks many of them in one statement, prepared once per set of roles.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Engine,
    Select,
    Text,
    bindparam,
    case,
    cast,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from cwb.kernel.clock import local_date
from cwb.kernel.feature import Task
from cwb.kernel.kept import Kept
from cwb.kernel.policy import Actor, Role
from cwb.kernel.prepared import Prepared
from cwb.kernel.snapshot import snapshot_of
from cwb.kernel.text import APART, RIGHT_TO_LEFT, Marked

ORGANISATION = bindparam("organisation_id", type_=BigInteger)
"""Whom the actor acts for; nobody's rows for who acts for none."""

USER = bindparam("user_id", type_=BigInteger)
"""The actor."""

AT = bindparam("at", type_=DateTime(timezone=True))
"""The instant of the page."""

TODAY = bindparam("today", type_=Date)
"""The day of the page in Amsterdam."""

MOST = 20
"""As many rows of one kind as are read."""

MOST_KEPT = 512
"""For as many readers the rows are kept in this process, while nothing was written anywhere and the minute lasts.
So new work is there at once; work that waits only because time passed, a minute later at most."""

_KEPT: "WeakKeyDictionary[Engine | Connection, Kept[list[Row]]]" = WeakKeyDictionary()


class Row(NamedTuple):
    """One row of waiting work. The parts that a text or an address does not name are empty."""

    number: str | None
    title: str | None
    num: int | None
    key: str | None
    due_at: datetime | None
    kind: int


def apart(title: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """SQL: a title from right to left, set apart from what stands beside it in one line; any other as it is."""
    before, after = APART
    return case((title.regexp_match(RIGHT_TO_LEFT), before + title + after), else_=title)


def rows(
    *, number: Any = None, title: Any = None, num: Any = None, key: Any = None, due_at: Any = None
) -> Select[Any]:
    """A SELECT of waiting work: a number and a title to name it by, a count, a public id, the instant it is due."""
    parts = (
        ("number", number, Text), ("title", title, Text), ("num", num, BigInteger), ("key", key, Text),
        ("due_at", due_at, DateTime(timezone=True)),
    )  # fmt: skip
    columns: list[Any] = [
        cast(null() if part is None else part, kind).label(name) for name, part, kind in parts
    ]
    return select(*columns)


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """One kind of waiting work: its text (a msgid), where it leads, whom it is for, and its rows.

    `%(number)s`, `%(title)s` and `%(num)s` in the text are those of the row; of several texts its `num` chooses one,
    from 0. `values` are parts of the address: a
    name of a part of the row, or `=` and a text. `unless`: roles that are told something else instead. `at_once` and
    `awaited`: see `Task`. `called`: where the title of a row is a code, the marked text of each.
    """

    text: str | Sequence[str]
    endpoint: str
    roles: AbstractSet[Role]
    rows: Select[Any]
    values: Mapping[str, str] = field(default_factory=dict)
    unless: AbstractSet[Role] = frozenset()
    at_once: bool = False
    awaited: bool = False
    called: Mapping[str, str] = field(default_factory=dict)

    def waits_for(self, actor: Actor) -> bool:
        """Whether this kind can wait for this actor."""
        return actor.has(*self.roles) and not actor.has(*self.unless)

    def task(self, row: Row) -> Task:
        """What a row is on the dashboard."""
        values: dict[str, object] = {
            name: part[1:] if part.startswith("=") else getattr(row, part)
            for name, part in self.values.items()
        }
        facts = {
            name: value for name in ("number", "title", "num") if (value := getattr(row, name)) is not None
        }
        if row.title is not None and row.title in self.called:
            facts["title"] = Marked(self.called[row.title])
        text = self.text if isinstance(self.text, str) else self.text[row.num or 0]
        return Task(text, self.endpoint, values, facts, row.due_at, self.at_once, self.awaited)


class Tasks:
    """All waiting work of a subject: called like any function in `Feature.tasks`, and asked together with others."""

    def __init__(self, *kinds: Waiting) -> None:
        self.kinds = kinds

    def __call__(self, session: Session, actor: Actor, at: datetime) -> list[Task]:
        """What waits for this actor in this subject."""
        return ask(session, actor, at, self.kinds)


def ask(session: Session, actor: Actor, at: datetime, kinds: Iterable[Waiting]) -> list[Task]:
    """What waits for this actor among these kinds, in their order: one statement."""
    open_kinds = tuple(each for each in kinds if each.waits_for(actor))
    if not open_kinds:
        return []

    def found() -> list[Row]:
        return _together(open_kinds).all(
            session, organisation_id=actor.organisation_id, user_id=actor.user_id, at=at, today=local_date(at)
        )

    data = snapshot_of(session)
    if data is None:
        waits = found()
    else:
        waits = _kept_of(session).get(
            (open_kinds, actor.organisation_id, actor.user_id, data, at.replace(second=0, microsecond=0)),
            found,
        )
    return [open_kinds[row.kind].task(row) for row in sorted(waits, key=_kind)]


def _kept_of(session: Session) -> Kept[list[Row]]:
    """What was found lately in this session's database."""
    return _KEPT.setdefault(session.get_bind(), Kept(MOST_KEPT))


def _kind(row: Row) -> int:
    return row.kind


@lru_cache(maxsize=128)
def _together(kinds: Sequence[Waiting]) -> Prepared[Row]:
    arms = [
        each.rows.add_columns(literal_column(str(place), BigInteger).label("kind")).limit(
            literal_column(str(MOST))
        )
        for place, each in enumerate(kinds)
    ]
    return Prepared(Row, union_all(*arms))
