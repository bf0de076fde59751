"""Prepared calls go on after a rollback: psycopg drops every prepared statement then."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cwb.kernel.calls import Statement, call
from cwb.kernel.database import make_engine, make_sessions

ONE = Statement("SELECT $1::int4")


def ask(session: Session) -> int:
    return int.from_bytes(call(session, ONE, [b"7"])[0] or b"", "big")


@pytest.mark.parametrize("undo", ["whole", "savepoint", "returned"])
def test_a_call_goes_on_after_a_rollback(database_url, undo):
    engine = make_engine(database_url, pool_size=1, max_overflow=0)
    sessions = make_sessions(engine)
    with sessions() as session:
        for _ in range(3):
            session.execute(text("SELECT 1 WHERE :a = 1"), {"a": 1})  # psycopg prepares what comes again
        assert ask(session) == 7
        if undo == "whole":
            session.rollback()
        elif undo == "savepoint":
            session.begin_nested().rollback()
        if undo != "returned":
            assert ask(session) == 7
    with sessions() as session:
        assert ask(session) == 7
    engine.dispose()
