"""How many pages a second two workers serve sixteen clients, beside the barest possible page in the same run.

Both run under the same gunicorn with the same clients. Each round asks a page and the yardstick in turn, so that a
busy machine hurts both alike; the ratio is the median over the rounds.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from statistics import median
from threading import Event, Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener
from uuid import uuid4

from sqlalchemy import make_url, text
from sqlalchemy.pool import NullPool

from benchmarks.databases import create, drop
from benchmarks.load import Load, press
from cwb import paths
from cwb.bench.errors import PagesNotThere
from cwb.config import Config
from cwb.demo import services as demo
from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.feature import load
from cwb.operations import services as operations

CLIENTS, WORKERS = 16, 2
TARGET_RATIO, TARGET_P99 = 0.4, 150.0
SIZES = {"small": (1.0, 3), "normal": (3.0, 3), "large": (10.0, 5)}
"""Seconds per measurement, and rounds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A page: who looks (label of the demo bar; None for a visitor), where, and which link to follow from there.

    `written`: somebody writes all the time, so that nothing that is kept while nothing is written can be used.
    """

    name: str
    role: str | None
    path: str
    link: str = ""
    written: bool = False


PAGES = (
    Asked("front page", None, "/"),
    Asked("buying calendar", None, "/needs"),
    Asked("a need", None, "/needs", r"/needs/[A-Z]-[\d-]+"),
    Asked("cooperatives", None, "/cooperatives"),
    Asked("a cooperative", None, "/cooperatives", r"/cooperatives/[0-9a-f-]{36}"),
    Asked("tenders", None, "/tenders"),
    Asked("a tender", None, "/tenders", r"/tenders/T-[\d-]+"),
    Asked("where the money landed", None, "/spend"),
    Asked("open data", None, "/data"),
    Asked("sign in", None, "/login"),
    Asked("dashboard of a buyer", "Inkoper", "/"),
    Asked("dashboard of a cooperative", "Coöperatie schoonmaak", "/"),
    Asked("dashboard of the programme", "Programma", "/"),
    Asked("a tender, by its buyer", "Inkoper", "/tenders", r"/tenders/T-[\d-]+"),
    Asked("a tender, by a cooperative", "Coöperatie schoonmaak", "/tenders", r"/tenders/T-[\d-]+"),
    Asked("bids of a cooperative", "Coöperatie schoonmaak", "/bids"),
    Asked("invoices of a buyer", "Inkoper", "/invoices"),
    Asked("form of a need", "Inkoper", "/needs/new"),
    Asked("front page, while all is written", None, "/", written=True),
    Asked("dashboard of a buyer, while all is written", "Inkoper", "/", written=True),
    Asked("dashboard of a cooperative, while all is written", "Coöperatie schoonmaak", "/", written=True),
)


def run(size: str, url: str) -> list[dict[str, Any]]:
    """Measure on the demo of this database, or on a demo made for the occasion.

    Raises:
        SchemaNotAtHead: the demo is of an older version. PagesNotThere: a page or a sign-in did not answer.

    Each figure names `figure` (requests/s), `p50` and `p99` (ms), `yardstick`, `ratio`, `target` and `reached`.
    """
    seconds, rounds = SIZES[size]
    with ExitStack() as stack:
        database = stack.enter_context(_demo(url))
        ours = stack.enter_context(served("cwb.wsgi:app", database))
        bare = stack.enter_context(served("benchmarks.yardstick:make()", database))
        found = [(each, *_find(each, ours)) for each in PAGES]
        require_found(each.name for each, path, _ in found if not path)
        press(bare, "/", seconds=seconds)
        for _, path, cookie in found:
            press(ours, path, cookie=cookie, seconds=0.5)
        loads: dict[str, list[tuple[Load, Load]]] = {each.name: [] for each, _, _ in found}
        for _ in range(rounds):
            for each, path, cookie in found:
                with _writing(database) if each.written else nullcontext():
                    yardstick = press(bare, "/", clients=CLIENTS, seconds=seconds)
                    load_ = press(ours, path, cookie=cookie, clients=CLIENTS, seconds=seconds)
                loads[each.name].append((load_, yardstick))
        return [_figure(each.name, path, loads[each.name]) for each, path, _ in found]


def require_found(missing: Iterable[str]) -> None:
    """Measure all pages or none: what is left out silently looks like progress.

    Raises:
        PagesNotThere: naming them.
    """
    names = ", ".join(missing)
    if names:
        raise PagesNotThere(names=names)


def _figure(name: str, path: str, rounds: list[tuple[Load, Load]]) -> dict[str, Any]:
    ratio = median(ours.per_second / bare.per_second for ours, bare in rounds)
    p99 = median(ours.p99 for ours, _ in rounds)
    refused = sum(ours.refused for ours, _ in rounds)
    return {
        "name": name,
        "path": path,
        "unit": "requests/s",
        "figure": round(median(ours.per_second for ours, _ in rounds)),
        "yardstick": round(median(bare.per_second for _, bare in rounds)),
        "yardstick_name": "bare Flask and SQLAlchemy ORM page of twenty rows, same server, same clients",
        "ratio": round(ratio, 3),
        "target": TARGET_RATIO,
        "p50": round(median(ours.p50 for ours, _ in rounds), 1),
        "p99": round(p99, 1),
        "target_p99": TARGET_P99,
        "reached": ratio >= TARGET_RATIO and p99 <= TARGET_P99 and not refused,
        "note": f"p99 {p99:.0f} ms" + (f", {refused} refused" if refused else ""),
        "clients": CLIENTS,
        "workers": WORKERS,
        "rounds": [[round(ours.per_second), round(bare.per_second)] for ours, bare in rounds],
    }


@contextmanager
def _writing(url: str) -> Iterator[None]:
    """A transaction number is taken a thousand times a second: no two requests see the same snapshot."""
    ended = Event()
    engine = make_engine(url, poolclass=NullPool)

    def write() -> None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET synchronous_commit = off"))
            while not ended.wait(0.001):
                connection.execute(text("SELECT pg_current_xact_id()"))

    writer = Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        ended.set()
        writer.join()
        engine.dispose()


@contextmanager
def _demo(url: str) -> Iterator[str]:
    """The database itself when it holds a demo, else a new one with a demo, dropped afterwards."""
    if _holds_demo(url):
        operations.require_head(url)
        yield url
        return
    with demo_of_its_own(url) as made:
        yield made


@contextmanager
def demo_of_its_own(url: str) -> Iterator[str]:
    """A new database with a demo on the same server, dropped afterwards."""
    name = f"cwb_bench_{uuid4().hex[:12]}"
    create(url, name)
    made = make_url(url).set(database=name).render_as_string(hide_password=False)
    try:
        operations.upgrade(made)
        engine = make_engine(made)
        config = Config.from_environment()
        demo.seed(
            engine, load(config.features), config=config, ends_at=clock.now(), report=lambda _line: None
        )
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        engine.dispose()
        yield made
    finally:
        drop(url, name)


def _holds_demo(url: str) -> bool:
    engine = make_engine(url, poolclass=NullPool)
    with make_sessions(engine)() as session:
        if session.scalar(text("SELECT to_regclass('database_clock') IS NULL")):
            return False
        return session.scalar(text("SELECT kind FROM database_clock")) == "demo"


@contextmanager
def served(application: str, database: str, workers: int = WORKERS) -> Iterator[int]:
    """The application under gunicorn with sync workers, as `cwb serve` runs it; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root = str(paths.PACKAGE.parent)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
                "--worker-class", "sync", "--log-level", "warning", "--no-control-socket", application,
            ],
            cwd=root, stdout=log, stderr=log,
            env={**os.environ, "DATABASE_URL": database, "PYTHONPATH": root},
        )  # fmt: skip
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            build_opener().open(f"http://127.0.0.1:{port}/", timeout=60).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")


def _find(page: Asked, port: int) -> tuple[str, str]:
    """The address of a page and the cookie of who looks; no address when it is not there."""
    base = f"http://127.0.0.1:{port}"
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    start = _read(browser, f"{base}/?lang=nl") or ""
    if page.role and not _become(browser, base, start, page.role):
        return "", ""
    shown = _read(browser, base + page.path)
    if shown is None:
        return "", ""
    path = page.path
    if page.link:
        links = re.findall(rf'href="({page.link})"', shown)
        path = links[0] if links else ""
    return path, "; ".join(f"{each.name}={each.value}" for each in jar)


def _become(browser: OpenerDirector, base: str, start: str, label: str) -> bool:
    hidden = r'<input type="hidden" name="csrf_token" value="([^"]+)">'
    pattern = rf'action="(/demo/[0-9a-f-]+)">\s*{hidden}\s*<button[^>]*>([^<]+)<'
    for action, token, text_ in re.findall(pattern, start):
        if unescape(text_).strip() == label:
            sent = urlencode({"csrf_token": token}).encode()
            return _read(browser, base + action, sent) is not None
    return False


def _read(browser: OpenerDirector, url: str, data: bytes | None = None) -> str | None:
    try:
        with browser.open(url, data, timeout=30) as answer:
            return str(answer.read().decode())
    except HTTPError:
        return None
