"""How fast the figure is over ten million lines: the page, all sums anew, one more file of a quarter, the export.

The world: twenty anchors, fifty thousand suppliers (half of them proven), ten quarters; smaller ones in proportion.
Lines are written by the server itself; sums, exports and pages are those of the application. Yardsticks: a hand-written
SQL aggregate of the same rows, and the longest times that are asked for.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from benchmarks.imports import database, import_file, make_anchor, session_of, write_file
from cwb.app import create_app
from cwb.kernel.database import make_engine
from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from cwb.kernel.transaction import atomic
from cwb.places.gateway import area_pack
from cwb.web.kept_pages import KeptPages
from ledger.exports import gateway
from ledger.figure.rules import recompute
from ledger.rollups import queries as rollups
from ledger.rollups.services import rebuild
from ledger.share.rules import Standing
from ledger.spend import queries, views
from ledger.spend.queries import Wanted

LINES = {"small": 500_000, "normal": 10_000_000, "large": 20_000_000}
ANCHORS, QUARTERS, LINES_OF_A_SUPPLIER = 20, 10, 200
MORE = 50_000
PERIOD = Period.parse("2026-Q2")
PAGE_MS, MOST_TIMES, MORE_SECONDS, EXPORT_SECONDS = 100.0, 2.0, 10.0, 60.0

Figure = dict[str, Any]

_SUPPLIERS = """
    INSERT INTO supplier (public_id, recorded_by_id, identity, code, name, search_name, street, house_number, postcode,
        city, country, natural_person, created_at)
    SELECT gen_random_uuid(), (CAST(:anchors AS bigint[]))[1 + n % :count], 'bench ' || n, n::text,
        'Leverancier ' || n || ' B.V.', 'leverancier ' || n || ' b.v.', '', '', '', '', 'NL', false, now()
    FROM generate_series(1, :suppliers) n;
"""
_EVIDENCE = """
    INSERT INTO supplier_evidence (public_id, supplier_id, kind, grade, street, house_number, postcode, country,
        contract_reference, verdict, basis, variants, area_id, area_version, valid_from, obtained_on, source,
        created_at)
    SELECT gen_random_uuid(), id, 'seat', 2, '', '', '', 'NL', '', CASE id % 4 WHEN 0 THEN 'inside' ELSE 'outside' END,
        'postcode', '{}', 'bench', '1', '2020-01-01', '2020-01-01', 'bench', now()
    FROM supplier WHERE id % 2 = 0;
    INSERT INTO supplier_standing (supplier_id, contract_reference, from_on, until_on, standing, grade, variants,
        evidence_id)
    SELECT supplier_id, '', valid_from, '9999-12-31', CASE verdict WHEN 'inside' THEN 'local' ELSE 'not_local' END, 2,
        CAST(:variants AS jsonb), id
    FROM supplier_evidence;
"""
_LINES = """
    INSERT INTO spend_line (public_id, anchor_id, supplier_id, source, kind, weight, identity, ordinal, document_number,
        document_key, invoice_on, period_on, net_amount, irrecoverable_vat_amount, currency, description, category,
        exclusion, contract_reference, tender_reference, reason, recorded_at)
    SELECT gen_random_uuid(), recorded_by_id, id, 'recorded', 'booked', 1, md5(n::text)::uuid, 1, 'F' || n, 'f' || n,
        day, day, CASE WHEN n % 20 = 0 THEN -1 ELSE 1 END * (100 + (n::bigint * 7919) % 1000000), 0, 'EUR',
        'Levering volgens opdracht', CASE WHEN n % 3 = 0 THEN 'green' ELSE 'cleaning' END,
        CASE WHEN n % 25 = 0 THEN 'X2' END, CASE WHEN id % 3 = 0 THEN 'C-' || id % 997 ELSE '' END, '', '', now()
    FROM (
        SELECT n, DATE '2024-01-01' + CAST(CAST(n AS float) * :days / :lines AS int) AS day,
            (SELECT min(id) FROM supplier) + floor(power(random(), 1.5) * :suppliers)::bigint AS who
        FROM generate_series(0, :lines - 1) n
    ) made JOIN supplier ON supplier.id = made.who
"""
_BY_HAND = """
    WITH unit AS (
        SELECT date_trunc('quarter', line.period_on::timestamp)::date AS quarter_on, line.supplier_id,
            coalesce(CASE WHEN branch.standing = 'local' THEN branch.standing ELSE seat.standing END, 'unknown')
                AS standing,
            CASE WHEN branch.standing = 'local' THEN branch.evidence_id ELSE seat.evidence_id END AS evidence_id,
            sum(line.net_amount) AS net
        FROM spend_line line
        LEFT JOIN supplier_standing seat ON seat.supplier_id = line.supplier_id AND seat.contract_reference = ''
            AND line.period_on >= seat.from_on AND line.period_on < seat.until_on
        LEFT JOIN supplier_standing branch ON branch.supplier_id = line.supplier_id AND line.contract_reference <> ''
            AND branch.contract_reference = line.contract_reference
            AND line.period_on >= branch.from_on AND line.period_on < branch.until_on
        WHERE line.weight <> 0 AND line.exclusion IS NULL
        GROUP BY 1, 2, 3, 4
    )
    SELECT quarter_on, sum(net) AS total,
        (sum(net) FILTER (WHERE standing = 'local')
            + coalesce(sum(net) FILTER (WHERE standing = 'unknown' AND net < 0), 0))
            / sum(net) AS lo,
        (sum(net) FILTER (WHERE standing = 'local')
            + coalesce(sum(net) FILTER (WHERE standing = 'unknown' AND net > 0), 0))
            / sum(net) AS hi,
        sum(abs(net)) FILTER (WHERE standing <> 'unknown') / sum(abs(net)) AS coverage
    FROM unit GROUP BY 1 ORDER BY 1
"""


def run(size: str, url: str) -> list[Figure]:
    """The times, beside their yardsticks; the sums are checked against the lines at the end."""
    lines = LINES[size]
    with TemporaryDirectory() as folder, database(url) as made, session_of(made) as session:
        anchor_ids = [make_anchor(made, number) for number in range(1, ANCHORS + 1)]
        with _connected(made) as connection:
            _fill(connection, anchor_ids, lines)
        by_hand = _seconds(lambda: session.execute(text(_BY_HAND)).all())
        sums = _seconds(lambda: _write(session, lambda: rebuild(session)))
        with _connected(made) as connection:
            connection.execute(
                text("VACUUM ANALYZE spend_rollup")
            )  # as the server does by itself within a minute
        by_hand = min(by_hand, _seconds(lambda: session.execute(text(_BY_HAND)).all()))
        session.rollback()
        before = _seconds(lambda: gateway.export(session, PERIOD.previous_quarter(), area_pack()))
        export = _seconds(lambda: gateway.export(session, PERIOD, area_pack()))
        figures = gateway.export(session, PERIOD, area_pack())
        again = _seconds(lambda: recompute(figures))
        page = _page(made)
        slowest, name = _lists(session)
        session.rollback()
        more = Path(folder) / "more.csv"
        write_file(more, MORE, seed=2, start=PERIOD.start, days=(PERIOD.end - PERIOD.start).days)
        one_more = _seconds(lambda: import_file(made, str(more), anchor_ids[0])) + _page(made, times=1)
        found = rollups.verify(session)
        if (found.lines, found.differences) != (lines + MORE, 0):
            raise RuntimeError(str(found))
    return [
        _at_most(f"the page of a quarter, {lines} lines", "ms", page * 1000, PAGE_MS, "nothing remembered"),
        {
            "name": f"all sums anew, {lines} lines", "unit": "s", "figure": round(sums, 2),
            "yardstick": round(by_hand, 2), "yardstick_name": "hand-written SQL aggregate of the same rows, seconds",
            "ratio": round(sums / by_hand, 2), "target": MOST_TIMES, "reached": sums <= MOST_TIMES * by_hand,
            "note": "ratio: at most",
        },
        _at_most(f"{MORE} more lines until the page is right", "s", one_more, MORE_SECONDS, ""),
        _at_most("the export of a quarter made", "s", export, EXPORT_SECONDS, "those before it are kept"),
        _at_most("all exports up to that quarter made", "s", before + export, EXPORT_SECONDS, "once"),
        _at_most("the export recomputed", "s", again, EXPORT_SECONDS, ""),
        _at_most("slowest list of lines", "ms", slowest * 1000, PAGE_MS, name),
    ]  # fmt: skip


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = make_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _fill(connection: Connection, anchor_ids: list[int], lines: int) -> None:
    """Lines, with their indexes made afterwards: that is not what is measured."""
    facts = {
        "anchors": anchor_ids,
        "count": ANCHORS,
        "suppliers": lines // LINES_OF_A_SUPPLIER,
        "lines": lines,
        "days": QUARTERS * 91,
    }
    variants = "[" + ", ".join('"unknown"' for _ in area_pack().variants) + "]"
    connection.execute(text(_SUPPLIERS), facts)
    for statement in _EVIDENCE.split(";"):
        if statement.strip():
            connection.execute(text(statement), {"variants": variants})
    kept = connection.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'spend_line' AND indexname LIKE 'ix%'"
        )
    ).all()
    for name, _ in kept:
        connection.execute(text(f"DROP INDEX {name}"))
    connection.execute(text("ALTER TABLE spend_line DISABLE TRIGGER USER"))
    connection.execute(text(_LINES), facts)
    connection.execute(text("ALTER TABLE spend_line ENABLE TRIGGER USER"))
    for _, definition in kept:
        connection.execute(text(definition))
    connection.execute(text("VACUUM ANALYZE"))


def _write(session: Session, act: Callable[[], None]) -> None:
    with atomic(session):
        act()


def _page(url: str, times: int = 7) -> float:
    """Seconds of the figure's page, asked of a process that remembers nothing of it."""
    engine, took = make_engine(url), []
    app = create_app(engine=engine)
    for _ in range(times):
        app.extensions["cwb.kept_pages"] = KeptPages()
        gateway._KEPT, views._BODIES = Kept(64), Kept(256)  # noqa: SLF001 (another process has its own)
        start = time.perf_counter()
        answer = app.test_client().get(f"/spend?period={PERIOD}")
        took.append(time.perf_counter() - start)
        if answer.status_code != 200:
            raise RuntimeError(f"/spend answers {answer.status_code}")
    engine.dispose()
    return median(took)


def _lists(session: Session) -> tuple[float, str]:
    """The slowest list of lines, with how many there are: whole, narrowed, sought in, far down."""
    anchor_id = rollups.anchors(session)[0][0]
    asked = {
        "whole": (Wanted(period=PERIOD), 0),
        "tenth page": (Wanted(period=PERIOD), 225),
        "of one anchor": (Wanted(period=PERIOD, anchor_id=anchor_id), 0),
        "proven local": (Wanted(period=PERIOD, standing=Standing.LOCAL), 0),
        "one name": (Wanted(period=PERIOD, text="leverancier 2321"), 0),
        "excluded": (Wanted(period=PERIOD, anchor_id=anchor_id, exclusion="X2"), 0),
        "none": (Wanted(period=PERIOD, standing=Standing.LOCAL, wijk="FB"), 0),
    }

    def look(wanted: Wanted, skipped: int) -> None:
        statement, _ = queries.listing(session, wanted)
        session.execute(statement.limit(25).offset(skipped)).all()

    took = {name: median(_seconds(partial(look, *each)) for _ in range(3)) for name, each in asked.items()}
    slowest = max(took, key=lambda name: took[name])
    return took[slowest], slowest


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _at_most(name: str, unit: str, figure: float, most: float, note: str) -> Figure:
    return {
        "name": name, "unit": unit, "figure": round(figure, 2), "yardstick": most,
        "yardstick_name": "longest that is asked", "ratio": round(most / figure, 2), "target": 1.0,
        "reached": figure <= most, "note": note,
    }  # fmt: skip
