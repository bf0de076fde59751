import pytest
from sqlalchemy import text

from cwb.identity.models import Person
from cwb.kernel.transaction import atomic, regardless


def note(session, token):
    session.execute(text("INSERT INTO form_once (token, at) VALUES (:token, now())"), {"token": token})


def tokens(session) -> list[str]:
    return [str(row.token) for row in session.execute(text("SELECT token FROM form_once ORDER BY token"))]


ONE, TWO = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"


def test_what_must_be_remembered_stays_when_the_act_is_refused(session):
    with pytest.raises(ValueError, match="no"), atomic(session):
        note(session, TWO)
        regardless(session, note, ONE)
        raise ValueError("no")
    assert tokens(session) == [ONE]


def test_it_stays_when_the_act_is_done_and_also_from_inside_a_savepoint(session):
    with atomic(session):
        with pytest.raises(ValueError, match="no"), atomic(session):
            regardless(session, note, ONE)
            raise ValueError("no")
        note(session, TWO)
    assert tokens(session) == [ONE, TWO]


def test_it_belongs_inside_and_takes_no_rows(session, at):
    with pytest.raises(RuntimeError):
        regardless(session, note, ONE)
    with atomic(session), pytest.raises(TypeError):
        regardless(session, note, Person(name="x", created_at=at))


def test_what_cannot_be_remembered_is_not_half_remembered(session):
    with pytest.raises(Exception, match="form_once"), atomic(session):
        regardless(session, note, ONE)
        regardless(session, note, ONE)
    session.rollback()
    assert tokens(session) == []
