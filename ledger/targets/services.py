"""Use cases of targets: propose one, decide about it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from ledger.figure.rules import exact, exact_over
from ledger.publication.queries import documents, latest_of_quarters
from ledger.share.rules import Share
from ledger.targets import queries, rules
from ledger.targets.errors import TargetDecided
from ledger.targets.models import Target, TargetDecision
from ledger.targets.rules import YEARS, Verdict, judge


class SoFar(NamedTuple):
    """What the signed quarters of a programme say of a target together, and which quarters are not in it.

    Left out is a quarter that nobody signed, and one in which the buyer is not shown by itself.
    """

    since: date
    share: Share | None
    verdict: Verdict
    without: list[str]


class Judged(NamedTuple):
    """A target that holds, and what a period says of it.

    `since`: the day it was agreed, when its programme ran already. `whole`: the programme so far.
    """

    target: Target
    period: Period
    found: Share | None
    verdict: Verdict
    since: date | None
    whole: SoFar | None = None


def propose_target(
    session: Session, *, first_year: int, anchor_id: int | None, measure: str, share: int, reason: str, actor_id: int,
    at: datetime,
) -> Target:  # fmt: skip
    """Propose a share (ten-thousandths) for a programme of four years. It holds once somebody else agreed.

    Raises:
        ProgrammeInvalid, ShareInvalid, TargetReasonMissing; TargetOverlaps: another holds, or waits, in these years.
    """
    told = rules.check_target(first_year, measure, share, reason, this_year=local_date(at).year)
    rules.check_apart(first_year, queries.first_years(session, anchor_id=anchor_id, measure=measure))
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
        SecondPersonNeeded, TargetReasonMissing: input. TargetDecided: somebody was first. TargetOverlaps: another was.
    """
    session.execute(
        select(Target.id)
        .where(Target.anchor_id.is_not_distinct_from(target.anchor_id), Target.measure == target.measure)
        .with_for_update()
    )
    session.refresh(target, ["decision"])
    if target.decision is not None:
        raise TargetDecided
    rules.check_second(target.proposed_by_id, actor_id)
    if accepted:
        held = queries.first_years(session, anchor_id=target.anchor_id, measure=target.measure, agreed=True)
        rules.check_apart(target.first_year, held)
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


def judged(session: Session, every: Sequence[Target], period: Period) -> list[Judged]:
    """How the targets that hold stand in a quarter that was signed, and over the signed quarters of their programme.

    By signed figures alone, whatever was booked since: what moves a target is what two people put their name under.
    """
    years = [each.first_year for each in queries.standing(every)]
    if not years:
        return []
    found = latest_of_quarters(session, f"{min(years)}-Q1", str(period))
    bodies = {each.period: body for each, body in zip(found, documents(session, found), strict=True)}
    if str(period) not in bodies:
        return []
    answers = judged_by(every, period, lambda: bodies[str(period)])
    return [each._replace(whole=_so_far(each, bodies)) for each in answers]


def _so_far(one: Judged, bodies: Mapping[str, Mapping[str, Any]]) -> SoFar | None:
    span = rules.so_far(one.target.first_year, _agreed_on(one.target), one.period)
    if span is None:
        return None
    quarters = [str(each) for each in rules.quarters_in(span)]
    shown = {each for each in quarters if each in bodies and _share(one.target, bodies[each]) is not None}
    share = exact_over([bodies[each] for each in quarters if each in shown], **_whose(one.target))
    without = [each for each in quarters if each not in shown]
    return SoFar(span.start, share, judge(one.target.share, share), without)


def _agreed_on(target: Target) -> date:
    return local_date(target.decision.at if target.decision else target.at)


def _whose(target: Target) -> dict[str, Any]:
    """Whose share a target is about, and which."""
    return {
        "anchor": str(target.anchor.public_id) if target.anchor else None,
        "landed": target.measure == "landed",
    }


def _share(target: Target, body: Mapping[str, Any]) -> Share | None:
    return exact(body, **_whose(target))


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
        share, agreed_on = _share(each, body), _agreed_on(each)
        verdict = judge(each.share, share, agreed_on=agreed_on, period=period)
        late = rules.after_the_beginning(each.first_year, agreed_on)
        answers.append(Judged(each, period, share, verdict, agreed_on if late else None))
    return answers
