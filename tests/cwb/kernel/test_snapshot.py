"""What waits is read once while nothing was written, and anew as soon as anything was, by anybody."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from cwb.identity import services as identity
from cwb.identity.models import Party
from cwb.kernel import clock
from cwb.kernel.database import make_engine
from cwb.kernel.policy import Actor, Role
from cwb.kernel.snapshot import SNAPSHOT, seen, snapshot_of
from cwb.kernel.transaction import atomic
from cwb.kernel.waiting import ORGANISATION, Waiting, ask, rows

BOARD = frozenset({Role.BOARD})
NAMED = Waiting("Bekijk %(title)s", "a.show", BOARD, rows(title=Party.name).where(Party.id == ORGANISATION))
AT = clock.now().replace(second=1)


@pytest.fixture
def engine(database_url):
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def sent(engine):
    found: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *facts: found.append(facts[2]))
    return found


@pytest.fixture
def parties(engine):
    with Session(engine) as session, atomic(session):
        made = [
            identity.register_organisation(
                session, name=name, kvk_number=number, legal_form="public_body", street="Plein", house_number="1",
                postcode="1069 AB", city="Amsterdam", email="post@voorbeeld.example", anchor_type="municipality",
                is_programme=False, at=AT,
            )
            for name, number in (("Eerste", "90000011"), ("Tweede", "90000023"))
        ]  # fmt: skip
        session.flush()
        return [each.id for each in made]


def board(organisation, user=1):
    return Actor(user, "x", organisation, "", BOARD)


def opened(engine, under=None):
    """A session that has just found who is signed in; `under` a snapshot of before, as where nobody wrote since.

    A snapshot names the transactions of the whole server, where other tests write meanwhile.
    """
    session = Session(engine)
    session.connection()
    seen(session, under or session.scalar(select(SNAPSHOT)))
    return session


def told(session, actor, at=AT):
    return [each.facts["title"] for each in ask(session, actor, at, [NAMED])]


def asked(sent, call):
    before = len(sent)
    call()
    return len([each for each in sent[before:] if "kind" in each])


def test_what_waits_is_read_once_while_nothing_was_written(engine, parties, sent):
    first, second = parties
    with opened(engine) as one:
        assert asked(sent, lambda: told(one, board(first))) == 1
        under = snapshot_of(one)
    with opened(engine, under) as two:
        assert asked(sent, lambda: told(two, board(first))) == 0
        assert told(two, board(first)) == ["Eerste"]
        assert told(two, board(second)) == ["Tweede"]
        assert asked(sent, lambda: told(two, board(first, user=2))) == 1
        assert asked(sent, lambda: told(two, board(first), AT + timedelta(seconds=30))) == 0
        assert asked(sent, lambda: told(two, board(first), AT + timedelta(minutes=1))) == 1


def test_what_anybody_writes_is_there_at_the_next_request(engine, parties):
    with opened(engine) as one:
        assert told(one, board(parties[0])) == ["Eerste"]
    with Session(engine) as other, atomic(other):
        other.execute(update(Party).where(Party.id == parties[0]).values(name="Anders"))
    with opened(engine) as two:
        assert told(two, board(parties[0])) == ["Anders"]


def test_what_is_written_in_the_same_request_is_seen(engine, parties):
    with opened(engine) as session:
        assert told(session, board(parties[0])) == ["Eerste"]
        with atomic(session):
            session.execute(update(Party).where(Party.id == parties[0]).values(name="Binnen"))
            assert told(session, board(parties[0])) == ["Binnen"]
        assert told(session, board(parties[0])) == ["Binnen"]
        assert snapshot_of(session) is None


def test_an_act_that_was_undone_leaves_nothing_behind(engine, parties):
    with opened(engine) as session:
        with pytest.raises(ZeroDivisionError), atomic(session):
            session.execute(update(Party).where(Party.id == parties[0]).values(name="Binnen"))
            assert told(session, board(parties[0])) == ["Binnen"]
            raise ZeroDivisionError
        assert told(session, board(parties[0])) == ["Eerste"]
    with opened(engine) as again:
        assert told(again, board(parties[0])) == ["Eerste"]


def test_who_has_written_something_names_no_data(engine, parties):
    with engine.connect() as connection:
        assert connection.scalar(select(SNAPSHOT)) is not None
        connection.execute(update(Party).where(Party.id == parties[0]).values(name="Anders"))
        assert connection.scalar(select(SNAPSHOT)) is None
        connection.rollback()


def test_two_databases_do_not_answer_for_each_other(engine, parties, database_url):
    same = make_engine(database_url)
    try:
        with opened(engine) as one:
            assert told(one, board(parties[0])) == ["Eerste"]
        heard: list[str] = []
        event.listen(same, "before_cursor_execute", lambda *facts: heard.append(facts[2]))
        with opened(same) as two:
            assert asked(heard, lambda: told(two, board(parties[0]))) == 1
    finally:
        same.dispose()
