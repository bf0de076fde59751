"""Reading questions and notes. Who asked is known to the asker alone: no reader here gets it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows
from procurement.enquiries.errors import NotaNotFound, QuestionNotFound
from procurement.tenders.models import Nota, Question, Tender


def notas(session: Session, tender_id: int) -> Sequence[Nota]:
    """The notes of a tender with their questions, oldest first."""
    return session.scalars(
        select(Nota)
        .where(Nota.tender_id == tender_id)
        .options(selectinload(Nota.questions))
        .order_by(Nota.number)
    ).all()


def nota(session: Session, tender_id: int, number: int) -> Nota:
    """One note with its questions.

    Raises:
        NotaNotFound: none of this number.
    """
    found = session.scalars(
        select(Nota)
        .where(Nota.tender_id == tender_id, Nota.number == number)
        .options(selectinload(Nota.questions))
    ).one_or_none()
    if found is None:
        raise NotaNotFound
    return found


def waiting(session: Session, tender_id: int) -> Sequence[Question]:
    """Questions whose answer is not published yet, oldest first: for the buyer."""
    return session.scalars(
        select(Question)
        .where(Question.tender_id == tender_id, Question.published_at.is_(None))
        .order_by(Question.id)
    ).all()


def asked(session: Session, tender_id: int) -> tuple[int, int]:
    """How many questions were asked, and how many of them wait for a published answer."""
    row = session.execute(
        select(func.count(), func.count().filter(Question.nota_id.is_(None))).where(
            Question.tender_id == tender_id
        )
    ).one()
    return row[0], row[1]


def own_questions(session: Session, tender_id: int, organisation_id: int) -> Sequence[Question]:
    """What an organisation itself asked, oldest first."""
    return session.scalars(
        select(Question)
        .where(Question.tender_id == tender_id, Question.asked_by_organisation_id == organisation_id)
        .order_by(Question.id)
    ).all()


def question(session: Session, tender_id: int, public_id: str | UUID) -> Question:
    """A question of a tender.

    Raises:
        QuestionNotFound: none, or of another tender.
    """
    try:
        wanted = public_id if isinstance(public_id, UUID) else UUID(public_id)
    except ValueError:
        raise QuestionNotFound from None
    found = session.scalars(
        select(Question).where(Question.public_id == wanted, Question.tender_id == tender_id)
    ).one_or_none()
    if found is None:
        raise QuestionNotFound
    return found


def locked_question(session: Session, question_id: int) -> Question:
    """A question as it is now, held until the transaction ends."""
    return session.scalars(
        select(Question)
        .where(Question.id == question_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


tasks = Tasks(
    Waiting(
        N_("Beantwoord %(num)s vragen over %(number)s"), "enquiries.board", frozenset({Role.PURCHASER}),
        rows(number=Tender.number, num=func.count(), due_at=Tender.answers_until)
        .join(Question, Question.tender_id == Tender.id)
        .where(Tender.buyer_id == ORGANISATION, Question.published_at.is_(None))
        .where(Tender.closes_at > AT, Tender.cancelled_at.is_(None))
        .group_by(Tender.id)
        .order_by(Tender.answers_until),
        {"number": "number"},
    ),
)  # fmt: skip
"""Questions that wait for an answer or for publication, per tender of the own organisation."""
