"""Asking the market for advice, answering, and telling everyone what was learned."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.consultation import errors, queries, rules
from coops.consultation.models import Consultation, ConsultationAnswer
from coops.consultation.rules import Stage
from coops.needs.errors import NeedClosed
from coops.needs.models import Need, NeedInterest
from coops.needs.queries import locked_need
from coops.needs.rules import NeedState, state_of
from cwb.audit.services import record
from cwb.identity.queries import people_with
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each


def start_consultation(
    session: Session,
    *,
    need: Need,
    purpose: str,
    questions: str,
    closes_at: datetime,
    user_id: int,
    at: datetime,
) -> Consultation:
    """Ask the market about a need until `closes_at`; `questions` has one per line. Who is interested gets mail.

    Raises:
        NeedClosed: the need no longer stands on the calendar.
        ConsultationThere: it is consulted about already.
        QuestionsMissing, TooManyQuestions, QuestionTooLong, ClosingTooSoon: at the field.
    """
    need = locked_need(session, need.id)
    if state_of(need, at) is not NeedState.OPEN:
        raise NeedClosed
    if queries.find_consultation(session, need.id) is not None:
        raise errors.ConsultationThere
    made = Consultation(
        need_id=need.id, started_by_id=user_id, started_at=at, purpose=purpose.strip(),
        questions=rules.checked_questions(questions), closes_at=closes_at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="consultation.started", subject=f"need:{need.number}", actor_id=user_id,
        facts={"questions": len(made.questions), "closes_at": closes_at.isoformat()}, at=at,
    )  # fmt: skip
    _tell(
        session, need, N_("Marktconsultatie over %(title)s"),
        N_("Een inkoper vraagt uw raad over “%(title)s”. Het is geen aanbesteding. Antwoorden kan tot %(until)s."),
        until=closes_at, key="started", at=at,
    )  # fmt: skip
    return made


def answer(
    session: Session, *, need: Need, organisation_id: int, answers: Sequence[str], user_id: int, at: datetime
) -> Consultation:
    """Answer for an organisation; until the closing a second time replaces the first.

    Raises:
        ConsultationNotFound, ConsultationClosed.
        NothingAnswered: all boxes are empty.
    """
    found = queries.locked_consultation(session, need.id)
    if rules.stage_of(found, at) is not Stage.OPEN:
        raise errors.ConsultationClosed
    told = {
        "answers": rules.checked_answers(answers, len(found.questions)), "answered_by_id": user_id, "answered_at": at,
    }  # fmt: skip
    session.execute(
        insert(ConsultationAnswer)
        .values(consultation_id=found.id, organisation_id=organisation_id, **told)
        .on_conflict_do_update(index_elements=["consultation_id", "organisation_id"], set_=told)
    )
    return found


def publish_report(session: Session, *, need: Need, report: str, user_id: int, at: datetime) -> Consultation:
    """Tell everyone what was learned, and what is done with it; once, after the closing.

    Raises:
        ConsultationNotFound, StillOpen, ReportThere.
        ReportMissing: at the field.
    """
    if not report.strip():
        raise errors.ReportMissing(field="report")
    found = queries.locked_consultation(session, need.id)
    stage = rules.stage_of(found, at)
    if stage is Stage.OPEN:
        raise errors.StillOpen(field="report")
    if stage is Stage.REPORTED:
        raise errors.ReportThere
    found.report, found.reported_by_id, found.reported_at = report.strip(), user_id, at
    session.flush()
    record(session, action="consultation.reported", subject=f"need:{need.number}", actor_id=user_id, at=at)
    _tell(
        session, need, N_("Verslag van de marktconsultatie: %(title)s"),
        N_("Iedereen kan nu lezen wat de inkoper leerde over “%(title)s”, en wat er daarmee gebeurt."),
        until=found.closes_at, key="reported", at=at,
    )  # fmt: skip
    return found


def _tell(
    session: Session, need: Need, subject: str, text: str, *, until: datetime, key: str, at: datetime
) -> None:
    """Mail who said to be interested."""
    interested = session.scalars(
        select(NeedInterest.organisation_id)
        .where(NeedInterest.need_id == need.id)
        .order_by(NeedInterest.organisation_id)
    ).all()
    for organisation_id in interested:
        mail_each(
            session, people_with(session, organisation_id, Role.BOARD, Role.MEMBER), subject=subject, text=text,
            facts={"title": need.title, "until": until}, link=f"/needs/{need.number}/consultation", at=at,
            key=f"consultation-{key}-{need.id}",
        )  # fmt: skip
