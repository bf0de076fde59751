"""Reading targets, and how they stand."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ledger.targets.errors import TargetUnknown
from ledger.targets.models import Target, TargetDecision


def targets(session: Session) -> Sequence[Target]:
    """Every target with its anchor and decision, latest first."""
    return session.scalars(
        select(Target)
        .options(joinedload(Target.anchor), joinedload(Target.decision))
        .order_by(Target.id.desc())
        .limit(300)
    ).all()


def target(session: Session, public_id: UUID) -> Target:
    """One target.

    Raises:
        TargetUnknown: none.
    """
    found = session.scalar(
        select(Target)
        .where(Target.public_id == public_id)
        .options(joinedload(Target.anchor), joinedload(Target.decision))
    )
    if found is None:
        raise TargetUnknown
    return found


def first_years(
    session: Session, *, anchor_id: int | None, measure: str, agreed: bool = False
) -> Sequence[int]:
    """When the programmes begin of which a measure has a target of a buyer that was agreed to, or that waits."""
    holds = TargetDecision.accepted if agreed else func.coalesce(TargetDecision.accepted, True)
    return session.scalars(
        select(Target.first_year)
        .outerjoin(TargetDecision, TargetDecision.target_id == Target.id)
        .where(Target.anchor_id.is_not_distinct_from(anchor_id), Target.measure == measure, holds)
        .distinct()
        .order_by(Target.first_year)
    ).all()


def standing(every: Sequence[Target]) -> list[Target]:
    """Of each kind the latest that was agreed to."""
    found: dict[tuple[int, int | None, str], Target] = {}
    for each in sorted(every, key=lambda one: one.decision.id if one.decision else 0):
        if each.decision is not None and each.decision.accepted:
            found[each.first_year, each.anchor_id, each.measure] = each
    return list(found.values())
