"""Reading which files hold a line."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol
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


class Standing(Protocol):
    """SQL: whether a file that stands holds the line of an alias (`stands`), or would when this file goes (`stays`)."""

    def __call__(self, line: str, /) -> str:
        """The condition."""


def stays(line: str) -> str:
    """SQL: another file than this one that stands holds this line (an alias of the row that recorded it first)."""
    return f"""(
        {line}.import_id IS DISTINCT FROM :import_id
            AND NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = {line}.import_id)
        OR EXISTS (
            SELECT FROM spend_repeat held WHERE held.line_id = {line}.id AND held.import_id <> :import_id
                AND NOT EXISTS (SELECT FROM spend_undo gone WHERE gone.import_id = held.import_id)
        )
    )"""


def standing_in(standing: Standing) -> str:
    """SQL: of lines that are the same purchase as one that goes, those of the first file, unless others count."""
    return f"""
        id IN (
            SELECT id FROM (
                SELECT twin.id, twin.import_id,
                    min(twin.import_id) OVER (PARTITION BY twin.same_as_id) AS first_import
                FROM spend_line twin JOIN spend_line first ON first.id = twin.same_as_id
                WHERE twin.anchor_id = :anchor_id AND twin.kind = 'conflict' AND twin.source = first.source
                    AND {standing("twin")} AND NOT {standing("first")}
                    AND EXISTS (
                        SELECT FROM spend_line went
                        WHERE (went.id = twin.same_as_id OR went.same_as_id = twin.same_as_id)
                            AND (went.import_id = :import_id OR EXISTS (SELECT FROM spend_repeat own
                                WHERE own.line_id = went.id AND own.import_id = :import_id))
                    )
                    AND NOT EXISTS (
                        SELECT FROM spend_line other
                        JOIN spend_line again ON again.replaces_id = other.id AND again.kind = 'correction'
                        WHERE other.same_as_id = twin.same_as_id AND {standing("other")}
                    )
            ) found
            WHERE import_id = first_import
        )
    """


def revived(standing: Standing) -> str:
    """SQL: what lines of a file replaced, through files that were taken back, unless others stand in its place."""
    return f"""
        weight = 1 AND id IN (
            WITH RECURSIVE under (id, root_id) AS (
                SELECT replaced.* FROM ({TOUCHED}) touched JOIN spend_line twin ON twin.id = touched.id
                JOIN spend_decision said ON said.line_id = twin.id AND said.replaces
                CROSS JOIN spend_replaced(twin.id) replaced WHERE NOT {standing("twin")}
                UNION
                SELECT replaced.* FROM under JOIN spend_line lower ON lower.id = under.id
                CROSS JOIN spend_replaced(lower.id) replaced WHERE NOT {standing("lower")}
            ), here (id, root_id) AS (
                SELECT under.id, under.root_id FROM under JOIN spend_line stored ON stored.id = under.id
                WHERE {standing("stored")}
                UNION
                SELECT again.id, here.root_id
                FROM here JOIN spend_line again ON again.replaces_id = here.id AND again.kind = 'correction'
            )
            SELECT here.id FROM here WHERE NOT EXISTS (
                WITH RECURSIVE above (id) AS (
                    SELECT here.root_id
                    UNION
                    SELECT more.id FROM above
                    JOIN spend_line more ON more.same_as_id = above.id AND more.kind = 'conflict'
                    JOIN spend_decision said ON said.line_id = more.id AND said.replaces
                )
                SELECT FROM above JOIN spend_line base ON base.id = above.id
                JOIN spend_line again ON again.replaces_id = above.id
                    AND again.kind = 'correction' AND above.id <> here.root_id
                WHERE {standing("base")}
                    AND NOT EXISTS (
                        SELECT FROM spend_line gone WHERE gone.replaces_id = again.id AND gone.kind = 'reversal'
                    )
            )
        )
        AND EXISTS (SELECT FROM spend_line gone WHERE gone.replaces_id = line.id AND gone.kind = 'reversal')
        AND NOT EXISTS (
            SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'correction'
        )
    """


def apart(line: str) -> str:
    """SQL: a person said that this line (an alias of the row that recorded it first) is another purchase."""
    return f"""EXISTS (
        SELECT FROM spend_decision said WHERE NOT said.same AND (said.line_id = {line}.id OR said.line_id IN (
            SELECT again.id FROM spend_line again WHERE again.replaces_id = {line}.id))
    )"""


def came_to_count(line: str) -> str:
    """SQL: this line (an alias of the row that recorded it first) was booked, or stands in for one that went."""
    return f"""(
        {line}.kind = 'booked' OR {line}.kind = 'conflict' AND NOT {apart(line)} AND EXISTS (
            SELECT FROM spend_line again WHERE again.replaces_id = {line}.id AND again.kind = 'correction')
    )"""


def complete(line: str) -> str:
    """SQL: what stands of this line's invoice in a ledger is together the invoice made here."""
    return f"""EXISTS (
        SELECT FROM spend_line made CROSS JOIN LATERAL (
            SELECT sum(part.net_amount) AS net, sum(part.net_amount) FILTER (
                WHERE part.kind = 'booked' OR part.same_as_id = made.id) AS alone
            FROM spend_line part
            WHERE part.supplier_id = {line}.supplier_id AND part.document_key = {line}.document_key
                AND part.anchor_id = {line}.anchor_id AND part.source = 'recorded'
                AND part.kind IN ('booked', 'same', 'conflict') AND {stands("part")} AND NOT {apart("part")}
        ) held
        WHERE (made.id = {line}.same_as_id OR made.same_as_id = {line}.same_as_id)
            AND made.source = 'invoice' AND {line}.source = 'recorded' AND made.net_amount IN (held.net, held.alone)
    )"""


def _sides(standing: Standing, back: str) -> str:
    """SQL: invoices made here (`made_id`) that did not count and count from now on, with each line that goes for it.

    An invoice that counts stays so. One that does not gives way to lines of the ledger that count and are together
    its amount, or that a person is asked about; else it counts alone. `back`: lines that come back meanwhile.
    """
    return f"""
        WITH back AS MATERIALIZED ({back}), side AS (
            SELECT made.id, made.kind, made.net_amount AS net, part.*
            FROM spend_line made JOIN supplier seller ON seller.id = made.supplier_id
            LEFT JOIN LATERAL (
                SELECT root.net_amount AS part, top.id AS top_id,
                    top.id IS NOT NULL OR root.same_as_id = made.id AS told
                FROM spend_line root LEFT JOIN spend_line top ON top.supplier_id = root.supplier_id
                    AND top.document_key = root.document_key AND top.anchor_id = root.anchor_id
                    AND top.identity = root.identity AND top.ordinal = root.ordinal AND top.weight = 1
                    AND NOT EXISTS (
                        SELECT FROM spend_line gone WHERE gone.replaces_id = top.id AND gone.kind = 'reversal'
                    )
                WHERE root.document_key = made.document_key AND root.anchor_id = made.anchor_id
                    AND root.source = 'recorded' AND root.kind IN ('booked', 'same', 'conflict')
                    AND root.supplier_id IN (
                        SELECT id FROM supplier mine WHERE mine.party_id = seller.party_id UNION ALL
                        SELECT id FROM supplier mine
                        WHERE mine.party_id IS NULL AND mine.kvk_number = seller.kvk_number
                    )
                    AND {standing("root")} AND NOT {apart("root")}
                UNION ALL
                SELECT back.net_amount, back.id, true FROM back JOIN supplier mine ON mine.id = back.supplier_id
                WHERE back.document_key = made.document_key AND (mine.party_id = seller.party_id
                    OR mine.party_id IS NULL AND mine.kvk_number = seller.kvk_number)
            ) part ON true
            WHERE made.anchor_id = :anchor_id AND made.invoice_id IS NOT NULL AND made.kind IN ('same', 'conflict')
                AND NOT EXISTS (
                    SELECT FROM spend_line again WHERE again.replaces_id = made.id AND again.kind = 'correction'
                )
        )
        SELECT id AS made_id, array_remove(array_agg(top_id), NULL) AS gone FROM side GROUP BY id, kind, net
        HAVING (count(top_id) > 0 AND (
            sum(part) FILTER (WHERE top_id IS NOT NULL) = net
            OR kind = 'conflict' AND sum(part) <> net AND sum(part) FILTER (WHERE told) <> net
        )) IS NOT TRUE
    """


_NOTHING = "SELECT id, supplier_id, document_key, net_amount FROM spend_line WHERE false"
_TURNS = text(_sides(stands, _NOTHING))


def turns(session: Session, anchor_id: int) -> Sequence[tuple[int, list[int]]]:
    """The invoices made here for an anchor that must count now, each with the lines of its ledger that count for it."""
    return [(made, gone) for made, gone in session.execute(_TURNS, {"anchor_id": anchor_id})]


_BACK = " UNION ALL ".join(
    f"SELECT line.id, line.supplier_id, line.document_key, line.net_amount FROM spend_line line WHERE {only(stays)}"
    for only in (standing_in, revived)
)
_COMES_BACK = text(f"""
    WITH back AS MATERIALIZED ({_BACK}), turn AS MATERIALIZED ({_sides(stays, "SELECT * FROM back")}),
    found (id, sign) AS (
        SELECT id, 1 FROM back UNION ALL SELECT made_id, 1 FROM turn UNION ALL SELECT unnest(gone), -1 FROM turn
    )
    SELECT date_trunc('quarter', line.period_on::timestamp)::date, sum(sign)::bigint,
        sum(sign * line.net_amount)::bigint
    FROM found JOIN spend_line line ON line.id = found.id GROUP BY 1 ORDER BY 1
""")


def comes_back(session: Session, anchor_id: int, import_id: int) -> Sequence[tuple[date | None, int, int]]:
    """What counts again when a file is taken back: per quarter (None: without a date) lines and cents.

    Invoices made here that it stood for, amounts of the same invoices in other files, and what it replaced; less
    what other files hold of such an invoice.
    """
    rows = session.execute(_COMES_BACK, {"anchor_id": anchor_id, "import_id": import_id})
    return [(quarter, lines, net) for quarter, lines, net in rows]


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
