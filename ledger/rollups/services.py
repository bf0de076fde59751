"""Keeping the sums of purchase lines true.

Whoever writes lines calls `fold` last, whoever changes what is proven of a supplier, or who it is, says so
(`StandingsChanged`). The first hold a lock that they share, the others have it to themselves: so lines are summed up
with what is proven when they are committed, and a change sees every line that was summed up before it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.rollups.gateway import clear, hand_over
from ledger.rollups.queries import KEYS, LINES, SUMS
from ledger.rollups.rules import Sums
from ledger.suppliers.events import StandingsChanged

_LOCK = 7_301_050
_DEFERRED = "ledger.rollups.deferred"

_MUCH = text("SET LOCAL work_mem = '64MB'")
"""For sums of a million lines: they are grouped in memory rather than on disk."""
_BY_TABLE, _AS_EVER = text("SET LOCAL enable_nestloop = off"), text("SET LOCAL enable_nestloop = on")
"""Of lines that were just written the database thinks that there are few, and would look up what is proven of each by
the index rather than in a table in memory."""
_WHOLE, _IN_PART = text("SET LOCAL enable_indexscan = off"), text("SET LOCAL enable_indexscan = on")
"""Where all lines are read anyway, reading them by supplier through an index costs more than grouping them does."""
_INSERT = f"INSERT INTO spend_rollup ({KEYS}, {SUMS})"
_CHANGE = (
    "INSERT INTO spend_change (quarter_on, import_id, at) "
    "SELECT quarter_on, CAST(:import_id AS bigint), cwb_now() FROM (SELECT DISTINCT quarter_on FROM"
)
"""Once per quarter: each look at the clock tells another time, so the quarters are told apart before it is asked."""
_WRITTEN = "AND line.id > :after AND line.anchor_id = :anchor_id"
_FOLD = text(f"""
    WITH made AS ({_INSERT} {LINES.format(lines="spend_line", only=_WRITTEN)} RETURNING quarter_on)
    {_CHANGE} made) touched
""")
_SUMMED_UP = """
    (SELECT CAST(:anchor_id AS bigint) AS anchor_id, from_on AS period_on, 'booked' AS kind, * FROM spend_summed)
"""
_FOLD_UNEVEN = text(f"""
    WITH made AS (
        {_INSERT}
        {LINES.format(lines=_SUMMED_UP, only="AND line.supplier_id <> ALL(CAST(:uneven AS bigint[]))")}
        UNION ALL
        {LINES.format(lines="spend_line", only=f"{_WRITTEN} AND line.supplier_id = ANY(CAST(:uneven AS bigint[]))")}
        RETURNING quarter_on
    ) {_CHANGE} made) touched
""")
_FOLD_SUMS = text(f"""
    WITH made AS ({_INSERT} {LINES.format(lines=_SUMMED_UP, only="")} RETURNING quarter_on) {_CHANGE} made) touched
""")
_UNEVEN = text("""
    SELECT DISTINCT summed.supplier_id
    FROM spend_summed summed
    JOIN supplier_standing standing ON standing.supplier_id = summed.supplier_id
        AND (standing.from_on > summed.from_on AND standing.from_on < summed.until_on
            OR standing.until_on > summed.from_on AND standing.until_on < summed.until_on)
""")
"""Suppliers of whom something else is proven within days that were added up as one: that was not known at first."""
_DIFFERS = text("""
    SELECT count(*) FROM (
        SELECT sum(weight), sum(net_amount), sum(irrecoverable_vat_amount) FROM spend_line
        WHERE id > :after AND anchor_id = :anchor_id AND weight <> 0
        UNION SELECT sum(weight), sum(net_amount), sum(irrecoverable_vat_amount) FROM spend_summed
    ) both_ways
""")
"""Two rows when what was added up on the way is not what was written: then the lines are summed up after all."""
_THEIRS = "supplier_id = ANY(CAST(:suppliers AS bigint[]))"
_REBUILD = text(f"""
    WITH gone AS (DELETE FROM spend_rollup WHERE {_THEIRS} RETURNING quarter_on),
    made AS ({_INSERT} {LINES.format(lines="spend_line", only=f"AND line.{_THEIRS}")} RETURNING quarter_on)
    {_CHANGE} (SELECT quarter_on FROM gone UNION SELECT quarter_on FROM made) touched) quarters
""")
_SUMMED = text(f"SELECT DISTINCT supplier_id FROM spend_rollup WHERE {_THEIRS}")
_QUARTERS = text("SELECT DISTINCT quarter_on FROM spend_rollup")
_FORGET_ALL = text("DELETE FROM spend_rollup")
_SUM_ALL = text(f"{_INSERT} {LINES.format(lines='spend_line', only='')}")
_CHANGE_ALL = text(f"""
    {_CHANGE} (
        SELECT quarter_on FROM spend_rollup UNION SELECT unnest(CAST(:quarters AS date[])) AS quarter_on
    ) touched) quarters
""")
"""Of all lines the quarters are asked for apart: millions of rows handed on for ten quarters cost as much as a tenth of
the sums."""


FEW = 10_000
"""Lines that never make the tables other than the database knows them."""
_GREW = text("""
    SELECT last_value - :after > :few + greatest(reltuples, 0) / 10
    FROM pg_class, (SELECT last_value FROM pg_sequences
        WHERE format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence('spend_line', 'id')) written
    WHERE pg_class.oid = 'spend_line'::regclass
""")
_COUNT_ANEW = text("""
    ANALYZE (SKIP_LOCKED) spend_line (anchor_id, supplier_id, period_on, invoice_on, net_amount, kind, weight,
        exclusion, category, contract_reference, import_id, replaces_id, same_as_id, invoice_id), spend_rollup
""")
"""The database looks at its tables again by itself, but a minute too late for who reads or takes back at once: by what
it knew of a small table it goes through a million lines for each line. Of the lines it looks at what is sought by."""


def mark(session: Session) -> int:
    """A number below the keys of all lines that are written after it. Take it while you hold the anchor."""
    found: int = session.execute(
        text("SELECT nextval(pg_get_serial_sequence('spend_line', 'id'))")
    ).scalar_one()
    return found


def fold(
    session: Session, *, anchor_id: int, after: int, import_id: int | None = None, sums: Sums | None = None
) -> None:
    """Sum up the lines that this transaction wrote for an anchor since `mark`.

    `sums`: what all those lines add up to, added up while they were written; without it they are read again. Of
    suppliers that were heard of meanwhile (`at_the_end`) what was summed up before is summed up anew.
    """
    session.flush()
    if sums is not None:
        hand_over(session, sums)
    heard = list(session.info.get(_DEFERRED, ()))
    stale = session.scalars(_SUMMED, {"suppliers": heard}).all() if heard else ()
    session.execute(text(f"SELECT pg_advisory_xact_lock{'' if stale else '_shared'}(:lock)"), {"lock": _LOCK})
    if import_id is not None:
        session.execute(_MUCH)
    grew = import_id is not None and session.scalar(_GREW, {"after": after, "few": FEW})
    if grew:
        session.execute(_BY_TABLE)
    facts = {"after": after, "anchor_id": anchor_id, "import_id": import_id}
    if sums is None or session.scalar(_DIFFERS, facts) != 1:
        session.execute(_FOLD, facts)
    elif uneven := session.scalars(_UNEVEN).all():
        session.execute(_FOLD_UNEVEN, {**facts, "uneven": uneven})
    else:
        session.execute(_FOLD_SUMS, facts)
    if sums is not None:
        clear(session)
    if grew:
        session.execute(_AS_EVER)
    rebuild(session, suppliers=stale)
    if grew:
        session.execute(_COUNT_ANEW)


def hear_standings(session: Session, event: StandingsChanged) -> None:
    """Sum up anew what was bought of suppliers of whom something else is proven, or who are somebody else."""
    later: set[int] | None = session.info.get(_DEFERRED)
    if later is None:
        rebuild(session, suppliers=event.supplier_ids)
    else:
        later.update(event.supplier_ids)


@contextmanager
def at_the_end(session: Session) -> Iterator[None]:
    """Within a long act that ends with `fold`: hear of changed standings, but sum up then, so that others wait less."""
    session.info[_DEFERRED] = set()
    try:
        yield
    finally:
        del session.info[_DEFERRED]


def rebuild(session: Session, *, suppliers: Sequence[int] | None = None) -> None:
    """Sum up anew what was bought of these suppliers; None means of all."""
    if suppliers is not None and not suppliers:
        return
    session.flush()
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if suppliers is None:
        session.execute(_MUCH)
        session.execute(_WHOLE)
        quarters = session.scalars(_QUARTERS).all()
        session.execute(_FORGET_ALL)
        session.execute(_SUM_ALL)
        session.execute(_CHANGE_ALL, {"import_id": None, "quarters": quarters})
        session.execute(_IN_PART)
    else:
        session.execute(_REBUILD, {"suppliers": list(suppliers), "import_id": None})
