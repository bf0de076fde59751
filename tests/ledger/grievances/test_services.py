"""A complaint is filed by who holds, answered once by another, and counted; the database keeps it."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger.grievances import errors, queries, services
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from tests.conftest import AT
from tests.ledger.wallets.conftest import build

WHY = "De kassa pakte mijn code niet."


@pytest.fixture
def circle(trade):
    return build(trade.session, trade.at, trade)


def filed(circle, **more):
    return services.file(circle.session, wallet=circle.mine, about=WHY, **circle.facts() | more)


def answered(circle, one, **more):
    facts = {"actor": circle.other, "at": circle.at + timedelta(days=1)} | more
    return services.answer(
        circle.session,
        public_id=one.public_id,
        answer="Het lag aan ons. Het is hersteld.",
        is_right=True,
        **facts,
    )


def test_a_complaint_is_answered_once_by_another_and_counted(circle):
    one = filed(circle)
    assert (one.due_on - circle.at.date()).days == 14
    with pytest.raises(errors.OwnGrievance):
        answered(circle, one, actor=circle.actor)
    answered(circle, one)
    with pytest.raises(errors.GrievanceAnswered):
        answered(circle, one)
    late = filed(circle)
    answered(circle, late, at=circle.at + timedelta(days=15))
    filed(circle)
    found = {each.code: each for each in queries.counts(circle.session)}[Code.NWE]
    assert found[2:] == (3, 2, 1, 2)


def test_one_wallet_has_three_open_at_most(circle):
    for _ in range(3):
        last = filed(circle)
    with pytest.raises(errors.TooManyOpen):
        filed(circle)
    answered(circle, last)
    filed(circle)


def test_only_the_last_quarter_weighs(circle):
    found = instruments.instrument(circle.session, Code.NWE)
    filed(circle, at=circle.at - timedelta(days=92))
    filed(circle)
    assert queries.weighed(circle.session, found, circle.at) == (1, 0)


ANSWER = "UPDATE grievance SET answer = 'Ja.', is_right = true, answered_by_id = {}, answered_at = {} "
OPEN = "WHERE answered_at IS NULL"


@pytest.mark.parametrize(
    ("fence", "statement"),
    [("kept as it is", "UPDATE grievance SET about = 'niets' " + OPEN),
     ("kept as it is", "UPDATE grievance SET answer = 'toch niet' WHERE answered_at IS NOT NULL"),
     ("append-only", "DELETE FROM grievance"), ("append-only", "TRUNCATE grievance"),
     ("ck_grievance_other", ANSWER.format("filed_by_id", "filed_at") + OPEN),
     ("ck_grievance_order", ANSWER.format(":other", "filed_at - interval '1 second'") + OPEN),
     ("ck_grievance_answered", "UPDATE grievance SET answer = 'Ja.' " + OPEN),
     ("ck_grievance_due", ("INSERT INTO grievance (public_id, wallet_id, about, filed_at, filed_by_id, due_on) SELECT "
                          "gen_random_uuid(), wallet_id, about, filed_at, filed_by_id, filed_at::date FROM grievance"))],
)  # fmt: skip
def test_the_database_keeps_what_was_said(circle, fence, statement):
    answered(circle, filed(circle))
    filed(circle)
    facts = {"other": circle.other.user_id} if ":other" in statement else {}
    with pytest.raises(DBAPIError, match=fence):
        circle.session.execute(text(statement), facts)


@pytest.mark.slow
def test_two_that_answer_do_it_once(at_once, build_trade):
    with at_once.atomic() as session:
        circle = build(session, AT, build_trade(session, AT))
        public_id, other = filed(circle).public_id, circle.other

    def answers(session):
        services.answer(
            session, public_id=public_id, answer="Het lag aan ons.", is_right=True, actor=other, at=AT
        )

    assert sorted(map(str, at_once.run(answers, answers))) == ["GrievanceAnswered", "None"]
