"""Reading targets, and how they stand."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.figure.rules import exact
from ledger.share.rules import Share
from ledger.spend.queries import export
from ledger.targets.errors import TargetUnknown
from ledger.targets.models import Target
from ledger.targets.rules import YEARS, Verdict, judge


class Judged(NamedTuple):
    """A target that holds, and what a period says of it."""

    target: Target
    period: Period
    found: Share | None
    verdict: Verdict


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


def judged(session: Session, every: Sequence[Target], period: Period, area: AreaPack) -> list[Judged]:
    """How the targets that hold stand in a period of their programme."""
    running = [
        each for each in standing(every) if each.first_year <= period.start.year < each.first_year + YEARS
    ]
    if not running:
        return []
    figures = export(session, period, area)
    answers = []
    for each in running:
        anchor = str(each.anchor.public_id) if each.anchor else None
        share = exact(figures, anchor=anchor, landed=each.measure == "landed")
        answers.append(Judged(each, period, share, judge(each.share, share)))
    return answers
