"""The audit log: added to, linked in order, and found out when touched."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.audit import queries, services


def write(session, at, *actions):
    for action in actions:
        services.record(session, action=action, subject="tender:T-1", actor_id=1, facts={"n": "1"}, at=at)


def test_records_are_linked_once_and_the_chain_recomputes(session, at):
    before = queries.verdict(session)
    write(session, at, "a", "b")
    waiting = queries.verdict(session)
    assert waiting.unsealed == before.unsealed + 2
    assert services.seal(session) >= 2
    assert services.seal(session) == 0
    found = queries.verdict(session)
    assert (found.fault, found.unsealed) == (None, 0)
    assert found.head != before.head
    assert [each.action for each in queries.history(session, "tender:T-1")] == ["b", "a"]


def test_the_sealer_takes_at_most_what_it_is_told(session, at):
    services.seal(session)
    write(session, at, "a", "b", "c")
    assert [services.seal(session, most=2), services.seal(session, most=2)] == [2, 1]


@pytest.mark.parametrize(
    "act", ["UPDATE audit_record SET action = 'x'", "DELETE FROM audit_record", "TRUNCATE audit_seal"]
)
def test_the_database_refuses_to_change_history(session, at, act):
    write(session, at, "a")
    services.seal(session)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(act))


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE audit_record SET action = 'forged' WHERE action = 'b'",
        "UPDATE audit_seal SET hash = repeat('0', 64) WHERE seq = (SELECT max(seq) FROM audit_seal)",
        "DELETE FROM audit_record WHERE action = 'b'",
    ],
)
def test_whoever_gets_past_the_database_is_found_out(session, at, act):
    write(session, at, "a", "b")
    services.seal(session)
    session.execute(text("ALTER TABLE audit_record DISABLE TRIGGER append_only"))
    session.execute(text("ALTER TABLE audit_seal DISABLE TRIGGER append_only"))
    session.execute(text(act))
    session.expire_all()
    assert queries.verdict(session).fault is not None


def test_facts_that_are_no_json_are_refused(session, at):
    with pytest.raises(Exception, match="object"):
        services.record(session, action="a", subject="s", actor_id=None, facts={"x": object()}, at=at)
