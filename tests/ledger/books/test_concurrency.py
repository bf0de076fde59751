"""Many at once and killed halfway, on a database that really commits."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.errors import Refusal
from cwb.kernel.transaction import atomic
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books import errors, services
from ledger.books.models import Transfer
from ledger.books.rules import Leg, Posting
from ledger.proof import queries as proof
from ledger.proof.services import seal_transfers

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def engine(database_url):
    engine = make_engine(database_url, pool_size=14)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine):
    return make_sessions(engine)


@pytest.fixture
def accounts(sessions, make_party):
    with sessions() as session, atomic(session):
        party = make_party(session)
        return [
            open_account(session, party_id=party, role=Role.BANK, floor=-1000),
            open_account(session, party_id=party, role=Role.PAYABLE),
        ]


@pytest.fixture(autouse=True)
def sound(sessions):
    yield
    with sessions() as session:
        with atomic(session):
            seal_transfers(session)
        found = proof.verdict(session)
    assert found.sound, found
    assert found.unsealed == 0


def at_once(times, act):
    """What each of so many threads got: an answer, or its refusal."""
    ready, answers = threading.Barrier(times), []

    def run(number):
        ready.wait()
        try:
            answers.append(act(number))
        except Refusal as fault:
            answers.append(fault)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def pay(sessions, accounts, key, amount, **more):
    with sessions() as session, atomic(session):
        legs = [Leg(accounts[1], amount), Leg(accounts[0], -amount)]
        return services.post(session, key=key, kind="payment", legs=legs, at=clock.now(), **more)


def test_one_key_twelve_times_at_once_is_one_posting(sessions, accounts):
    answers = at_once(12, lambda _: pay(sessions, accounts, "once", 70))
    assert sum(not answer.replayed for answer in answers) == 1
    assert len({answer.transfer_id for answer in answers}) == 1


def test_one_key_with_twelve_contents_is_one_posting(sessions, accounts):
    answers = at_once(12, lambda number: pay(sessions, accounts, "once", 10 + number))
    assert sum(isinstance(answer, errors.KeyReused) for answer in answers) == 11


def test_the_floor_holds_against_a_rush(sessions, accounts):
    """Floor -1000, 60 attempts of 70: fourteen fit."""
    answers = []
    for turn in range(5):
        answers += at_once(12, lambda number, turn=turn: pay(sessions, accounts, f"{turn}/{number}", 70))
    assert sum(isinstance(answer, errors.FloorPassed) for answer in answers) == 60 - 14
    with sessions() as session:
        assert session.scalar(select(Account.posted).where(Account.id == accounts[0])) == -980


def test_a_reservation_ends_once_whoever_comes(sessions, accounts):
    with sessions() as session, atomic(session):
        legs = [Leg(accounts[1], 100), Leg(accounts[0], -100)]
        pending = services.pend(session, key="p", kind="payment", legs=legs, at=clock.now()).transfer_id

    def end(number):
        with sessions() as session, atomic(session):
            act = services.settle if number % 2 else services.void
            return act(session, key=f"end/{number}", pending_id=pending, at=clock.now())

    answers = at_once(10, end)
    assert sum(isinstance(answer, errors.ReservationEnded) for answer in answers) == 9


def test_a_transfer_is_reversed_once_whoever_comes(sessions, accounts):
    posted = pay(sessions, accounts, "k", 100)

    def back(number):
        with sessions() as session, atomic(session):
            return services.reverse(
                session, key=f"r/{number}", transfer_id=posted.transfer_id, at=clock.now()
            )

    assert sum(isinstance(answer, errors.AlreadyReversed) for answer in at_once(10, back)) == 9


def test_batches_over_the_same_accounts_do_not_wait_in_a_circle(sessions, accounts):
    def batch(number):
        pair = accounts if number % 2 else list(reversed(accounts))
        postings = [
            Posting(f"{number}/{n}", "payment", [Leg(pair[0], 1), Leg(pair[1], -1)]) for n in range(20)
        ]
        with sessions() as session, atomic(session):
            return services.post_batch(session, postings, at=clock.now())

    assert all(isinstance(answer, list) for answer in at_once(8, batch))


def test_an_account_is_opened_once_whoever_comes(sessions, accounts, make_party):
    with sessions() as session, atomic(session):
        party = make_party(session)

    def open_it(_):
        with sessions() as session, atomic(session):
            return open_account(session, party_id=party, role=Role.REVENUE)

    assert len(set(at_once(10, open_it))) == 1


def test_who_waits_too_long_is_told(sessions, accounts):
    with sessions() as holder:
        holder.execute(text("SELECT FROM account WHERE id = :id FOR UPDATE"), {"id": accounts[0]})
        with sessions() as session, pytest.raises(errors.BooksBusy), atomic(session):
            session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            legs = [Leg(accounts[1], 1), Leg(accounts[0], -1)]
            services.post(session, key="k", kind="payment", legs=legs, at=clock.now())


def test_what_commits_late_is_sealed_later(sessions, accounts):
    """A transfer with a lower id that is committed after a higher one still gets its place."""
    legs = [Leg(accounts[1], 1), Leg(accounts[0], -1)]
    other = [Leg(accounts[0], 1), Leg(accounts[1], -1)]
    with sessions() as slow, atomic(slow):
        slow.execute(text("SELECT nextval(pg_get_serial_sequence('transfer', 'id'))"))
        early = slow.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
        for number in range(3):
            pay(sessions, accounts, f"fast/{number}", 1)
        with sessions() as sealer, atomic(sealer):
            assert seal_transfers(sealer) == 3
        late = services.post(slow, key="slow", kind="payment", legs=legs, at=clock.now())
        assert slow.get(Transfer, late.transfer_id).xact == early
    with sessions() as sealer, atomic(sealer):
        services.post(sealer, key="own", kind="payment", legs=other, at=clock.now())
        assert seal_transfers(sealer) == 2


KILLED = """
import sys, time
from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.transaction import atomic
from ledger.books import services
from ledger.books.rules import Leg

url, bank, payable = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with make_sessions(make_engine(url))() as session:
    number = 0
    while True:
        number += 1
        legs = [Leg(bank, 1), Leg(payable, -1)]
        with atomic(session):
            services.post(session, key=f"a/{number}", kind="payment", legs=legs, at=clock.now())
            services.post(session, key=f"b/{number}", kind="payment", legs=legs, at=clock.now())
            if number == 20:
                print("halfway", flush=True)
                time.sleep(60)
"""


def test_a_worker_killed_in_the_middle_leaves_nothing_half(database_url, sessions, accounts):
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url, *map(str, accounts)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    with child:
        assert child.stdout.readline() == "halfway\n"
        child.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    with sessions() as session:
        busy = text("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                    " AND datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        while session.scalar(busy) and time.monotonic() < deadline:
            session.rollback()
            time.sleep(0.05)
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Transfer)) == 38
        assert session.scalar(select(Account.posted).where(Account.id == accounts[0])) == 38
    # and whoever does it again gets the first answers
    with sessions() as session, atomic(session):
        legs = [Leg(accounts[0], 1), Leg(accounts[1], -1)]
        assert services.post(session, key="a/19", kind="payment", legs=legs, at=clock.now()).replayed
        assert not services.post(session, key="a/20", kind="payment", legs=legs, at=clock.now()).replayed
