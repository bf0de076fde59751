"""How fast a file of purchase lines comes in: read, checked, told apart from what is there, placed, summed up.

Yardstick: a bare `COPY` of the same file into a table of texts, by the same driver on the same server in the same run.
The file is a plain export as an anchor's ledger gives it: a million lines of twenty thousand suppliers over four
quarters, with credit notes, some of them naming their original, and one in a hundred lines twice. The importing
process is a fresh one, so that its memory is its own.
"""

import hashlib
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from alembic import command
from alembic.config import Config as AlembicConfig
from psycopg.sql import SQL
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from benchmarks.databases import create, drop
from cwb import paths
from cwb.config import Config
from cwb.identity.models import Organisation
from cwb.identity.services import register_organisation
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.events import listen
from cwb.kernel.runtime import listeners
from cwb.kernel.transaction import atomic
from ledger.readers.gateway import look
from ledger.rollups.queries import verify
from ledger.spend.rules import File
from ledger.uploads.services import book_file

LINES = {"small": 50_000, "normal": 1_000_000, "large": 2_000_000}
LINES_OF_A_SUPPLIER = 50
LEAST_RATE, MOST_MEGABYTES = 40_000, 500
AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
HEAD = (
    "Crediteur;Naam;KvK;Postcode;Huisnummer;Factuurnummer;Factuurdatum;Bedrag excl. btw;Omschrijving;CPV;Contract;"
    "Creditnota op"
)
CPVS = ("90910000", "77310000", "55520000", "45000000", "72000000", "85000000", "79800000", "33600000", "")

Figure = dict[str, Any]


def run(size: str, url: str) -> list[Figure]:
    """Lines per second of an import and of the same file again, beside a bare COPY; and the memory it takes."""
    lines = LINES[size]
    with TemporaryDirectory() as folder, database(url) as made:
        file = Path(folder) / "ledger.csv"
        write_file(file, lines)
        anchor_id = make_anchor(made)
        bare = _bare_copy(made, file)
        first = _apart(made, str(file), anchor_id)
        again = _apart(made, str(file), anchor_id)
        _check(made, lines, first, again)
    return [
        _rate("import of a file", lines, first, bare, LEAST_RATE),
        _rate("the same file again", lines, again, bare, LEAST_RATE),
        {
            "name": "memory of the importing process", "unit": "MB", "figure": round(first.megabytes),
            "yardstick": MOST_MEGABYTES, "yardstick_name": "most that is asked, in MB",
            "ratio": round(MOST_MEGABYTES / first.megabytes, 2), "target": 1.0,
            "reached": first.megabytes <= MOST_MEGABYTES, "note": f"file of {first.file_megabytes:.0f} MB",
        },
    ]  # fmt: skip


class Imported(NamedTuple):
    """What an import did and cost."""

    added: int
    seconds: float
    megabytes: float
    file_megabytes: float


def write_file(
    file: Path, lines: int, *, seed: int = 1, start: date = date(2026, 1, 1), days: int = 364
) -> None:
    """A made-up ledger of some days, in the Dutch manner: semicolons, decimal commas, days first."""
    random, before, suppliers, year = Random(seed), "", lines // LINES_OF_A_SUPPLIER, start.year
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(HEAD + "\r\n")
        for number in range(lines):
            if number % 100 == 99:  # the same line twice: two purchases
                out.write(before)
                continue
            who = int(suppliers * random.random() ** 2)
            day = start + timedelta(days=int(days * number / lines))
            cents = int(10 ** (2 + 4 * random.random()))
            credit = f"F{year}{random.randrange(number + 1):07}" if number % 40 == 39 else ""
            sign = "-" if number % 20 == 19 else ""
            before = (
                f"{70000 + who};Leverancier {who} B.V.;{10_000_000 + who};{1000 + who % 9000} AB;{who % 300};"
                f"F{year}{number:07};{day:%d-%m-%Y};{sign}{cents // 100},{cents % 100:02};"
                f"Levering week {number % 52} volgens opdracht;{CPVS[who % len(CPVS)]};"
                f"{f'C-{who % 997}' if who % 3 == 0 else ''};{credit}\r\n"
            )
            out.write(before)


@contextmanager
def database(url: str) -> Iterator[str]:
    """A new migrated database on the same server, dropped afterwards."""
    name = f"cwb_bench_{uuid4().hex[:12]}"
    create(url, name)
    made = make_url(url).set(database=name).render_as_string(hide_password=False)
    try:
        config = AlembicConfig()
        config.set_main_option("script_location", str(paths.migrations()))
        config.attributes["url"] = made
        command.upgrade(config, "head")
        yield made
    finally:
        drop(url, name)


@contextmanager
def session_of(url: str) -> Iterator[Session]:
    """A session with all listeners."""
    engine = make_engine(url)
    with make_sessions(engine)() as session:
        listen(session, listeners(Config.from_environment()))
        yield session
    engine.dispose()


def make_anchor(url: str, number: int = 1) -> int:
    """An anchor to import for."""
    with session_of(url) as session, atomic(session):
        made = register_organisation(
            session, name=f"Koper {number} (voorbeeld)", kvk_number=f"9{number:07}", legal_form="public_body",
            street="Plein", house_number="1", postcode="1069 AB", city="Amsterdam",
            email=f"koper{number}@voorbeeld.example", anchor_type="municipality", at=AT,
        )  # fmt: skip
        return made.id


def _bare_copy(url: str, file: Path) -> float:
    """Seconds to copy the file into a table of texts."""
    columns = ", ".join(f"c{place} text" for place in range(HEAD.count(";") + 1))
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute(SQL("CREATE TABLE bare ({})").format(SQL(columns)))
        start = time.perf_counter()
        with (
            connection.cursor() as cursor,
            file.open("rb") as data,
            cursor.copy("COPY bare FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)") as copy,
        ):
            while part := data.read(1 << 18):
                copy.write(part)
        connection.commit()
        took = time.perf_counter() - start
        connection.execute("DROP TABLE bare")
    return took


def _apart(url: str, file: str, anchor_id: int) -> Imported:
    """Import in a fresh process."""
    with get_context("spawn").Pool(1) as pool:
        return Imported(*pool.apply(import_file, (url, file, anchor_id)))


def import_file(url: str, file: str, anchor_id: int) -> tuple[int, float, float, float]:
    """Import a file whole, and tell how many lines came in, in how many seconds, with how much memory.

    The clock starts where a worker that runs takes the file up: the house is loaded and has its connection.
    """
    content = Path(file)
    with session_of(url) as session, atomic(session):
        session.connection()
        start = time.perf_counter()
        anchor = session.get_one(Organisation, anchor_id)
        with content.open("rb") as data:
            checksum = hashlib.file_digest(data, "sha256").hexdigest()
        done = book_file(
            session, anchor=anchor, reading=look(content).reading(), file=File(content.name, checksum),
            actor_id=None, at=AT,
        )  # fmt: skip
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return done.added, took, peak, content.stat().st_size / 1e6


def _check(url: str, lines: int, first: Imported, again: Imported) -> None:
    with session_of(url) as session:
        found = verify(session)
    if (first.added, again.added, found.lines, found.differences) != (lines, 0, lines, 0):
        raise RuntimeError(f"{first} {again} {found}")


def _rate(name: str, lines: int, done: Imported, bare: float, least: float) -> Figure:
    rate = lines / done.seconds
    return {
        "name": f"{name}, {lines} lines", "unit": "lines/s", "figure": round(rate), "yardstick": round(lines / bare),
        "yardstick_name": "bare COPY of the same file, lines/s", "ratio": round(rate * bare / lines, 3),
        "target": round(least * bare / lines, 3), "reached": rate >= least, "note": f"asked: {least} lines/s",
    }  # fmt: skip
