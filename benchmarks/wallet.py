"""How many payments a second go from wallet to wallet through the web: a form sent, a payment on disk, an answer read.

Thirty-two boards pay each other at once, each with its own session, for so many seconds; the web server has as many
processes as `cwb serve` gives it. Yardstick, in rounds that alternate with it: the books' own postings on the same
server, each in a transaction of its own, by the eight processes of `cwb bench ledger`. Every commit is durable in both.
Afterwards every answer is held against what is stored: told yes is paid once, and all wallets together hold what was
issued. The clients share the processors with what they measure: how much of them they take is told (`client_ms`).
"""

import asyncio
import os
import re
import time
from contextlib import ExitStack
from random import Random
from statistics import median
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select, text

from benchmarks import ledger
from benchmarks.deadline import ask, board, cookie
from benchmarks.imports import database
from benchmarks.load import send
from benchmarks.pages import served
from cwb.app import create_app
from cwb.config import Config
from cwb.identity.models import Party
from cwb.identity.services import register_organisation
from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from cwb.sign_in.services import open_session
from ledger.instruments import services as instruments
from ledger.instruments.rules import Code
from ledger.wallets import services as wallets
from ledger.wallets.models import Wallet, WalletPayment

CLIENTS = 32
WORKERS = (os.cpu_count() or 1) + 1
"""Processes that `cwb serve` starts unless it is told otherwise."""
SIZES = {"small": (3.0, 1), "normal": (10.0, 3), "large": (30.0, 5)}
"""Seconds per measurement, and rounds."""
WARM = 1.0
"""Seconds of payments before the first measurement: the yardstick's processes have posted by then too."""
TARGET = 0.5
ISSUED = 2_000_00


class Payer:
    """A board member at its own pay page."""

    def __init__(self, public_id: UUID, code: str, cookie: str) -> None:
        self.path, self.code, self.cookie = f"/wallet/{public_id}/pay", code, cookie
        self.form: dict[str, str] = {}


def run(size: str, url: str) -> list[dict[str, Any]]:
    """Payments per second through the web, beside the books' own postings."""
    seconds, rounds = SIZES[size]
    with ExitStack() as stack:
        books, made = (stack.enter_context(database(url)) for _ in range(2))
        ledger.open_books(books)
        payers = _fill(made)
        port = stack.enter_context(served("cwb.wsgi:app", made, WORKERS))
        asyncio.run(_open_pages(port, payers))
        bed = ledger.Bed(books, books)
        found: list[tuple[float, float]] = []
        yes, _ = asyncio.run(_storm(port, payers, WARM))
        busy = 0.0
        for _ in range(rounds):
            theirs = ledger.rate(bed, ledger.one_in_atomic, ledger.PROCESSES, seconds)
            begun = time.process_time()
            paid, took = asyncio.run(_storm(port, payers, seconds))
            busy += time.process_time() - begun
            yes += paid
            found.append((paid / took, theirs))
        sound = _sound(made, yes)
    ratio = median(ours / theirs for ours, theirs in found)
    return [
        {
            "name": f"wallet payments through the web, {CLIENTS} clients", "unit": "payments/s",
            "figure": round(median(ours for ours, _ in found), 1),
            "yardstick": round(median(theirs for _, theirs in found)),
            "yardstick_name": f"the books' own postings in atomic(), {ledger.PROCESSES} processes, postings/s",
            "ratio": round(ratio, 3), "target": TARGET, "reached": sound and ratio >= TARGET,
            "rounds": [[round(ours), round(theirs)] for ours, theirs in found], "workers": WORKERS,
            "client_ms": round(busy * 1000 / max(1.0, sum(ours for ours, _ in found) * seconds), 2),
            "note": "" if sound else "answers and books DIFFER",
        }
    ]  # fmt: skip


def _fill(url: str) -> list[Payer]:
    """Boards with a wallet of which something was issued."""
    engine = make_engine(url)
    config = Config.from_environment()
    application, at, found = create_app(config), clock.now(), []
    with make_sessions(engine)() as session, atomic(session):
        register_organisation(
            session, name="Stichting Meting", kvk_number="90000077", legal_form="foundation", street="Plein",
            house_number="7", postcode="1069 AB", city="Amsterdam", email="meting@voorbeeld.example", at=at,
        )  # fmt: skip
        for place in range(CLIENTS):
            actor, user = board(session, place)
            if not place:
                instruments.set_up(
                    session, code=Code.NWE, keeper_kvk=KvkNumber.parse("90000077"), actor=actor, at=at
                )
            party = session.get_one(Party, actor.organisation_id)
            own = wallets.open_wallet(session, code=Code.NWE, party=party, actor=actor, at=at)
            wallets.issue(
                session, code=Code.NWE, wallet_code=own.code, amount=Money(ISSUED), reference=f"Meting {place}",
                actor=actor, at=at,
            )  # fmt: skip
            opened = open_session(session, user=user, at=at, organisation_id=actor.organisation_id)
            found.append(Payer(own.public_id, own.code, cookie(application, opened.token)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
    return found


async def _open_pages(port: int, payers: list[Payer]) -> None:
    """Each opens its form once."""
    for each in payers:
        status, page = await ask(port, "GET", each.path, each.cookie)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', page)
        if status != 200 or token is None:
            raise RuntimeError(f"the pay page answers {status}")
        each.form = {"csrf_token": token[1], "price": "", "note": ""}


async def _storm(port: int, payers: list[Payer], seconds: float) -> tuple[int, float]:
    """How many were told yes, in how many seconds."""
    begun = time.perf_counter()
    counts = await asyncio.gather(
        *(_client(port, each, payers, begun + seconds, place) for place, each in enumerate(payers))
    )
    return sum(counts), time.perf_counter() - begun


async def _client(port: int, payer: Payer, payers: list[Payer], until: float, place: int) -> int:
    random, yes = Random(place), 0
    head = (
        f"POST {payer.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {payer.cookie}\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
    )
    fixed = urlencode(payer.form | {"amount": "0,01"})
    while time.perf_counter() < until:
        other = payers[(place + random.randrange(1, len(payers))) % len(payers)]
        form = f"{fixed}&code={other.code}&once={uuid7()}"
        yes += await send(port, f"{head}{len(form)}\r\n\r\n{form}".encode()) == 303
    return yes


def _sound(url: str, yes: int) -> bool:
    """Whether each yes is one payment, and all that was issued is still there."""
    engine = make_engine(url)
    with make_sessions(engine)() as session:
        paid = len(session.scalars(select(WalletPayment.id)).all())
        held = session.scalar(text("SELECT sum(posted) FROM account JOIN wallet ON account_id = account.id"))
        holders = len(session.scalars(select(Wallet.id)).all())
    engine.dispose()
    return paid == yes > 0 and held == holders * ISSUED
