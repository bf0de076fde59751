"""Reading summonses."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.awards.models import AwardDecision, LotAward
from procurement.lots.queries import stops
from procurement.standstill.errors import SummonsNotFound
from procurement.standstill.models import StandstillExtension, Summons
from procurement.standstill.rules import Wait, concerns


def summonses(session: Session, decision_id: int) -> Sequence[Summons]:
    """Summonses against a decision, oldest first."""
    return session.scalars(
        select(Summons).where(Summons.decision_id == decision_id).order_by(Summons.id)
    ).all()


def until_of(decision: AwardDecision, award: LotAward) -> datetime | None:
    """The first free instant of a lot: its own, or the decision's, whichever is later; None before the sending."""
    moments = [each for each in (decision.standstill_until, award.standstill_until) if each is not None]
    return max(moments, default=None)


def waits(session: Session, decision: AwardDecision) -> list[Wait]:
    """What each lot of a sent decision that is neither definitive nor stopped waits for, by their order."""
    stopped, found = stops(session, decision.tender_id), summonses(session, decision.id)
    return [
        Wait(
            each.lot_id, until, [one.may_award for one in found if concerns(one.lot_ids, each.lot_id)],
            each.winner_bid_id is not None,
        )
        for each in decision.lots
        if each.definitive_at is None
        and each.lot_id not in stopped
        and (until := until_of(decision, each)) is not None
    ]  # fmt: skip


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
