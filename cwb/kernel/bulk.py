"""Storing many rows at once: one statement for all of them, where the driver would send one each."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from cwb.kernel.database import Base

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
"""How COPY writes the signs in a text that mean something to it."""


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of a table, each with the same columns by name. Every check of the table holds as ever.

    The table itself says of which type a value is, so dates, ids and amounts go as text; nothing is filled in that the
    table would not.
    """
    if rows:
        session.execute(text(_insert(model, rows)), {"rows": _json(rows)})


def insert_new(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, object]], *, by: Sequence[str]
) -> dict[str, int]:
    """Insert those that are not there yet by the columns of a unique constraint; the last of them is text.

    Returns: the ids of what is new now, by that last column.
    """
    if not rows:
        return {}
    end = f" ON CONFLICT ({', '.join(by)}) DO NOTHING RETURNING {by[-1]}, id"
    made = session.execute(text(_insert(model, rows) + end), {"rows": _json(rows)})
    return dict(made.all())


def _insert(model: type[Base], rows: Sequence[Mapping[str, object]]) -> str:
    table, columns = model.__tablename__, ", ".join(rows[0])
    return (
        f"INSERT INTO {table} ({columns}) "
        f"SELECT {columns} FROM json_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS json))"
    )


def _json(rows: Sequence[Mapping[str, object]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, default=str)
