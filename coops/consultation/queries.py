"""Reading market consultations. Answers are for the anchor that asked, until its report is public."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from coops.consultation.errors import ConsultationNotFound
from coops.consultation.models import Consultation, ConsultationAnswer
from coops.needs.models import Need, NeedInterest
from coops.needs.queries import is_open
from cwb.kernel.feature import Task
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_


def find_consultation(session: Session, need_id: int) -> Consultation | None:
    """The consultation on a need, if there is one."""
    return session.scalar(select(Consultation).where(Consultation.need_id == need_id))


def locked_consultation(session: Session, need_id: int) -> Consultation:
    """The consultation on a need as it is now, held until the transaction ends.

    Raises:
        ConsultationNotFound: there is none.
    """
    found = session.scalar(
        select(Consultation)
        .where(Consultation.need_id == need_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise ConsultationNotFound
    return found


def answers(session: Session, consultation_id: int) -> Sequence[ConsultationAnswer]:
    """Every answer with its organisation, first come first."""
    return session.scalars(
        select(ConsultationAnswer)
        .join(ConsultationAnswer.organisation)
        .where(ConsultationAnswer.consultation_id == consultation_id)
        .options(contains_eager(ConsultationAnswer.organisation))
        .order_by(ConsultationAnswer.answered_at, ConsultationAnswer.id)
    ).all()


def find_answer(session: Session, consultation_id: int, organisation_id: int) -> ConsultationAnswer | None:
    """What one organisation answered."""
    return session.scalar(
        select(ConsultationAnswer).where(
            ConsultationAnswer.consultation_id == consultation_id,
            ConsultationAnswer.organisation_id == organisation_id,
        )
    )


def answer_count(session: Session, consultation_id: int) -> int:
    """How many organisations answered; told to the public only after the closing."""
    mine = ConsultationAnswer.consultation_id == consultation_id
    return session.scalar(select(func.count()).select_from(ConsultationAnswer).where(mine)) or 0


def tasks(session: Session, actor: Actor, at: datetime) -> Sequence[Task]:
    """For the anchor: reports to write. For a cooperative: open consultations on needs it is interested in."""
    if actor.organisation_id is None:
        return []
    if actor.has(Role.PURCHASER):
        due = (
            select(Need.number, Need.title, Consultation.closes_at)
            .join(Consultation, Consultation.need_id == Need.id)
            .where(Need.owner_id == actor.organisation_id)
            .where(Consultation.closes_at <= at, Consultation.reported_at.is_(None))
        )
        text = N_("Schrijf het verslag van de marktconsultatie: %(title)s")
    elif actor.has(Role.MEMBER, Role.BOARD):
        answered = (
            select(ConsultationAnswer.id)
            .where(ConsultationAnswer.consultation_id == Consultation.id)
            .where(ConsultationAnswer.organisation_id == actor.organisation_id)
        )
        due = (
            select(Need.number, Need.title, Consultation.closes_at)
            .join(Consultation, Consultation.need_id == Need.id)
            .join(NeedInterest, NeedInterest.need_id == Need.id)
            .where(NeedInterest.organisation_id == actor.organisation_id, is_open(at))
            .where(Consultation.closes_at > at, ~answered.exists())
        )
        text = N_("Een inkoper vraagt uw raad: %(title)s")
    else:
        return []
    return [
        Task(text, "consultation.show", {"number": number}, {"title": title}, closes_at)
        for number, title, closes_at in session.execute(due.order_by(Consultation.closes_at).limit(10))
    ]
