"""The ladder of an initiative, its tasks and its stalls: pure decisions.

    idea → founding group → statutes → KvK → first contract → break-even

Each step is dated with evidence and falls back when that lapses (domain/cooperatives.md §3).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from coops.initiatives import errors
from coops.register.rules import Proof, check_named
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import refuse_bsn


class Step(StrEnum):
    """Where an initiative stands."""

    IDEA = "idea"
    GROUP = "group"
    STATUTES = "statutes"
    KVK = "kvk"
    CONTRACT = "contract"
    EVEN = "even"


LADDER = tuple(Step)
"""The steps from bottom to top."""

FOUNDERS = 2
"""A cooperative is founded by two at least (BW 2:53 and 2:54; domain/cooperatives.md §1)."""

TOLD_FOR = timedelta(days=365)
"""What an initiative says itself counts for twelve months (grade E1)."""

CHECKED_FOR = timedelta(days=731)
"""What a second person checked counts for 24 months (grade E3)."""

STALLS: Mapping[Step, timedelta] = {
    Step.IDEA: timedelta(days=60),
    Step.GROUP: timedelta(days=120),
    Step.STATUTES: timedelta(days=60),
    Step.KVK: timedelta(days=270),
    Step.CONTRACT: timedelta(days=730),
}
"""After how long in a step it stalls (a choice of the house)."""

OWNERS = ("founders", "coach", "programme")
"""Who does a task; no person is named, for everyone sees it."""

WAY_BACK = timedelta(days=30)
"""How long a stopped initiative can go on again (a choice of the house)."""

FARTHEST = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class Shown:
    """Evidence of a step: reached on a day, told on a day, and when a second person checked it.

    `draft`: statutes that are not final. `refused`: a second person found it is not right. `filed`: there is a file
    or a contract signed here; a contract without either counts for nothing.
    """

    step: Step
    reached_on: date
    told_on: date
    checked_on: date | None = None
    draft: bool = False
    refused: bool = False
    filed: bool = True

    @property
    def counts(self) -> bool:
        """Whether it may show its step at all."""
        return not self.draft and not self.refused and (self.filed or self.step is not Step.CONTRACT)

    @property
    def until(self) -> date:
        """The last day it counts."""
        return self.told_on + TOLD_FOR if self.checked_on is None else self.checked_on + CHECKED_FOR


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody's intent to found it; `left_on`: took it back."""

    signed_on: date
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """A step as a reader sees it. `reached_on` None: not reached. `lapsed`: it was, but its evidence is over.

    `draft_on`: not reached, but a draft is there since that day.
    """

    step: Step
    reached_on: date | None
    until: date | None = None
    checked: bool = False
    lapsed: bool = False
    draft_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """All steps of an initiative on a day; `at`: the highest with all below it. `even_from`: see there."""

    rungs: tuple[Rung, ...]
    at: Step
    since: date
    stalled: bool
    days: Mapping[Step, int]
    even_from: date | None = None

    @property
    def next(self) -> Step | None:
        """The step it works at; None at the top."""
        place = LADDER.index(self.at) + 1
        return LADDER[place] if place < len(LADDER) else None


def ladder(
    started_on: date, signatures: Sequence[Signature], shown: Iterable[Shown], *, today: date
) -> Ladder:
    """Where an initiative stands on a day, how long each step took, and whether it stalls.

    What was told before it could be there counts for nothing.
    """
    evidence: dict[Step, list[Shown]] = {}
    shown = tuple(shown)
    first = even_from(shown)
    for each in shown:
        if may_show(each.step, shown) and (
            each.step is not Step.EVEN or _late_enough(each.reached_on, first)
        ):
            evidence.setdefault(each.step, []).append(each)
    founded = any(each.checked_on is not None for each in evidence.get(Step.KVK, ()))
    rungs = [Rung(Step.IDEA, started_on), _group(signatures, today, founded=founded)]
    rungs += [_rung(step, evidence.get(step, ()), today) for step in LADDER[2:]]
    reached = 0
    while (
        reached + 1 < len(rungs)
        and rungs[reached + 1].reached_on is not None
        and not rungs[reached + 1].lapsed
    ):
        reached += 1
    since = max(each.reached_on for each in rungs[: reached + 1] if each.reached_on is not None)
    step = LADDER[reached]
    term = STALLS.get(step)
    days: dict[Step, int] = {}
    for below, above in pairwise(rungs[: reached + 1]):
        if below.reached_on is not None and above.reached_on is not None:
            days[below.step] = max(0, (above.reached_on - below.reached_on).days)
    days[step] = (today - since).days
    return Ladder(tuple(rungs), step, since, term is not None and today > since + term, days, first)


def _group(signatures: Sequence[Signature], today: date, *, founded: bool) -> Rung:
    """Reached on the day the second of those who still stand by it signed; lapsed when people left.

    Once it is `founded`, a checked KvK number, signatures have done their work: members come and go.
    """
    stand = sorted(each.signed_on for each in signatures if each.left_on is None or each.left_on > today)
    if len(stand) >= FOUNDERS:
        return Rung(Step.GROUP, stand[FOUNDERS - 1], checked=True)
    ever = sorted(each.signed_on for each in signatures)
    if len(ever) >= FOUNDERS:
        return Rung(Step.GROUP, ever[FOUNDERS - 1], checked=founded, lapsed=not founded)
    return Rung(Step.GROUP, None)


def _rung(step: Step, shown: Sequence[Shown], today: date) -> Rung:
    drafts = [each.reached_on for each in shown if each.draft]
    shown = [each for each in shown if each.counts]
    if not shown:
        return Rung(step, None, draft_on=max(drafts, default=None))
    best = max(shown, key=lambda each: (each.until, each.told_on))
    first = min(each.reached_on for each in shown)
    return Rung(step, first, best.until, best.checked_on is not None, lapsed=today > best.until)


def may_show(step: Step, shown: Iterable[Shown]) -> bool:
    """Whether a step can be there already: a KvK number after the deed (BW 2:53, 2:54), a contract after KvK."""
    before = {
        Step.KVK: {Step.STATUTES},
        Step.CONTRACT: {Step.KVK},
        Step.EVEN: {Step.STATUTES, Step.CONTRACT},
    }.get(step)
    return before is None or any(each.step in before and each.counts for each in shown)


def _first(shown: Iterable[Shown], step: Step) -> date | None:
    """The first day of a step by what counts."""
    return min((each.reached_on for each in shown if each.counts and each.step is step), default=None)


def even_from(shown: Sequence[Shown]) -> date | None:
    """The first day that accounts can run to and show it: a full year since the deed, or the contract without one.

    Two book years in a row without loss are asked (domain/cooperatives.md §3); only the first may be a short one.
    None: neither was shown.
    """
    began = _first(shown, Step.STATUTES) or _first(shown, Step.CONTRACT)
    if began is None:
        return None
    leap = (began.month, began.day) == (2, 29)
    return began.replace(year=began.year + 1, day=28 if leap else began.day) - timedelta(days=1)


def _late_enough(reached_on: date, first: date | None) -> bool:
    return first is not None and reached_on >= first


def _check_day(step: Step, reached_on: date, today: date, shown: Sequence[Shown]) -> None:
    if reached_on > today:
        raise errors.EvidenceAhead(field="reached_on")
    if step is Step.KVK and reached_on < (deed := _first(shown, Step.STATUTES) or reached_on):
        raise errors.KvkEarly(day=deed, field="reached_on")
    if step is Step.EVEN and not _late_enough(reached_on, first := even_from(shown)):
        raise errors.EvenEarly(day=first, field="reached_on")


def check_evidence(
    step: Step, text: str, kvk: str | None, reached_on: date, *, today: date, draft: bool = False,
    has_file: bool = False, shown: Sequence[Shown] = (),
) -> None:  # fmt: skip
    """Refuse evidence that shows nothing. `shown`: what was shown before. `has_file`: or a contract signed here.

    Raises:
        StepBySigning, EvenTooSoon, KvkTooSoon, ContractTooSoon, EvidenceMissing, BsnFound, KvkNeeded, EvidenceAhead,
        KvkEarly, EvenEarly, StatutesMissing, ContractMissing, AccountsMissing: at the field.
        ValueError: a draft of another step than the statutes.
    """
    if draft and step is not Step.STATUTES:
        raise ValueError(step)
    if step in {Step.IDEA, Step.GROUP}:
        raise errors.StepBySigning(field="step")
    if not may_show(step, shown):
        raise _TOO_SOON[step](field="step")
    if not text.strip():
        raise errors.EvidenceMissing(field="text")
    refuse_bsn(text=text)
    if step is Step.KVK and not kvk:
        raise errors.KvkNeeded(field="kvk")
    _check_day(step, reached_on, today, shown)
    if step is Step.STATUTES and not draft and not has_file:
        raise errors.StatutesMissing(field="file")
    if step in _FILE_MISSING and not has_file:
        raise _FILE_MISSING[step](field="file")


_TOO_SOON: Mapping[Step, type[RuleBroken]] = {
    Step.KVK: errors.KvkTooSoon, Step.CONTRACT: errors.ContractTooSoon, Step.EVEN: errors.EvenTooSoon
}  # fmt: skip
_FILE_MISSING: Mapping[Step, type[RuleBroken]] = {
    Step.CONTRACT: errors.ContractMissing,
    Step.EVEN: errors.AccountsMissing,
}


def check_seen(proof: Proof, *, filed: bool, on: date) -> None:
    """Refuse a check of nothing: where no file and no contract signed here is, the paper that was seen is described.

    Raises:
        PaperUnnamed, PaperAhead, BsnFound: at the field.
        ValueError: a kind of paper that is none.
    """
    if not filed:
        check_named(proof, on=on)
        refuse_bsn(place=proof.place)


def check_refusal(reason: str) -> None:
    """Refuse to refuse without a word for those who read it.

    Raises:
        RefusalMissing, BsnFound: at the field.
    """
    if not reason.strip():
        raise errors.RefusalMissing(field="reason")
    refuse_bsn(reason=reason)


def may_check(
    checker_id: int, *, told_by_id: int | None, coach_id: int | None, founders: Iterable[int]
) -> bool:
    """Whether somebody is a second person: neither who told it, nor who coaches or founds."""
    return checker_id not in {told_by_id, coach_id, *founders}


def check_task(text: str, owner: str, due_on: date, *, today: date) -> None:
    """Refuse a task that cannot be kept.

    Raises:
        TaskMissing, BsnFound, TaskBehind: at the field.
        ValueError: an owner that is none.
    """
    if owner not in OWNERS:
        raise ValueError(owner)
    if not text.strip():
        raise errors.TaskMissing(field="text")
    refuse_bsn(text=text)
    if not today <= due_on <= today + FARTHEST:
        raise errors.TaskBehind(field="due_on")


class TaskState(StrEnum):
    """Where a promise to do something stands; derived, never stored."""

    OPEN = "open"
    DONE = "done"
    LATE = "late"
    BROKEN = "broken"


def task_state(due_on: date, done_on: date | None, today: date) -> TaskState:
    """Broken from the day after it was due, until it is done; then it was late. The day itself is in time."""
    if done_on is not None and done_on <= today:
        return TaskState.DONE if done_on <= due_on else TaskState.LATE
    return TaskState.OPEN if today <= due_on else TaskState.BROKEN
