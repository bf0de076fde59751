"""What a long list costs the server: 10,000 published tenders, 5,000 cooperatives, with what narrows them.

The pages are asked of the application in this process, signed out, one after another, with nothing kept from the time
before; the figure is the slowest page of each list, by the median of its times. The yardstick is the longest time that
such a page may take.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.pages import demo_of_its_own
from coops.register.models import Cooperative
from cwb.app import create_app
from cwb.identity.models import Organisation, User
from cwb.kernel.database import make_engine, make_sessions
from cwb.web.kept_pages import KeptPages

TENDERS, COOPERATIVES = 10_000, 5_000
TENDERS_MS, COOPERATIVES_MS = 60.0, 50.0
SECTORS = ("cleaning", "green", "catering", "ict")
WHERE = {
    "tenders": (
        "/tenders", "/tenders?status=open", "/tenders?status=awarded&category=green", "/tenders?q=buurt+4321",
        "/tenders?category=cleaning&status=open&buyer=Gemeente", "/tenders?page=250",
    ),
    "cooperatives": (
        "/cooperatives", "/cooperatives?sector=cleaning", "/cooperatives?q=fiets+4321",
        "/cooperatives?hours=40&sector=green",
        "/cooperatives?kind=worker&language=ar", "/cooperatives?page=100",
    ),
}  # fmt: skip
"""What is asked of each list: whole, narrowed, sought in, and far down."""

OWN = {"id", "public_id", "number", "title", "category", "closes_at", "search_text"}
"""Columns of a tender that each copy has for itself."""


def run(size: str, url: str) -> list[dict[str, Any]]:
    """Milliseconds of the slowest page of each list (with `--size small` of a tenth of the rows)."""
    part = 10 if size == "small" else 1
    with demo_of_its_own(url) as database, _engine(database) as engine:
        with engine.begin() as connection:
            _copy(connection, TENDERS // part // 2)
        with make_sessions(engine)() as session:
            _register(session, COOPERATIVES // part)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        app = create_app(engine=engine)
        return [
            _figure(app, "tenders", TENDERS // part, TENDERS_MS),
            _figure(app, "cooperatives", COOPERATIVES // part, COOPERATIVES_MS),
        ]


@contextmanager
def _engine(database: str) -> Iterator[Engine]:
    engine = make_engine(database)
    try:
        yield engine
    finally:
        engine.dispose()


def _copy(connection: Connection, number: int) -> None:
    """Copy an open and a closed tender and their lots so often, each with title, number, sector and time of its own."""
    connection.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
    connection.execute(text("ALTER TABLE lot DISABLE TRIGGER USER"))
    same = ", ".join(_columns(connection, "tender") - OWN)
    for first, which, closes in (
        (10_000, "closes_at > now()", "now() +"),
        (20_000, "closes_at < now()", "closes_at -"),
    ):
        statement = f"""
            INSERT INTO tender (public_id, number, title, category, closes_at, search_text, {same})
            SELECT gen_random_uuid(), 'T-2030-' || ({first} + each), title || ' buurt ' || each,
                (ARRAY['cleaning', 'green', 'catering', 'ict'])[1 + each % 4],
                {closes} make_interval(mins => each), search_text || ' buurt ' || each, {same}
            FROM (
                SELECT * FROM tender
                WHERE published_at IS NOT NULL AND cancelled_at IS NULL AND access = 'open' AND {which}
                ORDER BY id LIMIT 1
            ) one, generate_series(1, :number) each
        """
        connection.execute(text(statement), {"number": number})
    lot = ", ".join(f"lot.{name}" for name in _columns(connection, "lot") - {"id", "public_id", "tender_id"})
    statement = f"""
        INSERT INTO lot (tender_id, {lot.replace("lot.", "")})
        SELECT copy.id, {lot} FROM tender copy
        JOIN tender one ON one.content_hash = copy.content_hash AND one.number NOT LIKE 'T-2030-%'
        JOIN lot ON lot.tender_id = one.id WHERE copy.number LIKE 'T-2030-%'
    """
    connection.execute(text(statement))


def _columns(connection: Connection, table: str) -> set[str]:
    statement = text(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = :table AND is_generated = 'NEVER'"
    )
    return set(connection.scalars(statement, {"table": table}))


def _register(session: Session, number: int) -> None:
    random, at = Random(7), datetime(2026, 1, 1, tzinfo=UTC)
    who = session.scalars(select(User.id).order_by(User.id).limit(1)).one()
    for place in range(number):
        home = Organisation(
            name=f"Coöperatie {place} (voorbeeld)", created_at=at, kvk_number=f"7{place:07}",
            legal_form="cooperative", street="Plein", house_number="1", postcode="1069 AB", city="Amsterdam",
            email="post@example.org",
        )  # fmt: skip
        session.add(home)
        session.flush()
        profile = Cooperative(
            organisation_id=home.id, name=home.name, kind=random.choice(("worker", "neighbourhood", "residents")),
            description=f"Wij doen {random.choice(('schoon', 'groen', 'fiets'))} werk {place}.",
            sectors=random.sample(SECTORS, 2), languages=random.sample(("nl", "ar", "tr", "en"), 2), serves=[],
            weekly_hours=random.randrange(200), people=random.randrange(1, 40), registered_at=at,
            registered_by_id=who, changed_at=at, changed_by_id=who, version=1,
        )  # fmt: skip
        session.add(profile)
    session.commit()


def _figure(app: Flask, name: str, rows: int, most: float) -> dict[str, Any]:
    took = {address: _milliseconds(app, address) for address in WHERE[name]}
    slowest = max(took, key=lambda address: took[address])
    return {
        "name": f"{rows} {name}, slowest of {len(took)} pages", "unit": "ms", "figure": round(took[slowest], 1),
        "yardstick": most, "yardstick_name": "longest time asked, in milliseconds",
        "ratio": round(most / took[slowest], 2), "target": 1.0, "reached": took[slowest] <= most, "note": slowest,
    }  # fmt: skip


def _milliseconds(app: Flask, address: str) -> float:
    browser, took = app.test_client(), []
    for _ in range(12):
        app.extensions["cwb.kept_pages"] = KeptPages()
        start = time.perf_counter()
        answer = browser.get(address)
        took.append((time.perf_counter() - start) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
    return median(took[2:])
