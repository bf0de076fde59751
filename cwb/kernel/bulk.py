"""Storing many rows at once: one statement for all of them, where the driver would send one each."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from cwb.kernel.database import Base


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of a table, each with the same columns by name. Every check of the table holds as ever.

    The table itself says of which type a value is, so dates, ids and amounts go as text; nothing is filled in that the
    table would not.
    """
    if not rows:
        return
    table, columns = model.__tablename__, ", ".join(rows[0])
    statement = f"""
        INSERT INTO {table} ({columns})
        SELECT {columns} FROM json_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS json))
    """
    session.execute(text(statement), {"rows": json.dumps(list(rows), ensure_ascii=False, default=str)})
