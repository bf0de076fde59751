"""Use cases of targets: propose one, decide about it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.exports.gateway import export
from ledger.figure.rules import exact
from ledger.share.rules import Share
from ledger.targets import queries, rules
from ledger.targets.errors import TargetDecided
from ledger.targets.models import Target, TargetDecision
from ledger.targets.rules import YEARS, Verdict, judge


class Judged(NamedTuple):
    """A target that holds, and what a period says of it."""

    target: Target
    period: Period
    found: Share | None
    verdict: Verdict


def propose_target(
    session: Session, *, first_year: int, anchor_id: int | None, measure: str, share: int, reason: str, actor_id: int,
    at: datetime,
) -> Target:  # fmt: skip
    """Propose a share (ten-thousandths) for a programme of four years. It holds once somebody else agreed.

    Raises:
        ProgrammeInvalid, ShareInvalid, TargetReasonMissing.
    """
    told = rules.check_target(first_year, measure, share, reason, this_year=local_date(at).year)
    made = Target(
        first_year=first_year, anchor_id=anchor_id, measure=measure, share=share, reason=told, proposed_by_id=actor_id,
        at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="target.proposed", subject=f"target:{made.public_id}", actor_id=actor_id,
        facts={"share": share, "measure": measure, "first_year": first_year}, at=at,
    )  # fmt: skip
    return made


def decide_target(
    session: Session, *, target: Target, accepted: bool, reason: str, actor_id: int, at: datetime
) -> TargetDecision:
    """Say yes or no, as somebody else than who proposed it.

    Raises:
        SecondPersonNeeded, TargetReasonMissing: input. TargetDecided: somebody was first.
    """
    session.execute(select(Target.id).where(Target.id == target.id).with_for_update())
    session.refresh(target, ["decision"])
    if target.decision is not None:
        raise TargetDecided
    rules.check_second(target.proposed_by_id, actor_id)
    made = TargetDecision(
        target_id=target.id,
        accepted=accepted,
        reason=rules.check_reason(reason),
        decided_by_id=actor_id,
        at=at,
    )
    target.decision = made
    session.flush()
    record(
        session, action="target.decided", subject=f"target:{target.public_id}", actor_id=actor_id,
        facts={"accepted": accepted}, at=at,
    )  # fmt: skip
    return made


def judged(session: Session, every: Sequence[Target], period: Period, area: AreaPack) -> list[Judged]:
    """How the targets that hold stand in a period of their programme."""
    return judged_by(every, period, lambda: export(session, period, area))


def judged_by(
    every: Sequence[Target], period: Period, figures: Callable[[], Mapping[str, Any]]
) -> list[Judged]:
    """The same by an export that is at hand; it is asked for only when a target holds."""
    running = [
        each
        for each in queries.standing(every)
        if each.first_year <= period.start.year < each.first_year + YEARS
    ]
    if not running:
        return []
    body, answers = figures(), []
    for each in running:
        anchor = str(each.anchor.public_id) if each.anchor else None
        share = exact(body, anchor=anchor, landed=each.measure == "landed")
        answers.append(Judged(each, period, share, judge(each.share, share)))
    return answers
