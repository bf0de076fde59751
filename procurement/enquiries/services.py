"""Asking, answering, and publishing answers to everyone at one moment."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.identity.queries import people_with
from cwb.kernel.events import emit
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.enquiries import errors, queries, rules
from procurement.tenders import queries as tenders
from procurement.tenders.errors import NotOpen
from procurement.tenders.events import NotaPublished
from procurement.tenders.models import Nota, Question, Tender
from procurement.tenders.rules import OPEN_STATES, state_of
from procurement.tenders.services import (
    days_for_answers,
    follow_tender,
    move_deadline,
    note_act,
    tell_followers,
)


def ask_question(
    session: Session,
    *,
    tender: Tender,
    organisation_id: int,
    part: str,
    text: str,
    user_id: int,
    at: datetime,
) -> Question:
    """Ask about a part of an open tender; who asks follows it from now on.

    Raises:
        NotOpen: not published, closed or stopped.
        QuestionsClosed, QuestionEmpty, QuestionTooLong, QuestionRepeated, PersonalNumber, NamesAsker,
            PartUnknown: input.
    """
    tender = tenders.locked_tender(session, tender.id)
    if tender.questions_until is None or state_of(tender, at) not in OPEN_STATES:
        raise NotOpen
    rules.check_asked_in_time(tender.questions_until, at)
    rules.check_question(text, part, {each.code for lot in tender.lots for each in lot.criteria})
    rules.check_anonymous(text, session.get_one(Organisation, organisation_id).name)
    earlier = queries.own_questions(session, tender.id, organisation_id)
    rules.check_new(text, [each.text for each in earlier if each.part == part and each.published_at is None])
    question = Question(
        tender_id=tender.id, part=part, asked_by_organisation_id=organisation_id, asked_by_user_id=user_id,
        asked_at=at, text=text.strip(),
    )  # fmt: skip
    session.add(question)
    session.flush()
    follow_tender(session, tender_id=tender.id, organisation_id=organisation_id, at=at)
    mail_each(
        session, people_with(session, tender.buyer_id, Role.PURCHASER), subject=N_("Nieuwe vraag over %(number)s"),
        text=N_("Er is een vraag over “%(title)s”. Antwoord uiterlijk %(until)s."),
        facts={"number": tender.number, "title": tender.title, "until": tender.answers_until},
        link=f"/tenders/{tender.number}/questions", at=at, key=f"question-{question.id}",
    )  # fmt: skip
    note_act(session, "question.asked", tender, None, at)
    return question


def answer_question(
    session: Session, *, tender: Tender, question: Question, answer: str, user_id: int, at: datetime
) -> Question:
    """Write or change an answer; nobody sees it before it is published.

    Raises:
        AnswerEmpty: no words.
        AlreadyAnswered: it is published.
        TenderClosed: the tender is closed or stopped.
    """
    if not answer.strip():
        raise errors.AnswerEmpty(field="answer")
    question = queries.locked_question(session, question.id)
    if question.published_at is not None:
        raise errors.AlreadyAnswered
    if state_of(tender, at) not in OPEN_STATES:
        raise errors.TenderClosed
    question.answer, question.answered_at, question.answered_by_id = answer.strip(), at, user_id
    session.flush()
    note_act(session, "question.answered", tender, user_id, at)
    return question


def publish_nota(
    session: Session, *, tender: Tender, closes_at: datetime | None = None, reason: str = "",
    user_id: int, at: datetime,
) -> Nota:  # fmt: skip
    """Publish every answer written so far to everyone, now, as the next nota van inlichtingen.

    Within ten days of closing this is refused, unless the deadline moves far enough in the same act: give
    `closes_at` and `reason`.

    Raises:
        TenderClosed: the tender is closed or stopped.
        NothingToPublish: no new answer.
        TooLateForNota: too close to closing; or what `move_deadline` raises.
    """
    tender = tenders.locked_tender(session, tender.id)
    if tender.closes_at is None or state_of(tender, at) not in OPEN_STATES:
        raise errors.TenderClosed
    answered = [each for each in queries.waiting(session, tender.id) if each.answered_at is not None]
    if not answered:
        raise errors.NothingToPublish
    days = days_for_answers(tender)
    if not rules.may_answer_now(closes_at or tender.closes_at, days, at):
        raise errors.TooLateForNota(field="closes_at", days=days, earliest=rules.earliest_move(at, days))
    if closes_at is not None and closes_at != tender.closes_at:
        move_deadline(session, tender=tender, closes_at=closes_at, reason=reason, user_id=user_id, at=at)
    last = session.scalar(select(func.max(Nota.number)).where(Nota.tender_id == tender.id)) or 0
    nota = Nota(tender_id=tender.id, number=last + 1, published_at=at, published_by_id=user_id)
    session.add(nota)
    session.flush()
    for each in answered:
        each.nota_id, each.published_at = nota.id, at
    session.flush()
    tell_followers(
        session, tender=tender, subject=N_("Antwoorden over %(number)s"),
        text=N_("Nota van inlichtingen %(nota)s over “%(title)s” is er. Er staan %(count)s antwoorden in."),
        facts={"nota": nota.number, "count": len(answered)}, key=f"nota-{nota.id}", at=at,
    )  # fmt: skip
    note_act(session, "nota.published", tender, user_id, at, nota=nota.number, answers=len(answered))
    emit(session, NotaPublished(tender.id, nota.id))
    return nota
