"""Calls with few round trips share the session's transaction and survive what befalls a connection."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from cwb.kernel.calls import Statement, call
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.transaction import atomic, atomic_call

ADD = Statement("INSERT INTO note (body) VALUES ($1) RETURNING id")
BOOM = Statement("SELECT 1 / $1::int")
LEVEL = Statement("SELECT current_setting('transaction_isolation')")
WAIT = Statement("SELECT pg_advisory_xact_lock(1)")


@pytest.fixture
def sessions(database_url):
    engine = make_engine(database_url, pool_size=3)
    sessions = make_sessions(engine)
    with sessions() as session, atomic(session):
        session.execute(text("CREATE TABLE note (id int GENERATED ALWAYS AS IDENTITY, body text)"))
    yield sessions
    engine.dispose()


def bodies(sessions):
    with sessions() as session:
        return list(session.scalars(text("SELECT body FROM note ORDER BY id")))


def test_a_call_opens_the_transaction_that_atomic_commits(sessions):
    with sessions() as session:
        with atomic(session):
            assert call(session, ADD, [b"one"]) == [b"\0\0\0\1"]
            session.execute(text("INSERT INTO note (body) VALUES ('two')"))
            call(session, ADD, [None])
        assert not session.in_transaction()
    assert bodies(sessions) == ["one", "two", None]


def test_what_fails_undoes_all_of_it(sessions):
    with sessions() as session:
        with pytest.raises(ValueError, match="no"), atomic(session):
            call(session, ADD, [b"one"])
            raise ValueError("no")
        with pytest.raises(DBAPIError, match="division by zero"), atomic(session):
            call(session, ADD, [b"two"])
            call(session, BOOM, [b"0"])
        with pytest.raises(DBAPIError, match="division by zero"), atomic(session):
            call(session, BOOM, [b"0"])
    assert bodies(sessions) == []


def test_a_savepoint_around_a_failing_call_saves_the_rest(sessions):
    with sessions() as session, atomic(session):
        call(session, ADD, [b"kept"])
        with pytest.raises(DBAPIError), atomic(session):
            call(session, ADD, [b"lost"])
            call(session, BOOM, [b"0"])
        call(session, ADD, [b"kept too"])
    assert bodies(sessions) == ["kept", "kept too"]


def test_the_driver_may_drop_what_was_prepared(sessions):
    with sessions() as session:
        for alone in (True, False, True, False):
            session.execute(text("SELECT 1"))
            session.rollback()  # psycopg answers a rollback with DEALLOCATE ALL at its next statement
            session.execute(text("SELECT 2"))
            session.commit()
            if alone:
                atomic_call(session, ADD, [b"x"])
            else:
                with atomic(session):
                    call(session, ADD, [b"y"])
    assert bodies(sessions) == ["x", "y", "x", "y"]


def test_a_lone_call_is_durable_at_once(sessions):
    with sessions() as session:
        atomic_call(session, ADD, [b"one"])
        assert bodies(sessions) == ["one"]
        with pytest.raises(DBAPIError, match="division by zero"):
            atomic_call(session, BOOM, [b"0"])
        with pytest.raises(RuntimeError), atomic(session):
            atomic_call(session, ADD, [b"two"])
    assert bodies(sessions) == ["one"]


def test_a_statement_that_cannot_be_prepared_is_a_fault(sessions):
    with sessions() as session:
        for _ in range(2):
            with pytest.raises(DBAPIError, match="does not exist"):
                atomic_call(session, Statement("SELECT nothing"), [])
        with pytest.raises(DBAPIError, match="does not exist"), atomic(session):
            call(session, Statement("SELECT nothing"), [])


def test_the_isolation_asked_for_is_kept(sessions):
    with sessions() as session:
        session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
        assert call(session, LEVEL, []) == [b"serializable"]
        session.rollback()
        assert call(session, LEVEL, []) == [b"read committed"]


def test_other_threads_run_while_a_call_waits(sessions):
    got = threading.Event()

    def wait():
        with sessions() as session, atomic(session):
            call(session, WAIT, [])
            got.set()

    with sessions() as holder:
        holder.execute(text("SELECT pg_advisory_lock(1)"))
        waiter = threading.Thread(target=wait)
        waiter.start()
        assert not got.wait(0.3)
        holder.execute(text("SELECT pg_advisory_unlock(1)"))
    waiter.join()
    assert got.is_set()


@pytest.mark.parametrize("begin", [True, False])
def test_a_broken_connection_is_told_and_replaced(sessions, begin):
    with sessions() as session, sessions() as other:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        other.execute(text("SELECT 1"))
        if begin:
            session.rollback()
        with atomic(other):
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        with pytest.raises(OperationalError) as told:
            call(session, ADD, [b"lost"])
        assert told.value.connection_invalidated
        session.rollback()
        atomic_call(session, ADD, [b"back"])
    assert bodies(sessions) == ["back"]
