"""The deadline under load, on a database that really commits: many clients, an opener at the door, and crashes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.transaction import atomic
from procurement.bids import queries, services
from procurement.bids.errors import BidAfterDeadline, BidWithdrawn, DraftClosed
from procurement.bids.models import Bid, BidVersion, LateAttempt
from procurement.bids.queries import opportunity
from procurement.opening import queries as opening_queries
from procurement.opening import services as openings
from procurement.opening.errors import AlreadyOpened
from procurement.sealing.errors import TooEarly
from procurement.submission import services as submission

pytestmark = pytest.mark.slow
WORDS = "een lange wachtzin"


@pytest.fixture
def sessions(database_url) -> Iterator:
    engine = make_engine(database_url, poolclass=NullPool)
    yield make_sessions(engine)
    engine.dispose()


@contextmanager
def opened(sessions) -> Iterator[Session]:
    session = sessions()
    try:
        yield session
    finally:
        session.close()


def close_in(session: Session, world, left: timedelta) -> None:
    """Shift the clock so that the tender closes in `left`."""
    with atomic(session):
        session.execute(
            text("UPDATE database_clock SET shift = :closes - :left - clock_timestamp()"),
            {"closes": world.tender.closes_at, "left": left},
        )


def keep_handing_in(sessions, keys, number, actor, bid_id) -> tuple[list[int], int]:
    """One client: change the price and hand in, again and again, until it is refused three times."""
    accepted, refused, price = [], 0, 1000
    while refused < 3:
        price += 1
        with opened(sessions) as session:
            bid = session.get_one(Bid, bid_id)
            chance = opportunity(session, number)
            draft = services.read_draft(bid, keys)
            part = dict(draft.part("price").value) | {"minor": price}
            try:
                with atomic(session):
                    draft = services.save_part(
                        session, chance=chance, bid=bid, name="price", value=part, actor=actor, keys=keys,
                        seen=draft.part("price").saved,
                    )  # fmt: skip
            except DraftClosed:
                pass
            try:
                with atomic(session):
                    version = submission.hand_in(
                        session, chance=chance, bid=bid, seen=draft.saves, actor=actor, keys=keys,
                        at=chance.tender.published_at,
                    )  # fmt: skip
            except BidAfterDeadline:
                refused += 1
            else:
                accepted.append(version.version)
    return accepted, refused


def keep_opening(sessions, keys, number, first, second):
    """The officers press the button all the time, from before the deadline on."""
    done = 0
    while True:
        with opened(sessions) as session:
            tender = opening_queries.tender(session, number)
            try:
                with atomic(session):
                    openings.release(
                        session, tender=tender, actor=first, passphrase=WORDS, to_user_id=second.user_id,
                        at=tender.published_at,
                    )  # fmt: skip
                with atomic(session):
                    openings.open_bids(
                        session,
                        tender=tender,
                        actor=second,
                        passphrase=WORDS,
                        keys=keys,
                        at=tender.published_at,
                    )
                done += 1
            except TooEarly:
                time.sleep(0.001)
            except AlreadyOpened:
                return done


def dawdle(session: Session, seconds: str) -> None:
    """Let the database itself dawdle right behind the gate, where a busy server would: before any other lock.

    (Later, a foreign key happens to lock the tender too; without this the gate's own lock would go untested.)
    """
    session.execute(
        text(f"""
            CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$;
            CREATE TRIGGER a_dawdle BEFORE UPDATE ON bid FOR EACH ROW WHEN (NEW.version <> OLD.version)
                EXECUTE FUNCTION dawdle();
        """)
    )
    session.commit()


def test_a_storm_at_the_deadline_lets_no_late_bid_in_and_loses_none(sessions, make_world):
    with opened(sessions) as session:
        world = make_world(session)
        clients = [world.supplier(f"Cooperatie {n}") for n in range(10)]
        bids = [world.bid_of(actor).id for actor in clients]
        dawdle(session, "random() * 0.2")
        close_in(session, world, timedelta(seconds=2))
    number, closes_at = world.tender.number, world.tender.closes_at
    with ThreadPoolExecutor(12) as pool:
        opener = pool.submit(keep_opening, sessions, world.keys, number, world.anna, world.bram)
        runs = [
            pool.submit(keep_handing_in, sessions, world.keys, number, actor, bid)
            for actor, bid in zip(clients, bids, strict=True)
        ]
        results = [run.result(timeout=120) for run in runs]
        assert opener.result(timeout=120) == 1
    with opened(sessions) as session:
        stored = session.execute(select(BidVersion.bid_id, BidVersion.version, BidVersion.submitted_at)).all()
        assert all(row.submitted_at < closes_at for row in stored)
        assert len(stored) > len(bids), "the storm raised no wind"
        opening = opening_queries.find_opening(session, world.tender.id)
        laid_open = {each.bid_id: each for each in opening_queries.opened(session, world.tender.id)}
        assert opening.opened_at >= closes_at
        assert set(laid_open) == set(bids)
        for bid_id, (accepted, _) in zip(bids, results, strict=True):
            versions = sorted(row.version for row in stored if row.bid_id == bid_id)
            assert versions == list(range(1, len(versions) + 1))
            assert set(accepted) | {1} == set(versions), "told yes and lost, or stored and told no"
            assert laid_open[bid_id].version == versions[-1]
            assert laid_open[bid_id].fault is None
        late = session.scalar(select(func.count()).select_from(LateAttempt))
        assert late == sum(refused for _, refused in results)


def test_a_bid_inside_the_gate_at_the_deadline_is_waited_for(sessions, make_world):
    """In before the deadline, committed after it: the opener waits, and opens that bid as well."""
    with opened(sessions) as session:
        world = make_world(session)
        actor = world.supplier()
        bid = world.start(actor)
        world.fill(bid, actor)
        dawdle(session, "2.5")
        close_in(session, world, timedelta(seconds=1.5))

    def hand_in():
        with opened(sessions) as own, atomic(own):
            submission.hand_in(
                own, chance=opportunity(own, world.tender.number), bid=own.get_one(Bid, bid.id), actor=actor,
                seen=bid.draft_version, keys=world.keys, at=world.at,
            )  # fmt: skip

    with ThreadPoolExecutor(2) as pool:
        handing = pool.submit(hand_in)
        officers = pool.submit(
            keep_opening, sessions, world.keys, world.tender.number, world.anna, world.bram
        )
        handing.result(timeout=30)
        assert officers.result(timeout=30) == 1
    with opened(sessions) as session:
        stored = session.get_one(Bid, bid.id)
        opening = opening_queries.find_opening(session, world.tender.id)
        assert stored.submitted_at < world.tender.closes_at < opening.opened_at
        assert [each.bid_id for each in opening_queries.opened(session, world.tender.id)] == [bid.id]


def test_ten_clients_in_the_last_second_are_in_or_told_no(sessions, make_world):
    with opened(sessions) as session:
        world = make_world(session)
        clients = [world.supplier(f"Cooperatie {n}") for n in range(10)]
        bids = []
        for actor in clients:
            bid = world.start(actor)
            world.fill(bid, actor)
            bids.append(bid.id)
        close_in(session, world, timedelta(milliseconds=400))
    barrier = Barrier(len(clients))

    def last_second(position: int) -> bool:
        with opened(sessions) as session:
            bid = session.get_one(Bid, bids[position])
            chance = opportunity(session, world.tender.number)
            barrier.wait()
            time.sleep(position * 0.06)
            try:
                with atomic(session):
                    submission.hand_in(
                        session, chance=chance, bid=bid, seen=bid.draft_version, actor=clients[position],
                        keys=world.keys, at=chance.tender.published_at,
                    )  # fmt: skip
            except BidAfterDeadline:
                return False
            return True

    with ThreadPoolExecutor(len(clients)) as pool:
        told = list(pool.map(last_second, range(len(clients))))
    with opened(sessions) as session:
        stored = {row.id: row for row in session.scalars(select(Bid))}
        for bid_id, yes in zip(bids, told, strict=True):
            assert (stored[bid_id].version == 1) is yes
            assert not yes or stored[bid_id].submitted_at < world.tender.closes_at
        assert session.scalar(select(func.count()).select_from(LateAttempt)) == told.count(False)


def both(*acts):
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except Exception as fault:  # noqa: BLE001 (the test looks at what it was)
            return fault

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_double_click_is_one_version_and_one_receipt(sessions, make_world):
    with opened(sessions) as session:
        world = make_world(session)
        actor = world.supplier()
        bid = world.start(actor)
        world.fill(bid, actor)

    def click() -> str:
        with opened(sessions) as own, atomic(own):
            version = submission.hand_in(
                own, chance=opportunity(own, world.tender.number), bid=own.get_one(Bid, bid.id), actor=actor,
                seen=bid.draft_version, keys=world.keys, at=world.at,
            )  # fmt: skip
            return version.receipt

    assert len(set(both(click, click, click))) == 1
    with opened(sessions) as session:
        assert session.scalar(select(func.count()).select_from(BidVersion)) == 1


def test_two_members_starting_at_once_start_one_bid(sessions, make_world):
    with opened(sessions) as session:
        world = make_world(session)
        actor = world.supplier()

    def start() -> int:
        with opened(sessions) as own, atomic(own):
            return services.start_bid(
                own, chance=opportunity(own, world.tender.number), actor=actor, at=world.at
            ).id

    assert len(set(both(start, start, start))) == 1


def test_withdrawing_while_handing_in_is_one_or_the_other(sessions, make_world):
    with opened(sessions) as session:
        world = make_world(session)
        for turn in range(10):
            actor = world.supplier(f"Cooperatie {turn}")
            bid = world.bid_of(actor)
            world.fill(bid, actor, price=2000)

            def hand_in(actor=actor, bid=bid):
                with opened(sessions) as own, atomic(own):
                    return submission.hand_in(
                        own, chance=opportunity(own, world.tender.number), bid=own.get_one(Bid, bid.id), actor=actor,
                        seen=bid.draft_version, keys=world.keys, at=world.at,
                    ).version  # fmt: skip

            def withdraw(actor=actor, bid=bid):
                with opened(sessions) as own, atomic(own):
                    submission.withdraw_bid(own, bid=own.get_one(Bid, bid.id), actor=actor, at=world.at)

            handed, withdrawn = both(hand_in, withdraw)
            assert withdrawn is None
            assert handed == 2 or isinstance(handed, BidWithdrawn)
            session.expire_all()
            assert session.get_one(Bid, bid.id).withdrawn_at is not None
            assert len(queries.versions(session, bid.id)) == (2 if handed == 2 else 1)
        world.closes()
        world.release(world.anna, world.bram)
        world.open(world.bram)
        assert list(opening_queries.opened(session, world.tender.id)) == []


DYING = """
import os, signal, sys
from pathlib import Path
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from procurement.submission import services as submission
from procurement.bids.models import Bid
from procurement.bids.queries import opportunity
from procurement.sealing.gateway import HouseKeys

url, folder, number, bid_id, user_id = sys.argv[1:]
submission._confirm = lambda *facts: os.kill(os.getpid(), signal.SIGKILL)  # the version is written, not committed
session = make_sessions(make_engine(url))()
bid = session.get_one(Bid, int(bid_id))
actor = Actor(int(user_id), "", bid.organisation_id, "", frozenset({Role.BOARD}))
chance = opportunity(session, number)
with atomic(session):
    submission.hand_in(session, chance=chance, bid=bid, seen=bid.draft_version, actor=actor,
                     keys=HouseKeys(Path(folder)), at=chance.tender.published_at)
"""


def test_a_process_killed_in_the_middle_leaves_nothing_half(sessions, make_world, database_url, tmp_path):
    with opened(sessions) as session:
        world = make_world(session)
        actor = world.supplier()
        bid = world.start(actor)
        world.fill(bid, actor)
        facts = [database_url, str(tmp_path), world.tender.number, str(bid.id), str(actor.user_id)]
        dead = subprocess.run([sys.executable, "-c", DYING, *facts], check=False, timeout=60, env=os.environ)
        assert dead.returncode == -signal.SIGKILL
        session.rollback()
        session.expire_all()
        stored = session.get_one(Bid, bid.id)
        assert (stored.version, stored.submitted_at) == (0, None)
        assert queries.versions(session, bid.id) == []
        assert world.hand_in(stored, actor).version == 1
    engine = create_engine(make_engine(database_url).url, poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM mail WHERE key LIKE 'bid:%'")) == 1
