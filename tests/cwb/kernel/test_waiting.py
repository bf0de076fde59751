"""Waiting work, said as SELECTs of one shape and asked together."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from cwb.identity.models import Party
from cwb.kernel.policy import Actor, Role
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, ask, rows

BOARD = frozenset({Role.BOARD})
OWN = Waiting(
    "Bekijk %(title)s", "a.show", BOARD, rows(title=Party.name, num=Party.id, key=Party.public_id).where(Party.id == ORGANISATION),
    {"id": "key", "state": "=open"},
)  # fmt: skip
PAST = Waiting(
    "Te laat", "b.show", frozenset({Role.BOARD, Role.MEMBER}),
    rows(due_at=Party.created_at).where(Party.id == ORGANISATION, Party.created_at < AT), unless=frozenset({Role.COACH}),
)  # fmt: skip


@pytest.fixture
def board(make_organisation):
    made = make_organisation()
    return made, Actor(1, "x", made.id, made.name, BOARD)


def test_all_kinds_are_asked_in_one_statement_and_told_in_their_order(session, board, at):
    organisation, actor = board
    session.connection()  # the savepoint of this test
    sent = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *facts: sent.append(facts[2]))
    first, second = ask(session, actor, at + timedelta(days=1), [PAST, OWN])
    assert len(sent) == 1
    assert (first.text, first.facts, first.due_at) == ("Te laat", {}, organisation.created_at)
    assert second.values == {"id": str(organisation.public_id), "state": "open"}
    assert second.facts == {"title": organisation.name, "num": organisation.id}


def test_each_hears_what_is_for_them(session, board, at):
    organisation, actor = board
    later = at + timedelta(days=1)
    member = Actor(1, "x", organisation.id, "", frozenset({Role.MEMBER}))
    coach = Actor(1, "x", organisation.id, "", frozenset({Role.MEMBER, Role.COACH}))
    assert [each.text for each in Tasks(OWN, PAST)(session, member, later)] == ["Te laat"]
    assert Tasks(OWN, PAST)(session, coach, later) == []
    assert Tasks(PAST)(session, actor, organisation.created_at) == []
    assert Tasks(OWN, PAST)(session, Actor(1, "x", None, "", BOARD), later) == []
