"""Reading targets, and how they stand."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ledger.targets.errors import TargetUnknown
from ledger.targets.models import Target


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


def standing(every: Sequence[Target]) -> list[Target]:
    """Of each kind the latest that was agreed to."""
    found: dict[tuple[int, int | None, str], Target] = {}
    for each in sorted(every, key=lambda one: one.decision.id if one.decision else 0):
        if each.decision is not None and each.decision.accepted:
            found[each.first_year, each.anchor_id, each.measure] = each
    return list(found.values())
