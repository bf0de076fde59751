from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from coops.consultation import errors, queries, services
from coops.needs import services as needs
from coops.needs.errors import NeedClosed
from coops.needs.rules import NeedFacts
from cwb.identity.rules import Side
from cwb.kernel.policy import Actor, Role

FACTS = NeedFacts(title="Schoonmaak", wanted_from=date(2027, 1, 1), expires_on=date(2027, 12, 31))


@pytest.fixture
def anchor(make_organisation, make_user):
    home = make_organisation(Side.ANCHOR)
    return make_user((Role.PURCHASER, home)), home


@pytest.fixture
def coop(make_organisation, make_user):
    home = make_organisation()
    return make_user((Role.BOARD, home)), home


@pytest.fixture
def need(session, anchor, at):
    return needs.post_need(
        session, owner_id=anchor[1].id, facts=FACTS, purpose="Drie buurthuizen", category="cleaning", cpv="90910000",
        user_id=anchor[0].id, at=at,
    )  # fmt: skip


def begin(session, need, anchor, at, days=14):
    return services.start_consultation(
        session, need=need, purpose="Wat kan?", questions="Welke maat past u?\nHoe lang vooraf?",
        closes_at=at + timedelta(days=days), user_id=anchor[0].id, at=at,
    )  # fmt: skip


def reply(session, need, coop, at, *answers):
    return services.answer(
        session, need=need, organisation_id=coop[1].id, answers=answers, user_id=coop[0].id, at=at
    )


def letters(session):
    return session.execute(text("SELECT recipient, subject FROM mail ORDER BY id")).all()


def test_a_consultation_goes_from_questions_to_a_public_report(session, need, anchor, coop, at):
    needs.show_interest(
        session, need=need, organisation_id=coop[1].id, interested=True, user_id=coop[0].id, at=at
    )
    made = begin(session, need, anchor, at)
    assert made.questions == ["Welke maat past u?", "Hoe lang vooraf?"]
    member = Actor(coop[0].id, "x", coop[1].id, "", frozenset({Role.BOARD}))
    assert [task.endpoint for task in queries.tasks(session, member, at)] == ["consultation.show"]
    reply(session, need, coop, at, "20 uur")
    reply(session, need, coop, at + timedelta(days=1), "30 uur", "een maand")
    assert [each.answers for each in queries.answers(session, made.id)] == [["30 uur", "een maand"]]
    assert queries.tasks(session, member, at) == []
    closed = made.closes_at
    with pytest.raises(errors.StillOpen):
        services.publish_report(session, need=need, report="Kleine percelen.", user_id=anchor[0].id, at=at)
    buyer = Actor(anchor[0].id, "x", anchor[1].id, "", frozenset({Role.PURCHASER}))
    assert queries.tasks(session, buyer, at) == []
    assert len(queries.tasks(session, buyer, closed)) == 1
    with pytest.raises(errors.ReportMissing):
        services.publish_report(session, need=need, report=" ", user_id=anchor[0].id, at=closed)
    services.publish_report(session, need=need, report="Kleine percelen.", user_id=anchor[0].id, at=closed)
    with pytest.raises(errors.ReportThere):
        services.publish_report(session, need=need, report="Anders", user_id=anchor[0].id, at=closed)
    assert queries.tasks(session, buyer, closed) == []
    told = letters(session)
    assert [each.recipient for each in told] == [coop[0].email] * 2
    assert told[0].subject != told[1].subject


def test_the_end_is_the_end(session, need, anchor, coop, at):
    made = begin(session, need, anchor, at)
    reply(session, need, coop, made.closes_at - timedelta(microseconds=1), "net op tijd")
    with pytest.raises(errors.ConsultationClosed):
        reply(session, need, coop, made.closes_at, "te laat")
    assert queries.answers(session, made.id)[0].answers == ["net op tijd", ""]


def test_a_need_is_consulted_about_once_and_only_while_it_stands(session, need, anchor, coop, at):
    with pytest.raises(errors.ConsultationNotFound):
        reply(session, need, coop, at, "x")
    begin(session, need, anchor, at)
    with pytest.raises(errors.ConsultationThere):
        begin(session, need, anchor, at)
    needs.withdraw_need(session, need=need, reason="weg", user_id=anchor[0].id, at=at)
    with pytest.raises(NeedClosed):
        begin(session, need, anchor, at)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consultation SET questions = '[\"Anders?\"]'",
        "UPDATE consultation SET closes_at = closes_at + interval '1 day'",
        "DELETE FROM consultation_answer",
        "UPDATE consultation_answer SET answered_at = answered_at + interval '99 days'",
        "UPDATE consultation SET report = 'x', reported_at = started_at, reported_by_id = started_by_id",
    ],
)
def test_the_database_keeps_what_was_asked_and_answered(session, need, anchor, coop, at, statement):
    begin(session, need, anchor, at)
    reply(session, need, coop, at, "x")
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(statement))
