"""Joint bids under load, on a database that really commits: hand in, step back and join others at the same instant."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.errors import Refusal
from cwb.kernel.transaction import atomic
from procurement.bids.models import Bid
from procurement.bids.queries import opportunity
from procurement.consortia.errors import SignaturesMissing, TakesPartTwice
from procurement.consortia.models import BidMember
from procurement.joining import services
from procurement.opening import queries as openings
from procurement.submission import services as submission
from tests.procurement.together import Together

pytestmark = pytest.mark.slow


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


def at_once(*acts):
    """All at the same instant; what each gave back, or the refusal it met."""
    door = Barrier(len(acts))

    def run(act):
        door.wait()
        try:
            return act()
        except Refusal as fault:
            return fault

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def hand_in(sessions, team, number):
    def act():
        with opened(sessions) as own, atomic(own):
            bid = own.get_one(Bid, team.bid.id)
            return submission.hand_in(
                own, chance=opportunity(own, number), bid=bid, seen=bid.draft_version, actor=team.lead,
                keys=team.world.keys, at=team.world.at,
            ).version  # fmt: skip

    return act


def take_back(sessions, team, number, actor, member_id):
    def act():
        with opened(sessions) as own, atomic(own):
            return services.take_back(
                own, chance=opportunity(own, number), bid=own.get_one(Bid, team.bid.id),
                member=own.get_one(BidMember, member_id), actor=actor, at=team.world.at,
            )  # fmt: skip

    return act


def test_stepping_back_while_handing_in_leaves_nothing_half(sessions, make_world):
    with opened(sessions) as session:
        world = make_world(session)
        for turn in range(6):
            team = Together(world, world.supplier(f"Penvoerder {turn}"))
            team.ready()
            team.sign()
            row = team.row(team.two)
            number = world.tender.number
            handed, taken = at_once(
                hand_in(sessions, team, number), take_back(sessions, team, number, team.two, row.id)
            )
            session.expire_all()
            bid = session.get_one(Bid, team.bid.id)
            assert not bid.counts
            if handed == 1:
                assert taken is True
            else:
                assert isinstance(handed, SignaturesMissing)
                assert taken is False
            assert session.get_one(BidMember, row.id).signed_at is None
        world.closes()
        world.release(world.anna, world.bram)
        world.open(world.bram)
        assert list(openings.opened(session, world.tender.id)) == []


def test_two_joint_bids_with_a_member_in_common_do_not_both_count(sessions, make_world):
    with opened(sessions) as session:
        world = make_world(session)
        shared = [world.supplier("Deelt een"), world.supplier("Deelt twee")]
        teams = []
        for name in ("Een", "Twee"):
            team = Together(world, world.supplier(f"Penvoerder {name}"))
            team.one, team.two = shared if name == "Een" else reversed(shared)
            team.ready()
            team.sign()
            teams.append(team)
        number = world.tender.number
        said = at_once(*(hand_in(sessions, team, number) for team in teams))
        assert sorted(isinstance(each, TakesPartTwice) for each in said) == [False, True]
        session.expire_all()
        assert sum(session.get_one(Bid, team.bid.id).counts for team in teams) == 1


def test_in_the_last_second_a_signature_is_taken_back_or_stands(sessions, make_world):
    with opened(sessions) as session:
        world = make_world(session)
        teams = []
        for turn in range(4):
            team = Together(world, world.supplier(f"Penvoerder {turn}"))
            team.ready()
            team.sign()
            team.hand_in()
            teams.append((team, team.row(team.one).id))
        with atomic(session):
            session.execute(
                text("UPDATE database_clock SET shift = :closes - :left - clock_timestamp()"),
                {"closes": world.tender.closes_at, "left": timedelta(milliseconds=150)},
            )
        number = world.tender.number
        acts = [take_back(sessions, team, number, team.one, row) for team, row in teams]
        said = at_once(*acts, *(hand_in(sessions, team, number) for team, _ in teams))
        session.expire_all()
        for (team, row), taken in zip(teams, said, strict=False):
            bid, member = session.get_one(Bid, team.bid.id), session.get_one(BidMember, row)
            assert bid.counts is (taken is not True)
            assert (member.signed_at is None) is (taken is True)
        world.at = world.tender.closes_at + timedelta(seconds=1)
        world.closes(timedelta(hours=1))
        world.release(world.anna, world.bram)
        world.open(world.bram)
        kept = {each.bid_id for each in openings.opened(session, world.tender.id)}
        assert kept == {
            team.bid.id for (team, _), taken in zip(teams, said, strict=False) if taken is not True
        }
