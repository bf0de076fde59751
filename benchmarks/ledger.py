"""How fast the books are, beside PostgreSQL's own standard transaction on the same server in the same run.

Yardstick: `pgbench` TPC-B-like (scale 50, `-M prepared`, as many clients as we have processes). Every figure is a
median over rounds that alternate with the yardstick, so that a busy machine hurts both alike; compare ratios only.
All commits are durable, and the chain's sealer runs as it does in the worker.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from random import Random
from statistics import median
from typing import Any
from uuid import uuid4

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import insert, make_url, text
from sqlalchemy.orm import Session

from benchmarks.databases import create, drop
from cwb import paths
from cwb.identity.models import Party
from cwb.kernel import clock, postgres
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.ids import uuid7
from cwb.kernel.transaction import atomic
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books import services
from ledger.books.rules import Leg, Posting
from ledger.proof import queries as proof
from ledger.proof.services import seal_transfers

PROCESSES = 8
SCALE = 50
PAIRS = 2000
BATCH = 1000
PULSE = 0.5
"""Seconds between two beats of the sealer, as in the worker."""

SIZES = {"small": (2.0, 3), "normal": (6.0, 3), "large": (20.0, 5)}
"""Seconds per measurement, and rounds."""

Figure = dict[str, Any]
Work = Callable[[Session, Random], int]
_SPAWN = get_context("spawn")


@dataclass(frozen=True, slots=True)
class Bed:
    """The databases of one run."""

    books: str
    yardstick: str


def one_in_atomic(session: Session, random: Random) -> int:
    """One posting between a random pair of accounts: `atomic()` around `post`."""
    pair = random.randrange(PAIRS)
    with atomic(session):
        services.post(
            session, key=str(uuid4()), kind="payment", legs=_legs(2 * pair + 1, 2 * pair + 2), at=clock.now()
        )
    return 1


def one_alone(session: Session, random: Random) -> int:
    """One posting between a random pair of accounts, as a whole use case."""
    pair = random.randrange(PAIRS)
    services.post_alone(
        session, key=str(uuid4()), kind="payment", legs=_legs(2 * pair + 1, 2 * pair + 2), at=clock.now()
    )
    return 1


def hot_in_atomic(session: Session, random: Random) -> int:
    """One posting from the one account that everybody uses: `atomic()` around `post`."""
    with atomic(session):
        services.post(session, key=str(uuid4()), kind="payment", legs=_hot(random), at=clock.now())
    return 1


def hot_alone(session: Session, random: Random) -> int:
    """One posting from the one account that everybody uses, as a whole use case."""
    services.post_alone(session, key=str(uuid4()), kind="payment", legs=_hot(random), at=clock.now())
    return 1


def a_batch(session: Session, random: Random) -> int:
    """A thousand postings between random pairs in one call."""
    pairs = [random.randrange(PAIRS) for _ in range(BATCH)]
    batch = [Posting(str(uuid4()), "payment", _legs(2 * pair + 1, 2 * pair + 2)) for pair in pairs]
    with atomic(session):
        services.post_batch(session, batch, at=clock.now())
    return BATCH


def _legs(debit: int, credit: int) -> list[Leg]:
    return [Leg(debit, 100), Leg(credit, -100)]


def _hot(random: Random) -> list[Leg]:
    return _legs(2 * PAIRS + 2 + random.randrange(PAIRS), 2 * PAIRS + 1)


MEASURES: tuple[tuple[str, Work, int, float], ...] = (
    ("single posting, alone", one_alone, PROCESSES, 0.4),
    ("single posting, in atomic()", one_in_atomic, PROCESSES, 0.4),
    ("one hot account, alone", hot_alone, PROCESSES, 0.25),
    ("one hot account, in atomic()", hot_in_atomic, PROCESSES, 0.25),
    (f"batch of {BATCH}", a_batch, 2, 3.0),
)
"""What is measured, by how many processes, and the ratio to reach."""


def run(size: str, url: str) -> list[Figure]:
    """Measure on the server behind `url`, in databases of its own that are dropped again.

    Each figure names `figure` (transfers/s), `yardstick` (pgbench transactions/s), `ratio` and the `target` ratio.
    """
    seconds, rounds = SIZES[size]
    with _bed(url) as bed:
        _server(bed, seconds)  # warms the yardstick's tables
        rates: dict[str, list[tuple[float, float]]] = {name: [] for name, *_ in MEASURES}
        for _ in range(rounds):
            for name, work, processes, _ in MEASURES:
                yardstick = _server(bed, seconds)
                rates[name].append((rate(bed, work, processes, seconds), yardstick))
        sound = _sound(bed)
    return [_figure(name, rates[name], target, processes, sound) for name, _, processes, target in MEASURES]


def _figure(
    name: str, rates: list[tuple[float, float]], target: float, processes: int, sound: bool
) -> Figure:
    ratio = median(ours / theirs for ours, theirs in rates)
    return {
        "name": name,
        "unit": "transfers/s",
        "figure": round(median(ours for ours, _ in rates)),
        "yardstick": round(median(theirs for _, theirs in rates)),
        "yardstick_name": f"pgbench TPC-B-like, scale {SCALE}, prepared, {PROCESSES} clients",
        "ratio": round(ratio, 3),
        "target": target,
        "reached": ratio >= target,
        "processes": processes,
        "rounds": [[round(ours), round(theirs)] for ours, theirs in rates],
        "books_sound": sound,
    }


def rate(bed: Bed, work: Work, processes: int, seconds: float) -> float:
    """Transfers per second of so many processes, the sealer running beside them."""
    go, counts = _SPAWN.Event(), _SPAWN.Queue()
    ready = [_SPAWN.Event() for _ in range(processes + 1)]
    workers = [
        _SPAWN.Process(target=_work, args=(bed.books, work, seconds, number, ready[number], go, counts))
        for number in range(processes)
    ]
    stop = _SPAWN.Event()
    sealer = _SPAWN.Process(target=_seal, args=(bed.books, ready[processes], stop))
    for process in (*workers, sealer):
        process.start()
    for each in ready:
        each.wait(60)
    go.set()
    total = sum(counts.get(timeout=seconds + 60) for _ in workers)
    stop.set()
    for process in (*workers, sealer):
        process.join()
    return float(total)


def _work(url: str, work: Work, seconds: float, number: int, ready: Event, go: Event, counts: Any) -> None:
    """One process: warm up, wait for the start, work, and tell the rate."""
    random = Random(f"{number}/{time.monotonic_ns()}")
    engine = make_engine(url)
    with make_sessions(engine)() as session:
        for _ in range(10 if work is not a_batch else 1):
            work(session, random)
        ready.set()
        go.wait()
        done, start = 0, time.perf_counter()
        while (passed := time.perf_counter() - start) < seconds:
            done += work(session, random)
    counts.put(done / passed)
    engine.dispose()


def _seal(url: str, ready: Event, stop: Event) -> None:
    """The sealer: as the worker's pulse, and never more than a beat behind."""
    engine = make_engine(url)
    sessions = make_sessions(engine)
    ready.set()
    while not stop.wait(PULSE):
        with sessions() as session, atomic(session):
            seal_transfers(session, limit=20_000)
    engine.dispose()


def _server(bed: Bed, seconds: float) -> float:
    """The yardstick: pgbench's standard transactions per second."""
    where = make_url(bed.yardstick)
    host = where.query.get("host") or where.host or ""
    port = where.query.get("port") or where.port or 5432
    environment = os.environ | {"PGPASSWORD": where.password or ""}
    arguments = ("-n", "-M", "prepared", "-c", str(PROCESSES), "-j", "2", "-T", str(max(1, round(seconds))))
    done = subprocess.run(
        [str(_pgbench()), "-h", str(host), "-p", str(port), "-U", str(where.username), *arguments, str(where.database)],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps ="))
    return float(line.split()[2])


def _pgbench() -> str:
    return str(postgres.server_binaries() / "pgbench")


@contextmanager
def _bed(url: str) -> Iterator[Bed]:
    """Two fresh databases: books with accounts, and pgbench's tables."""
    names = {part: f"cwb_bench_{part}_{uuid4().hex[:8]}" for part in ("books", "yardstick")}
    urls = {part: make_url(url).set(database=name) for part, name in names.items()}
    try:
        create(url, *names.values())
        bed = Bed(*(urls[part].render_as_string(hide_password=False) for part in ("books", "yardstick")))
        open_books(bed.books)
        _fill_yardstick(urls["yardstick"])
        yield bed
    finally:
        drop(url, *names.values())


def open_books(url: str) -> None:
    """Accounts 1 to 2 × PAIRS in pairs; one hot account with as many others in its books after them."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(paths.migrations()))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    engine = make_engine(url)
    with make_sessions(engine)() as session, atomic(session):
        for number in range(PAIRS):
            party = _party(session, f"Voorbeeld {number}")
            open_account(session, party_id=party, role=Role.BANK)
            open_account(session, party_id=party, role=Role.PAYABLE)
        hot = _party(session, "Voorbeeld hot")
        open_account(session, party_id=hot, role=Role.BANK)
        for number in range(PAIRS):
            open_account(session, party_id=hot, role=Role.PAYABLE, subkey=str(number))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE account"))
    engine.dispose()


def _party(session: Session, name: str) -> int:
    facts = {"public_id": uuid7(), "kind": "organisation", "name": name, "search_name": name}
    made = insert(Party).values(**facts, created_at=datetime(2026, 1, 1, tzinfo=UTC)).returning(Party.id)
    return session.execute(made).scalar_one()


def _fill_yardstick(url: Any) -> None:
    host, port = url.query.get("host") or url.host or "", url.query.get("port") or url.port or 5432
    subprocess.run(
        [_pgbench(), "-h", str(host), "-p", str(port), "-U", url.username, "-i", "-q", "-s", str(SCALE), url.database],
        env=os.environ | {"PGPASSWORD": url.password or ""}, capture_output=True, check=True,
    )  # fmt: skip


def _sound(bed: Bed) -> bool:
    """Whether the books verify after all that."""
    engine = make_engine(bed.books)
    with make_sessions(engine)() as session:
        with atomic(session):
            while seal_transfers(session, limit=50_000):
                pass
        found = proof.verdict(session)
    engine.dispose()
    return found.sound and found.unsealed == 0


if __name__ == "__main__":
    for each in run(sys.argv[1], sys.argv[2]):
        print(
            each["name"],
            each["figure"],
            each["yardstick"],
            each["ratio"],
            each["rounds"],
            each["books_sound"],
        )
