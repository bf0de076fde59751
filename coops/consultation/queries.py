"""Reading market consultations. Answers are for the anchor that asked, until its report is public."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, contains_eager

from coops.consultation.errors import ConsultationNotFound
from coops.consultation.models import Consultation, ConsultationAnswer
from coops.needs.models import Need, NeedInterest
from coops.needs.queries import is_open
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, TODAY, Tasks, Waiting, rows


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


_ASKED = (
    rows(number=Need.number, title=Need.title, due_at=Consultation.closes_at)
    .join(Consultation, Consultation.need_id == Need.id)
    .order_by(Consultation.closes_at)
)
_ANSWERED = exists().where(
    ConsultationAnswer.consultation_id == Consultation.id, ConsultationAnswer.organisation_id == ORGANISATION
)

tasks = Tasks(
    Waiting(
        N_("Schrijf het verslag van de marktconsultatie: %(title)s"), "consultation.show", frozenset({Role.PURCHASER}),
        _ASKED.where(
            Need.owner_id == ORGANISATION, Consultation.closes_at <= AT, Consultation.reported_at.is_(None)
        ),
        {"number": "number"},
    ),
    Waiting(
        N_("Een inkoper vraagt uw raad: %(title)s"), "consultation.show", frozenset({Role.MEMBER, Role.BOARD}),
        _ASKED.join(NeedInterest, NeedInterest.need_id == Need.id).where(
            NeedInterest.organisation_id == ORGANISATION, is_open(AT, TODAY), Consultation.closes_at > AT, ~_ANSWERED
        ),
        {"number": "number"},
        unless=frozenset({Role.PURCHASER}),
    ),
)  # fmt: skip
"""For the anchor: reports to write. For a cooperative: open consultations on needs it is interested in."""
