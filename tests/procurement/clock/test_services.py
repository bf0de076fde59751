from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from cwb.kernel.clock import now
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.bids import queries as bid_queries
from procurement.bids import services as bids
from procurement.clock import services
from procurement.clock.models import ClockMark
from procurement.clock.rules import Act
from procurement.feature import FEATURE
from procurement.tenders import services as tender_services


def marks(session):
    return session.execute(
        select(ClockMark.what, ClockMark.due_at).order_by(ClockMark.due_at, ClockMark.what)
    ).all()


def letters(session, act):
    return session.scalars(select(Mail).where(Mail.key.contains(f"-{act.value}-"))).all()


@pytest.fixture
def tender(buying):
    buying.at = now()
    return buying.published(at=buying.at)


def test_each_act_in_its_time_and_once(buying, tender):
    """Closes after 40 days, questions until day 25; run every six hours, twice each time."""
    session, done = buying.session, []
    for hours in range(0, 24 * 42, 6):
        at = buying.at + timedelta(hours=hours)
        done += [(act, hours // 24) for _tender, act, _due in services.run_due(session, at=at)]
        assert services.run_due(session, at=at) == []
    assert done == [
        (Act.QUESTIONS_CLOSED, 25), (Act.REMIND_WEEK, 33), (Act.REMIND_DAY, 39), (Act.CLOSED, 40),
    ]  # fmt: skip
    assert {each.recipient for each in letters(session, Act.CLOSED)} == {
        buying.author.email,
        buying.colleague.email,
    }
    assert len(letters(session, Act.QUESTIONS_CLOSED)) == 2


def test_a_late_run_leaves_the_same_record_as_a_punctual_one(buying, tender):
    session = buying.session
    with session.begin_nested() as undone:
        for hours in range(0, 24 * 50, 6):
            services.run_due(session, at=buying.at + timedelta(hours=hours))
        punctual = marks(session)
        undone.rollback()
    assert marks(session) == []
    services.run_due(session, at=buying.at + timedelta(days=50))
    assert marks(session) == punctual
    assert (
        letters(session, Act.QUESTIONS_CLOSED) == letters(session, Act.REMIND_DAY) == []
    )  # of no use any more
    assert len(letters(session, Act.CLOSED)) == 2


def test_a_moved_deadline_brings_its_reminders_again(buying, tender):
    services.run_due(buying.session, at=buying.at + timedelta(days=34))
    tender_services.move_deadline(
        buying.session, tender=tender, closes_at=buying.at + timedelta(days=60), reason="Meer tijd",
        user_id=buying.author.id, at=buying.at + timedelta(days=34),
    )  # fmt: skip
    done = services.run_due(buying.session, at=buying.at + timedelta(days=61))
    assert [act for _tender, act, _due in done] == [Act.REMIND_WEEK, Act.REMIND_DAY, Act.CLOSED]


def test_only_who_has_an_unfinished_draft_is_reminded(buying, tender, make_organisation, make_user):
    home, follower = make_organisation(), make_organisation()
    user = make_user((Role.BOARD, home))
    make_user((Role.BOARD, follower))
    tender_services.follow_tender(
        buying.session, tender_id=tender.id, organisation_id=follower.id, at=buying.at
    )
    bids.start_bid(
        buying.session,
        chance=bid_queries.opportunity(buying.session, tender.number),
        actor=Actor(user.id, "x", home.id, "", frozenset({Role.BOARD, Role.MEMBER})),
        at=buying.at,
    )
    services.run_due(buying.session, at=buying.at + timedelta(days=34))
    assert [each.recipient for each in letters(buying.session, Act.REMIND_WEEK)] == [user.email]


def test_a_stopped_tender_is_silent(buying, tender):
    tender_services.cancel_tender(buying.session, tender=tender, reason="Weg", **buying.by())
    services.run_due(buying.session, at=buying.at + timedelta(days=50))
    assert not any(letters(buying.session, act) for act in Act)


def test_a_mark_stays(buying, tender):
    services.run_due(buying.session, at=buying.at + timedelta(days=50))
    with pytest.raises(DBAPIError), buying.session.begin_nested():
        buying.session.execute(text("DELETE FROM clock_mark"))


def test_the_job_runs_every_minute():
    assert FEATURE.timers["procurement.clock"] == "* * * * *"
    assert "procurement.clock" in FEATURE.jobs


@pytest.mark.slow
def test_two_workers_at_once_do_each_act_once(database_url, make_buying):
    engine = make_engine(database_url, poolclass=NullPool)
    sessions = make_sessions(engine)
    with sessions() as session, atomic(session):
        buying = make_buying(session)
        tender = buying.published()
        late, officers = tender.closes_at + timedelta(minutes=1), 2
    ready = Barrier(2)

    def work(_number):
        with sessions() as session, atomic(session):
            ready.wait()
            return services.run_due(session, at=late)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, range(2))
    assert sorted(act for _tender, act, _due in (*first, *second)) == [
        Act.CLOSED, Act.QUESTIONS_CLOSED, Act.REMIND_DAY, Act.REMIND_WEEK,
    ]  # fmt: skip
    with sessions() as session:
        assert len(marks(session)) == 4
        assert len(letters(session, Act.CLOSED)) == officers
    engine.dispose()
