"""Reading which files hold a line."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


def held(line: str) -> str:
    """SQL: a further file that stands holds this line (an alias of the row that recorded it first)."""
    return f"""EXISTS (
        SELECT FROM spend_repeat held WHERE held.line_id = {line}.id
            AND NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = held.import_id)
    )"""


def stands(line: str) -> str:
    """SQL: not every file that holds this line (an alias of the row that recorded it first) was taken back."""
    return f"""(
        NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = {line}.import_id) OR {held(line)}
    )"""


OWN = """
    line.import_id = :import_id AND line.weight = 1 AND NOT EXISTS (
        SELECT FROM spend_repeat held
        WHERE held.line_id = CASE WHEN line.replaces_id IS NULL THEN line.id ELSE spend_root(line.id) END
            AND held.import_id <> :import_id
            AND NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = held.import_id)
        OFFSET 0
    )
"""
"""SQL: a line of a file, or what stands for it, that no other file holds which stands."""

LAST_HELD = """
    line.weight = 1 AND line.id IN (
        WITH RECURSIVE mine (id) AS (
            SELECT own.line_id FROM spend_repeat own JOIN spend_line first ON first.id = own.line_id
            WHERE own.import_id = :import_id
                AND EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = first.import_id)
                AND NOT EXISTS (
                    SELECT FROM spend_repeat held
                    WHERE held.line_id = own.line_id AND held.import_id <> own.import_id
                        AND NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = held.import_id)
                )
            UNION
            SELECT again.id FROM mine JOIN spend_line again
                ON again.replaces_id = mine.id AND again.kind = 'correction'
        )
        SELECT id FROM mine
    )
"""
"""SQL: a line, or what stands for it, of files that were taken back, which this file is the last to hold."""

TOUCHED = """
    SELECT id FROM spend_line WHERE import_id = :import_id AND kind IN ('booked', 'same', 'conflict')
    UNION ALL SELECT line_id FROM spend_repeat WHERE import_id = :import_id
"""
"""SQL: the lines that a file holds, by the row that recorded each first."""


class Elsewhere(NamedTuple):
    """Another file with lines that a file holds too: how many of them count, and their sum in cents.

    `public_id` None: they were handed in without a file.
    """

    public_id: UUID | None
    file_name: str
    lines: int
    net: int


_ELSEWHERE = text("""
    WITH RECURSIVE shared (root, other) AS (
        SELECT line.id, held.import_id
        FROM spend_repeat held JOIN spend_line line ON line.id = held.line_id
        WHERE line.import_id = :import_id AND held.import_id <> :import_id
        UNION
        SELECT own.line_id, coalesce(line.import_id, 0)
        FROM spend_repeat own JOIN spend_line line ON line.id = own.line_id WHERE own.import_id = :import_id
        UNION
        SELECT own.line_id, held.import_id
        FROM spend_repeat own JOIN spend_repeat held ON held.line_id = own.line_id AND held.import_id <> own.import_id
        WHERE own.import_id = :import_id
    ), holder (root, other) AS (
        SELECT root, min(other) FROM shared
        WHERE NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = shared.other)
        GROUP BY root
    ), here (id, other) AS (
        SELECT root, other FROM holder
        UNION ALL
        SELECT again.id, here.other FROM here JOIN spend_line again
            ON again.replaces_id = here.id AND again.kind = 'correction'
    )
    SELECT made.public_id, coalesce(made.file_name, ''), count(*), sum(line.net_amount)::bigint
    FROM here JOIN spend_line line ON line.id = here.id LEFT JOIN spend_import made ON made.id = here.other
    WHERE line.weight = 1 AND NOT EXISTS (
        SELECT FROM spend_line back WHERE back.replaces_id = line.id AND back.kind = 'reversal'
    )
    GROUP BY made.id, made.public_id, made.file_name ORDER BY made.id NULLS FIRST
""")


def elsewhere(session: Session, import_id: int) -> Sequence[Elsewhere]:
    """The lines of a file that count and that another file which stands holds too, by the first that does."""
    return [Elsewhere(*row) for row in session.execute(_ELSEWHERE, {"import_id": import_id})]


class Holder(NamedTuple):
    """A file that stands and holds a line, and in which row. `public_id` None: it was handed in without a file."""

    public_id: UUID | None
    file_name: str
    row_number: int


_HOLDERS = text("""
    SELECT made.public_id, coalesce(made.file_name, ''), held.row_number
    FROM spend_repeat held LEFT JOIN spend_import made ON made.id = held.import_id
    WHERE held.line_id = spend_root(:line_id)
        AND NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = held.import_id)
    ORDER BY held.import_id
    LIMIT 25
""")


def holders(session: Session, line_id: int) -> Sequence[Holder]:
    """The further files that hold a line, or the line it stands for."""
    return [Holder(*row) for row in session.execute(_HOLDERS, {"line_id": line_id})]
