from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from procurement.enquiries import errors, queries, rules, services
from procurement.tenders import errors as tender_errors
from procurement.tenders import queries as tenders
from procurement.tenders.models import Question
from procurement.tenders.services import cancel_tender


@pytest.fixture
def coop(make_organisation, make_user):
    home = make_organisation()
    return make_user((Role.BOARD, home)), home


@pytest.fixture
def tender(buying):
    return buying.published()


def ask(buying, tender, coop, at=None, words="Mag het samen?", part="what"):
    return services.ask_question(
        buying.session, tender=tender, organisation_id=coop[1].id, part=part, text=words, user_id=coop[0].id,
        at=at or buying.at,
    )  # fmt: skip


def answer(buying, tender, question, at=None):
    return services.answer_question(
        buying.session,
        tender=tender,
        question=question,
        answer="Ja",
        user_id=buying.author.id,
        at=at or buying.at,
    )


def publish(buying, tender, at=None, **more):
    return services.publish_nota(
        buying.session, tender=tender, user_id=buying.author.id, at=at or buying.at, **more
    )


def test_asking_follows_and_tells_the_buyer(buying, tender, coop):
    ask(buying, tender, coop)
    assert tenders.standing(buying.session, tender.id, coop[1].id, buying.at).follows
    told = set(buying.session.scalars(select(Mail.recipient).where(Mail.subject.contains("vraag"))))
    assert told == {buying.author.email, buying.colleague.email}


def test_asking_ends_at_its_instant(buying, tender, coop):
    until = tender.questions_until
    ask(buying, tender, coop, at=until - timedelta(microseconds=1))
    with pytest.raises(errors.QuestionsClosed):
        ask(buying, tender, coop, at=until)
    with pytest.raises(tender_errors.NotOpen):
        ask(buying, tender, coop, at=tender.closes_at)


def test_the_same_question_is_asked_once_while_it_waits(buying, tender, coop, make_organisation, make_user):
    first = ask(buying, tender, coop)
    with pytest.raises(errors.QuestionRepeated):
        ask(buying, tender, coop, words="  mag het\nSAMEN? ")
    home = make_organisation()
    ask(buying, tender, (make_user((Role.BOARD, home)), home))
    ask(buying, tender, coop, part="value")
    answer(buying, tender, first)
    publish(buying, tender)
    ask(buying, tender, coop)  # answered: whoever asks again means something


def test_a_nota_holds_what_was_answered_and_is_numbered(buying, tender, coop):
    first, second = ask(buying, tender, coop), ask(buying, tender, coop, words="En apart?")
    answer(buying, tender, first)
    nota = publish(buying, tender)
    assert (nota.number, first.nota_id, second.nota_id) == (1, nota.id, None)
    assert first.published_at == buying.at
    with pytest.raises(errors.NothingToPublish):
        publish(buying, tender)
    answer(buying, tender, second)
    assert publish(buying, tender).number == 2
    with pytest.raises(errors.AlreadyAnswered):
        answer(buying, tender, first)
    mails = buying.session.scalars(select(Mail.recipient).where(Mail.subject.contains("Antwoorden"))).all()
    assert mails == [coop[0].email] * 2
    assert [each.number for each in queries.notas(buying.session, tender.id)] == [1, 2]


def test_answers_within_ten_days_move_the_deadline_or_are_refused(buying, tender, coop):
    question = ask(buying, tender, coop)
    answer(buying, tender, question)
    late = tender.answers_until + timedelta(minutes=1)
    closing = tender.closes_at
    with pytest.raises(errors.TooLateForNota):
        publish(buying, tender, at=late)
    with pytest.raises(errors.TooLateForNota):
        publish(buying, tender, at=late, closes_at=closing + timedelta(seconds=30), reason="Antwoorden")
    with pytest.raises(tender_errors.ReasonMissing):
        publish(buying, tender, at=late, closes_at=closing + timedelta(days=2))
    assert question.published_at is None
    publish(buying, tender, at=late, closes_at=closing + timedelta(days=2), reason="Antwoorden kwamen laat")
    assert tender.closes_at == closing + timedelta(days=2)
    assert len(tenders.amendments(buying.session, tender.id)) == 1
    assert question.published_at == late


def test_the_last_instant_before_the_ten_days_is_in_time(buying, tender, coop):
    question = ask(buying, tender, coop)
    answer(buying, tender, question)
    publish(buying, tender, at=tender.answers_until)
    assert question.published_at == tender.answers_until
    assert tenders.amendments(buying.session, tender.id) == []


def test_after_closing_or_stopping_nothing_is_answered(buying, tender, coop):
    question = ask(buying, tender, coop)
    with pytest.raises(errors.TenderClosed):
        answer(buying, tender, question, at=tender.closes_at)
    with pytest.raises(errors.TenderClosed):
        publish(buying, tender, at=tender.closes_at)
    cancel_tender(buying.session, tender=tender, reason="Stop", user_id=buying.author.id, at=buying.at)
    with pytest.raises(tender_errors.NotOpen):
        ask(buying, tender, coop)


@pytest.mark.parametrize(
    "change", ["answer = 'Nee'", "text = 'x'", "asked_by_organisation_id = asked_by_organisation_id + 1"]
)
def test_a_published_answer_never_changes(buying, tender, coop, change):
    answer(buying, tender, ask(buying, tender, coop))
    publish(buying, tender)
    with pytest.raises(DatabaseError, match="stays whole"), buying.session.begin_nested():
        buying.session.execute(text(f"UPDATE question SET {change}"))


@pytest.mark.parametrize("table", ["nota", "question"])
def test_the_file_loses_nothing(buying, tender, coop, table):
    answer(buying, tender, ask(buying, tender, coop))
    publish(buying, tender)
    with pytest.raises(DatabaseError, match="stays whole"), buying.session.begin_nested():
        buying.session.execute(text(f"DELETE FROM {table}"))


def test_the_buyer_has_a_task_until_it_is_out(buying, tender, coop):
    actor = Actor(buying.author.id, "x", buying.buyer.id, "", frozenset({Role.PURCHASER}))
    question = ask(buying, tender, coop)
    found = queries.tasks(buying.session, actor, buying.at)
    assert [(task.facts["num"], task.due_at) for task in found] == [(1, tender.answers_until)]
    answer(buying, tender, question)
    publish(buying, tender)
    assert queries.tasks(buying.session, actor, buying.at) == []
    assert queries.tasks(buying.session, Actor(1, "x"), buying.at) == []


def test_an_answer_has_words(buying, tender, coop):
    question = ask(buying, tender, coop)
    with pytest.raises(errors.AnswerEmpty):
        services.answer_question(
            buying.session, tender=tender, question=question, answer=" ", user_id=1, at=buying.at
        )
    assert buying.session.scalar(select(Question.answer)) is None


@pytest.mark.parametrize("words", ["een " * 100, "تنظيف", "nummer 123456789", "1234567820"])
def test_good_questions_are_accepted(words):
    rules.check_question(words, "what", set())


@pytest.mark.parametrize("text", ["Wij van glans boen vragen dit", "Glans  Böen: mag dat?"])
def test_a_question_does_not_say_who_asks(text):
    with pytest.raises(errors.NamesAsker):
        rules.check_anonymous(text, "Glans Boen (voorbeeld)")
    rules.check_anonymous("Mag een glansboender ook?", "Glans Boen (voorbeeld)")
