"""Reading summonses."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.awards.models import AwardDecision
from procurement.standstill.errors import SummonsNotFound
from procurement.standstill.models import StandstillExtension, Summons


def summonses(session: Session, decision_id: int) -> Sequence[Summons]:
    """Summonses against a decision, oldest first."""
    return session.scalars(
        select(Summons).where(Summons.decision_id == decision_id).order_by(Summons.id)
    ).all()


def summons(session: Session, tender_id: int, summons_id: int) -> Summons:
    """A summons against a decision of this tender, locked.

    Raises:
        SummonsNotFound: none, or of another tender.
    """
    found = session.scalars(
        select(Summons)
        .join(AwardDecision, AwardDecision.id == Summons.decision_id)
        .where(Summons.id == summons_id, AwardDecision.tender_id == tender_id)
        .with_for_update(of=Summons)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise SummonsNotFound
    return found


def extensions(session: Session, decision_id: int) -> Sequence[StandstillExtension]:
    """How often and why a standstill was made longer, oldest first."""
    return session.scalars(
        select(StandstillExtension)
        .where(StandstillExtension.decision_id == decision_id)
        .order_by(StandstillExtension.id)
    ).all()
