"""Statements that are prepared once, and the objects they make."""

from typing import NamedTuple

import pytest
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.exc import UnmappedInstanceError

from cwb.identity.models import Mandate, Organisation, Party
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Role
from cwb.kernel.prepared import Prepared, Record
from cwb.kernel.transaction import atomic


class Named(NamedTuple):
    id: int
    name: str


BY_NAME = Prepared(
    Named, select(Party.id, Party.name).where(Party.name == bindparam("name")).order_by(Party.id)
)


@pytest.fixture
def committed(database_url):
    engine = make_engine(database_url)
    with make_sessions(engine)() as session:
        yield session
    engine.dispose()


def test_it_sees_what_the_session_holds_and_has_not_sent(session, make_organisation):
    made = make_organisation()
    made.name = "Anders"
    assert BY_NAME.all(session, name="Anders") == [Named(made.id, "Anders")]
    assert BY_NAME.first(session, name="Nergens") is None


def test_the_first_statement_of_a_use_case_falls_with_it(committed):
    claim = Prepared(
        lambda token: token,
        text(
            "INSERT INTO form_once (token, at) VALUES (:token, now()) ON CONFLICT DO NOTHING RETURNING token"
        ),
    )
    token = uuid7()
    with pytest.raises(ZeroDivisionError), atomic(committed):
        assert claim.one(committed, token=token) == token
        raise ZeroDivisionError
    with atomic(committed):
        assert claim.first(committed, token=token) == token
    with atomic(committed):
        assert claim.first(committed, token=token) is None


def test_values_become_what_their_columns_say(session, make_organisation, make_user):
    organisation = make_organisation()
    user = make_user((Role.BOARD, organisation))
    roles = Prepared(lambda role: role, select(Mandate.role).where(Mandate.user_id == bindparam("user_id")))
    assert roles.all(session, user_id=user.id) == [Role.BOARD]
    assert roles.first(session, user_id=user.id) is Role.BOARD
    held = Prepared(int, select(func.count()).where(Mandate.role.in_((Role.BOARD, Role.MEMBER)), Mandate.user_id == bindparam("user_id")))  # fmt: skip
    assert held.one(session, user_id=user.id) == 1


def test_one_that_must_be_there_is_told_to_be_missing(session):
    with pytest.raises(LookupError):
        BY_NAME.one(session, name="Nergens")


def test_a_record_is_read_and_never_changed(session, make_organisation):
    made = make_organisation()
    owner = aliased(Party)
    shape = Record(
        Organisation, Organisation.id, Organisation.kvk_number, again=Record(Party, owner.id, owner.name)
    )
    found = Prepared(
        shape, select(*shape.columns).outerjoin(owner, (owner.id == Organisation.id) & (owner.name == bindparam("name")))
        .where(Organisation.id == bindparam("id")),
    )  # fmt: skip
    record = found.one(session, id=made.id, name=made.name)
    assert isinstance(record, Organisation)
    assert (record.kvk_number, record.again.name) == (made.kvk_number, made.name)
    with pytest.raises(UnmappedInstanceError):
        _ = record.city
    with pytest.raises(AttributeError):
        record.city = "Elders"
    with pytest.raises(UnmappedInstanceError):
        session.add(record)
    assert found.one(session, id=made.id, name="iemand anders").again is None
    assert session.get(Organisation, made.id) is made


def test_a_record_without_columns_has_all_of_them(session, make_organisation):
    made = make_organisation()
    shape = Record(Organisation)
    record = Prepared(shape, select(*shape.columns).where(Organisation.id == bindparam("id"))).one(
        session, id=made.id
    )
    assert {
        name: getattr(record, name) for name in ("name", "kvk_number", "city", "created_at", "public_id")
    } == {name: getattr(made, name) for name in ("name", "kvk_number", "city", "created_at", "public_id")}


def test_alone_it_opens_no_transaction_and_inside_one_it_joins(committed: Session):
    raw = committed.connection().connection.driver_connection
    assert BY_NAME.all(committed, name="x") == []
    assert raw.info.transaction_status.name == "IDLE"
    assert raw.autocommit is False
    committed.execute(text("CREATE TEMPORARY TABLE proef (a int)"))
    BY_NAME.all(committed, name="x")
    assert raw.info.transaction_status.name == "INTRANS"
    committed.rollback()
    assert committed.scalar(text("SELECT to_regclass('proef')")) is None


def test_a_snapshot_for_the_whole_session_is_kept(committed: Session):
    committed.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    BY_NAME.all(committed, name="x")
    assert committed.connection().connection.driver_connection.info.transaction_status.name == "INTRANS"


def test_what_the_server_refuses_is_told_as_any_other_refusal(committed: Session):
    broken = Prepared(int, text("SELECT 1 / CAST(:a AS int)"))
    with pytest.raises(DBAPIError):
        broken.all(committed, a=0)
    assert broken.one(committed, a=1) == 1
    committed.execute(text("SELECT pg_sleep(0)"))


def test_a_lost_connection_is_told_and_the_next_request_gets_another(database_url):
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    with sessions() as session, sessions() as other:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(DBAPIError) as fault:
            BY_NAME.all(session, name="x")
        assert fault.value.connection_invalidated
    with sessions() as session:
        assert BY_NAME.all(session, name="x") == []
    engine.dispose()


def test_what_the_server_forgot_or_changed_is_prepared_again(committed: Session):
    """The driver drops what was prepared after a rollback; a migration changes a table under a running page."""
    raw = committed.connection().connection.driver_connection
    raw.autocommit = True
    raw.execute("CREATE TEMPORARY TABLE shifting (a int)")
    asked = Prepared(lambda *values: values, text("SELECT * FROM shifting WHERE CAST(:least AS int) <= 0"))
    assert asked.all(committed, least=0) == []
    raw.execute("DEALLOCATE ALL")
    raw.execute("INSERT INTO shifting VALUES (1)")
    assert asked.all(committed, least=0) == [(1,)]
    raw.execute("ALTER TABLE shifting ADD COLUMN b int DEFAULT 2")
    assert asked.all(committed, least=0) == [(1, 2)]
    assert asked.all(committed, least=1) == []
    raw.autocommit = False
