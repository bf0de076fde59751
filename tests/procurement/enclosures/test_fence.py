"""What the database shows of files and profiles, to whom; two tabs at once; the key that is changed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.pool import NullPool

from cwb.kernel.clock import local_date
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.errors import Refusal
from cwb.kernel.transaction import atomic
from procurement.bids import services as bids
from procurement.bids.models import Bid
from procurement.bids.queries import opportunity
from procurement.enclosures import services
from procurement.enclosures.models import BidFile
from procurement.statements import services as statements
from procurement.statements.gateway import table
from procurement.statements.rules import Answer
from tests.cwb.files.test_gateway import PDF


@pytest.fixture
def seen(session):
    def count(actor=None):
        session.flush()
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": "" if actor is None else str(actor.user_id)},
        )
        found = tuple(
            len(session.execute(text(f"SELECT 1 FROM {name}")).all())
            for name in ("bid_file", "statement_profile")
        )
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
        return found

    return count


def fill(world, actor):
    bid = world.start(actor)
    with atomic(world.session) as session:
        services.add_file(
            session, chance=world.chance(), bid=bid, name="plan.pdf", content=PDF, question="", actor=actor,
            keys=world.keys,
        )  # fmt: skip
        answers = {each.code: Answer(yes=False, on=local_date(world.at)) for each in table().of("tax")}
        statements.answer_group(
            session,
            table=table(),
            group="tax",
            answers=answers,
            seen=0,
            actor=actor,
            keys=world.keys,
            at=world.at,
        )
    return bid


def test_files_and_profiles_are_ones_own_until_the_closing(world, seen):
    one, two = world.supplier("Een"), world.supplier("Twee")
    bid = fill(world, one)
    assert seen(one) == (1, 1)
    for other in (two, world.anna, world.eva, None):
        assert seen(other) == (0, 0)
    world.fill(bid, one)
    world.hand_in(bid, one)
    world.closes()
    assert seen(world.anna) == (1, 0), "the locked file, whose key is sealed; never the profile"
    assert seen(two) == (0, 0)


def test_a_profile_is_locked_and_moves_to_a_new_key(world):
    actor = world.supplier()
    fill(world, actor)
    with atomic(world.session) as session:
        (content,) = session.execute(text("SELECT content FROM statement_profile")).one()
        assert b"exg" not in content
        world.keys.rotate()
        assert statements.relock(session, keys=world.keys) == 1
        assert statements.relock(session, keys=world.keys) == 0
    profile = services.profile_of(world.session, actor.organisation_id, world.keys)
    assert set(profile.answers) == {each.code for each in table().of("tax")}


@pytest.fixture
def sessions(database_url) -> Iterator:
    engine = make_engine(database_url, poolclass=NullPool)
    yield make_sessions(engine)
    engine.dispose()


@pytest.mark.slow
def test_eight_tabs_add_at_once_and_each_file_is_there_once(sessions, make_world):
    with sessions() as session:
        world = make_world(session)
        actor = world.supplier()
        bid_id, number = world.start(actor).id, world.tender.number
    barrier = Barrier(8)

    def add(place: int) -> bool:
        barrier.wait()
        with sessions() as own:
            try:
                with atomic(own):
                    services.add_file(
                        own, chance=opportunity(own, number), bid=own.get_one(Bid, bid_id), name=f"{place}.pdf",
                        content=PDF + b"%d" % (place // 2), question="", actor=actor, keys=world.keys,
                    )  # fmt: skip
            except Refusal:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(add, range(8)))
    with sessions() as session:
        draft = bids.read_draft(session.get_one(Bid, bid_id), world.keys)
        kept = session.scalar(select(func.count()).select_from(BidFile))
    assert told.count(True) == 4, "of two with the same content one is refused"
    assert len(draft.files) == kept == 4
    assert len({each["digest"] for each in draft.files}) == 4
