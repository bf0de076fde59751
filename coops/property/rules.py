"""First refusal with equal treatment: pure decisions.

The right itself is a promise of the covenant (domain/cooperatives.md §7), no statute. What is law for public bodies is
equal treatment (HR 26-11-2021, ECLI:NL:HR:2021:1778, Didam): room for all who may want it, by objective, testable and
reasonable criteria that are made known in time; or, announced beforehand with reasons, one candidate only where by such
criteria no other serious one can exist. A contract against it is not void for that, but the owner may
owe damages (HR 15-11-2024, ECLI:NL:HR:2024:1661).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coops.property import errors
from cwb.kernel.text import N_
from cwb.kernel.words import words

LEAST_REASON = 40
"""Fewest characters of criteria and reasons, so that others can test them (a choice of the house)."""

MOST_AREA = 1_000_000
"""Largest area in square metres (against slips of the pen)."""


class Deal(StrEnum):
    """What the owner intends."""

    SALE = "sale"
    LEASE = "lease"


DEALS: Mapping[str, str] = {Deal.SALE: N_("Verkoop"), Deal.LEASE: N_("Verhuur")}


class Stage(StrEnum):
    """Where a notice stands; derived, never stored."""

    DRAFT = "draft"
    RETURNED = "returned"
    OPEN = "open"
    DECIDING = "deciding"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


STAGES: Mapping[str, str] = {
    Stage.DRAFT: N_("wacht op een tweede persoon"),
    Stage.RETURNED: N_("terug om aan te passen"),
    Stage.OPEN: N_("open voor belangstelling"),
    Stage.DECIDING: N_("wacht op het besluit"),
    Stage.DECIDED: N_("besloten"),
    Stage.WITHDRAWN: N_("ingetrokken"),
}


class Demand(StrEnum):
    """What every criterion must be (HR 26-11-2021, Didam)."""

    OBJECTIVE = "objective"
    TESTABLE = "testable"
    REASONABLE = "reasonable"


DEMANDS: Mapping[Demand, str] = {
    Demand.OBJECTIVE: N_("Objectief: het hangt niet af van wie kiest of wie het vraagt"),
    Demand.TESTABLE: N_("Toetsbaar: een ander kan het nameten"),
    Demand.REASONABLE: N_("Redelijk: het past bij het doel en sluit niemand zonder reden uit"),
}
"""Demand → its text."""


@dataclass(frozen=True, slots=True)
class CriterionTest:
    """What a second person found of one criterion, and why."""

    criterion: str
    meets: frozenset[Demand]
    note: str

    @property
    def passes(self) -> bool:
        """Whether it may be chosen by."""
        return self.meets == frozenset(Demand)


@dataclass(frozen=True, slots=True)
class Window:
    """From a day on: days for interest, and days after that in which the owner decides."""

    valid_from: date
    days: int
    decide_days: int
    source: str
    certain: bool

    def closes_on(self, published_on: date) -> date:
        """The last day for interest."""
        return published_on + timedelta(days=self.days)

    def decide_by(self, published_on: date) -> date:
        """The last day for the decision."""
        return self.closes_on(published_on) + timedelta(days=self.decide_days)


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """An intended sale or lease. `sole_reason`: why only one serious candidate can exist; empty: open to all."""

    deal: Deal
    title: str
    place_code: str
    area: int
    use: str
    criteria: str
    sole_reason: str


def window_on(windows: Sequence[Window], day: date) -> Window:
    """The terms in force on a day.

    Raises:
        WindowMissing: none yet.
    """
    known = [each for each in windows if each.valid_from <= day]
    if not known:
        raise errors.WindowMissing
    return max(known, key=lambda each: each.valid_from)


def told(text: str, field: str) -> str:
    """A reason that others can test.

    Raises:
        ReasonTooShort: at the field.
    """
    return words(text, field, least=LEAST_REASON, short=errors.ReasonTooShort)


def check_notice(facts: NoticeFacts) -> None:
    """A notice that can be.

    Raises:
        TextMissing, PlaceMissing, AreaWrong, ReasonTooShort: at the field.
    """
    for name in ("title", "use"):
        if not getattr(facts, name).strip():
            raise errors.TextMissing(field=name)
    if not facts.place_code:
        raise errors.PlaceMissing(field="place")
    if not 0 < facts.area <= MOST_AREA:
        raise errors.AreaWrong(field="area")
    told(facts.criteria, "criteria")
    if facts.sole_reason.strip():
        told(facts.sole_reason, "sole_reason")
        if _POINTS.search(facts.criteria):
            raise errors.PointsForOne(field="criteria")


_POINTS = re.compile(r"\bpunt(?:en)?\b|\bpoints?\b", re.IGNORECASE)


def lines(criteria: str) -> list[str]:
    """The criteria, one a line."""
    return [line.strip() for line in criteria.splitlines() if line.strip()]


def to_test(criteria: str, sole_reason: str) -> list[str]:
    """What a second person looks at before a notice is public: each criterion, and why there is one candidate."""
    return [*lines(criteria), *([sole_reason] if sole_reason else ())]


def all_pass(wanted: Sequence[str], tests: Sequence[CriterionTest]) -> bool:
    """Whether a notice may be public: each criterion was looked at, with a note, and meets every demand.

    Raises:
        CriteriaChanged: others were looked at than stand there now. NoteTooShort.
    """
    if [each.criterion for each in tests] != list(wanted):
        raise errors.CriteriaChanged
    for each in tests:
        words(each.note, "tests", short=errors.NoteTooShort)
    return all(each.passes for each in tests)


def stage(
    closes_on: date | None, *, withdrawn: bool, decided: bool, today: date, returned: bool = False
) -> Stage:
    """Where a notice stands on a day; on its last day interest is in time."""
    if withdrawn:
        return Stage.WITHDRAWN
    if decided:
        return Stage.DECIDED
    if closes_on is None:
        return Stage.RETURNED if returned else Stage.DRAFT
    return Stage.OPEN if today <= closes_on else Stage.DECIDING


def check_stage(found: Stage, *wanted: Stage) -> None:
    """Refuse an act at another moment.

    Raises:
        WrongMoment.
    """
    if found not in wanted:
        raise errors.WrongMoment


def check_second(user_id: int, first_id: int | None) -> None:
    """Two people decide.

    Raises:
        SecondPerson: it is the same one.
    """
    if user_id == first_id:
        raise errors.SecondPerson
