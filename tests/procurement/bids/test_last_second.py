"""Ten cooperatives hand in around the last second, each from a process of its own, each with a double click.

Against the served application: nothing comes in late, nothing is lost, nothing is stored or mailed twice, and what each
of them was told is what happened.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.pool import NullPool

from cwb.app import create_app
from cwb.config import Config
from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from cwb.sign_in import services as sessions_of
from procurement.bids.models import Bid, BidVersion, LateAttempt
from procurement.opening import queries as opening_queries

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
SECRET = "a secret of the tests that nobody else knows"
CLIENTS = 10
LEFT = 2.5
"""Seconds from the first click to the deadline; a click every half second, so that the last ones are late."""

CLIENT = """
import re, sys, time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlencode

host, address, cookie, wait = sys.argv[1:]

def ask(method, path, body=None):
    line = HTTPConnection(host, timeout=60)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    line.request(method, path, body, {"Cookie": cookie, **kind})
    answer = line.getresponse()
    return answer, answer.read().decode()

shown, page = ask("GET", address)
assert shown.status == 200, (shown.status, page)
if shown.getheader("Set-Cookie"):
    cookie = shown.getheader("Set-Cookie").split(";")[0]
fields = {name: re.search(f'name="{name}"[^>]*value="([^"]+)"', page)[1] for name in ("csrf_token", "once", "seen")}
print("ready", flush=True)
sys.stdin.readline()
time.sleep(float(wait))
with ThreadPoolExecutor(2) as pool:
    for answer, page in pool.map(lambda _click: ask("POST", address, urlencode(fields)), range(2)):
        print(answer.status, answer.getheader("Location") or ("gesloten sinds" in page), flush=True)
"""


@contextmanager
def served(database_url: str, data: Path) -> Iterator[str]:
    """The application in processes of its own, as in production."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    host = f"127.0.0.1:{port}"
    more = {"DATABASE_URL": database_url, "CWB_DATA": str(data), "CWB_SECRET_KEY": SECRET}
    command = [sys.executable, "-m", "cwb", "serve", "--port", str(port), "--workers", "3"]
    with (
        (data / "log").open("wb") as out,
        subprocess.Popen(command, env={**os.environ, **more}, stdout=out, stderr=out, cwd=ROOT) as server,
    ):
        try:
            for _ in range(600):
                with suppress(OSError), urlopen(f"http://{host}/health", timeout=30):
                    break
                assert server.poll() is None, (data / "log").read_text()
                time.sleep(0.1)
            yield host
        finally:
            server.terminate()


def signed_in(app, session, user_id: int) -> str:
    """The cookie of a browser in which this user is signed in."""
    with atomic(session):
        opened = sessions_of.open_session(
            session,
            user=session.get_one(User, user_id),
            at=clock.now(),
            second_factor=True,
            organisation_id=None,
        )
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = opened.token, True
    name = app.config["SESSION_COOKIE_NAME"]
    return f"{name}={browser.get_cookie(name).value}"


def click_around_the_deadline(host, session, world, cookies) -> list[list[str]]:
    """Every client opens the page; then the clock is set; then they click. What each was told, a line a click."""
    address = f"/tenders/{world.tender.number}/bid/check"
    clients = [
        subprocess.Popen(
            [sys.executable, "-c", CLIENT, host, address, cookie, str(place / 2)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for place, cookie in enumerate(cookies)
    ]  # fmt: skip
    try:
        assert [client.stdout.readline() for client in clients] == ["ready\n"] * len(clients)
        with atomic(session):
            session.execute(
                text("UPDATE database_clock SET shift = :closes - :left - clock_timestamp()"),
                {"closes": world.tender.closes_at, "left": timedelta(seconds=LEFT)},
            )
        for client in clients:
            client.stdin.write("go\n")
            client.stdin.flush()
        return [client.communicate(timeout=90)[0].splitlines() for client in clients]
    finally:
        for client in clients:
            client.kill()
            client.wait()


def test_ten_cooperatives_in_the_last_second(database_url, make_world, tmp_path):
    engine = make_engine(database_url, poolclass=NullPool)
    data = tmp_path / "data"
    data.mkdir()
    with make_sessions(engine)() as session:
        world = make_world(session)
        world.keys.folder = data / "keys" / "house"
        actors = [world.supplier(f"Cooperatie {place}") for place in range(CLIENTS)]
        bids = [world.start(actor) for actor in actors]
        for bid, actor in zip(bids, actors, strict=True):
            world.fill(bid, actor)
        config = Config(database_url=database_url, data_dir=data, secret_key=SECRET)
        app = create_app(config, engine=engine)
        cookies = [signed_in(app, session, actor.user_id) for actor in actors]
        with served(database_url, data) as host:
            told = click_around_the_deadline(host, session, world, cookies)

        session.expire_all()
        accepted = set()
        for bid, clicks in zip(bids, told, strict=True):
            versions = session.scalars(select(BidVersion).where(BidVersion.bid_id == bid.id)).all()
            late = session.scalar(
                select(func.count())
                .select_from(LateAttempt)
                .where(LateAttempt.organisation_id == bid.organisation_id)
            )
            if clicks == [f"303 /bids/{bid.public_id}"] * 2:
                accepted.add(bid.id)
                assert [version.version for version in versions] == [1], "told yes: once, and not lost"
                assert versions[0].submitted_at < world.tender.closes_at, "late and in"
                assert late == 0
            else:
                assert clicks == ["422 True"] * 2, "a clear no, to each click"
                assert versions == [], "told no and stored"
                assert late == 2
        assert accepted, "the first clicks have seconds to spare"
        assert len(accepted) < CLIENTS, "the last click comes two seconds late"
        receipts = session.scalars(select(Mail.key).where(Mail.key.like("bid:%"))).all()
        assert len(receipts) == len(set(receipts)) == len(accepted)
        assert all(session.get_one(Bid, bid.id).version == (bid.id in accepted) for bid in bids)
        world.closes()
        world.release(world.anna, world.bram)
        world.open(world.bram)
        opened = opening_queries.opened(session, world.tender.id)
        assert {each.bid_id for each in opened} == accepted
        assert all(each.fault is None for each in opened)
    engine.dispose()
    assert not re.search(r"Traceback|\"unexpected\"", (data / "log").read_text())
