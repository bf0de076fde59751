"""The second fence: what the database itself shows of bids, to whom, whatever the query forgets."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from cwb.kernel import fence
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.transaction import atomic
from cwb.operations import services as operations
from cwb.sign_in import queries as sign_in
from cwb.sign_in.services import open_session
from procurement.bids.models import Bid, BidVersion
from procurement.opening.models import OpenedBid

TABLES = (Bid, BidVersion, OpenedBid)


@pytest.fixture
def seen(session):
    """`seen(user)`: how many rows of each table a page of this user gets when it filters by nothing."""

    def count(actor=None):
        session.flush()
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": "" if actor is None else str(actor.user_id)},
        )
        found = tuple(
            len(session.execute(text(f"SELECT id FROM {each.__tablename__}")).all()) for each in TABLES
        )
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
        return found

    return count


def test_before_closing_each_sees_its_own_and_nobody_else_any(world, seen):
    one, two, empty = world.supplier("Een"), world.supplier("Twee"), world.supplier("Drie")
    world.bid_of(one)
    world.start(two)
    assert seen(one) == (1, 1, 0)
    assert seen(two) == (1, 0, 0)
    for other in (empty, world.anna, world.eva, None):
        assert seen(other) == (0, 0, 0)


def test_after_closing_the_buyer_and_the_holders_of_the_key_see_them(world, seen):
    one, two = world.supplier("Een"), world.supplier("Twee")
    world.bid_of(one)
    world.bid_of(two)
    world.closes()
    for opener in (world.anna, world.bram, world.eva):
        assert seen(opener) == (2, 2, 0)
    assert seen(one) == (1, 1, 0)
    world.release(world.anna, world.bram)
    world.open(world.bram)
    assert seen(world.anna) == (2, 2, 2)
    assert seen(one) == (1, 1, 1)
    assert seen(world.supplier("Drie")) == (0, 0, 0)
    assert seen(None) == (0, 0, 0)


def test_a_moved_deadline_closes_the_fence_again(world, seen, session):
    world.bid_of(world.supplier("Een"))
    world.closes()
    assert seen(world.anna)[0] == 1
    world.tender.closes_at += timedelta(days=3)
    assert seen(world.anna) == (0, 0, 0)


def test_an_ended_mandate_ends_it(world, seen, session):
    one = world.supplier("Een")
    world.bid_of(one)
    session.execute(text("UPDATE mandate SET ended_at = cwb_now() WHERE user_id = :id"), {"id": one.user_id})
    assert seen(one) == (0, 0, 0)


def test_nobody_writes_a_bid_for_another_organisation(world, session):
    one, two = world.supplier("Een"), world.supplier("Twee")
    mine, theirs = world.bid_of(one), world.bid_of(two)
    session.flush()
    tell = text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)")
    copy = (
        "INSERT INTO bid (public_id, tender_id, organisation_id, started_by_id, started_at, draft_version, version) "
        "SELECT gen_random_uuid(), tender_id, :other, started_by_id, started_at, 0, 0 FROM bid WHERE id = :mine"
    )
    session.execute(text("UPDATE bid SET withdrawn_at = cwb_now() WHERE id = :id"), {"id": theirs.id})
    session.execute(tell, {"user": str(one.user_id)})
    with pytest.raises(ProgrammingError, match="row-level security"), session.begin_nested():
        session.execute(text(copy), {"other": two.organisation_id, "mine": mine.id})
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO bid_version (bid_id, version, receipt, sealed, digest, own_copy, own_key, submitted_by_id) "
                "SELECT :theirs, 2, 'x', sealed, digest, own_copy, own_key, submitted_by_id FROM bid_version"
            ),
            {"theirs": theirs.id},
        )
    assert (
        session.execute(text("UPDATE bid SET draft_version = 99 WHERE id = :id"), {"id": theirs.id}).rowcount
        == 0
    )
    assert (
        session.execute(text("UPDATE bid SET draft_version = 99 WHERE id = :id"), {"id": mine.id}).rowcount
        == 1
    )


@pytest.mark.slow
def test_a_page_names_its_user_on_the_way_and_for_that_transaction_only(database_url, make_world):
    """On a fenced engine: signed in sees, unset sees nothing, the next user of the connection sees only theirs."""
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session:
        world = make_world(session)
        one, two = world.supplier("Een"), world.supplier("Twee")
        world.bid_of(one)
        world.bid_of(two)
        with atomic(session):
            opened = [
                open_session(session, user=session.get_one(sign_in.User, each.user_id), at=world.at)
                for each in (one, two)
            ]
        at = world.at
    engine.dispose()
    pages = make_engine(database_url, fenced=True, pool_size=1, max_overflow=0)
    sessions = make_sessions(pages)
    rows = select(Bid.organisation_id)
    with sessions() as nobody:
        assert nobody.scalars(rows).all() == []
    for actor, session_ in zip((one, two), opened, strict=True):
        with sessions() as page:
            assert sign_in.find_signed_in(page, session_.token, at).user_id == actor.user_id
            assert page.scalars(rows).all() == [actor.organisation_id]
            page.commit()
            assert page.scalars(rows).all() == [actor.organisation_id]  # a later transaction of the same page
            page.rollback()
            assert page.scalars(rows).all() == [actor.organisation_id]
        with sessions() as nobody:  # the same connection again
            assert nobody.scalars(rows).all() == []
            assert sign_in.find_signed_in(nobody, "unknown", at) is None
            assert nobody.scalars(rows).all() == []
    with sessions() as page:
        fence.remember(page, one.user_id)
        assert page.scalars(rows).all() == [one.organisation_id]
        fence.remember(page, None)
        page.commit()
        assert page.scalars(rows).all() == []
    pages.dispose()


@pytest.mark.slow
def test_a_backup_holds_all_bids_and_a_restored_database_is_fenced(database_url, make_world, tmp_path):
    engine = make_engine(database_url, poolclass=NullPool)
    with Session(engine, expire_on_commit=False) as session:
        world = make_world(session)
        world.bid_of(world.supplier("Een"))
        sealed = session.scalar(select(BidVersion.sealed))
        session.rollback()
    file = tmp_path / "backup.tar"
    operations.back_up(database_url, tmp_path, file, at=world.at)
    operations.restore(database_url, tmp_path, file, force=True)
    with Session(engine) as session:
        assert session.scalar(select(BidVersion.sealed)) == sealed
    with Session(make_engine(database_url, fenced=True, poolclass=NullPool)) as session:
        assert session.scalars(select(BidVersion.id)).all() == []


def test_the_owner_is_behind_the_fence_too_and_settings_are_read_once(session):
    forced = session.execute(
        text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY relname")
    ).scalars()
    assert forced.all() == [
        "backer_substitute",
        "bid",
        "bid_backer",
        "bid_file",
        "bid_member",
        "bid_version",
        "low_bid_draft",
        "low_bid_question",
        "member_statement",
        "opened_bid",
        "proof",
        "proof_request",
        "proof_ruling",
        "repair_request",
        "statement_paper_file",
        "statement_profile",
        "validity_answer",
    ]
    assert session.scalar(
        text("SELECT NOT rolsuper AND NOT rolbypassrls FROM pg_roles WHERE rolname = current_user")
    )
    for (condition,) in session.execute(text("SELECT concat(qual, with_check) FROM pg_policies")).all():
        once = ("SELECT current_setting(", "SELECT (NULLIF(current_setting(")
        assert condition.count("current_setting(") == sum(condition.count(each) for each in once), condition
