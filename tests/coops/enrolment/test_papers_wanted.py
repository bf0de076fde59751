import pytest

from coops.enrolment import queries, rules
from coops.papers.models import CooperativePaper
from coops.papers.rules import PaperKind
from coops.register.rules import Claim
from coops.register.services import register_cooperative
from cwb.kernel.policy import Actor, Role
from tests.proving import prove


@pytest.fixture
def board(make_organisation, make_user):
    organisation = make_organisation()
    return make_user((Role.BOARD, organisation)), organisation


@pytest.fixture
def cooperative(session, board, at):
    return register_cooperative(
        session, organisation=board[1], kind="worker", description="Wij maken schoon.", sectors=["cleaning"],
        languages=[], user_id=board[0].id, at=at,
        claims={"surplus": "members", "work_by_members": "60", "last_meeting": "2026-03-01"},
    )  # fmt: skip


def waits(session, board, at):
    reader = Actor(board[0].id, "x", board[1].id, "", frozenset({Role.BOARD}))
    return [(each.text, each.endpoint) for each in queries.tasks(session, reader, at)]


def test_every_fact_has_a_paper_that_shows_it_and_every_such_paper_is_asked():
    assert set(rules.SHOWN_BY) == set(Claim)
    assert set(rules.SHOWN_BY.values()) == set(rules.ADD_PAPER)


def test_papers_are_asked_one_after_another_until_each_fact_has_one(
    session, cooperative, board, make_user, at
):
    def asked(kind):
        return [(rules.ADD_PAPER[kind], "cooperative_papers.index")]

    assert waits(session, board, at) == asked(PaperKind.STATUTES)
    session.add(
        CooperativePaper(
            organisation_id=board[1].id, kind="statutes", name="a.pdf", file_kind="pdf", size=1, digest="x",
            content=b"x", content_key="x", added_by_id=board[0].id, added_at=at,
        )
    )  # fmt: skip
    session.flush()
    assert waits(session, board, at) == asked(PaperKind.MEMBERS)
    prove(session, cooperative, "work_by_members", user_id=make_user().id, at=at)
    assert waits(session, board, at) == asked(PaperKind.MINUTES), "what was seen elsewhere needs no paper"
    next(each for each in cooperative.claims if each.code == "last_meeting").minuted = True
    session.flush()
    assert waits(session, board, at) == [], "what this system minuted needs none either"


def test_who_says_nothing_is_asked_no_paper(session, board, at):
    assert waits(session, board, at) == []
