"""Reading who asks to found an initiative along, and which statutes it made."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from coops.initiatives.models import InitiativeEvidence, InitiativeFounder, InitiativeRequest
from coops.initiatives.rules import Step
from cwb.identity.models import User


def asking(session: Session, initiative_id: int) -> Sequence[User]:
    """Who waits for an answer whether to found it along, for those who give it."""
    return session.scalars(
        select(User)
        .join(InitiativeRequest, InitiativeRequest.user_id == User.id)
        .where(InitiativeRequest.initiative_id == initiative_id, InitiativeRequest.answered_at.is_(None))
        .order_by(InitiativeRequest.asked_at, User.id)
    ).all()


def find_statutes(session: Session, kvk: str | None, user_id: int) -> int | None:
    """The paper with the final statutes of the initiative that told this KvK number and that somebody founds."""
    told = aliased(InitiativeEvidence)
    return session.scalars(
        select(InitiativeEvidence.paper_id)
        .join(InitiativeFounder, InitiativeFounder.initiative_id == InitiativeEvidence.initiative_id)
        .where(
            InitiativeEvidence.step == Step.STATUTES, ~InitiativeEvidence.draft,
            InitiativeEvidence.paper_id.is_not(None),
            InitiativeFounder.user_id == user_id, InitiativeFounder.left_at.is_(None),
            exists().where(told.initiative_id == InitiativeEvidence.initiative_id, told.kvk == kvk),
        )
        .order_by(InitiativeEvidence.reached_on.desc(), InitiativeEvidence.id.desc())
        .limit(1)
    ).first()  # fmt: skip
