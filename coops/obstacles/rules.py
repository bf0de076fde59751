"""Obstacles as values: pure decisions.

The covenant promises to take stock of rules that stand in the way and to adapt them (domain/cooperatives.md §7: rule,
owner, case, answer). What is promised is an answer, so the days without one are counted in public.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from coops.obstacles import errors
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.text import N_
from cwb.kernel.words import words

LEAST_CASE = 40
"""Characters in which a case can be understood."""

MOST_CASE, MOST_ANSWER = 3000, 3000
"""Longest texts, in characters."""

TERM = timedelta(days=42)
"""In which an owner answers (a choice of the house; no law sets it)."""


class State(StrEnum):
    """Where an obstacle stands; derived, never stored."""

    REPORTED = "reported"
    RETURNED = "returned"
    OPEN = "open"
    ANSWERED = "answered"


class Outcome(StrEnum):
    """What became of the rule."""

    CHANGED = "changed"
    EXCEPTION = "exception"
    EXPLAINED = "explained"
    KEPT = "kept"


OUTCOMES: Mapping[Outcome, str] = {
    Outcome.CHANGED: N_("De regel is veranderd"),
    Outcome.EXCEPTION: N_("Er is een uitzondering gemaakt"),
    Outcome.EXPLAINED: N_("De regel hield niets tegen, met uitleg"),
    Outcome.KEPT: N_("De regel blijft, met reden"),
}
"""Outcome → its text."""

REASONED = frozenset({Outcome.EXPLAINED, Outcome.KEPT})
"""Outcomes of which the answer is the reason, so it has substance (`LEAST_CASE`)."""


@dataclass(frozen=True, slots=True)
class ObstacleFacts:
    """What is reported. `owner` is who can change the rule; `owner_id` when that is an organisation here."""

    rule: str
    owner: str
    case: str
    owner_id: int | None = None
    is_anonymous: bool = False


UNKNOWN = "Nog niet bekend"
"""The owner of a rule of which the reporter does not know who can change it: the programme finds out."""


def check_obstacle(facts: ObstacleFacts) -> None:
    """An obstacle as it may be kept.

    Raises:
        ObstacleTextMissing, CaseTooShort, BsnFound: at the field.
    """
    for name, text in (("rule", facts.rule), ("owner", facts.owner)):
        if not text.strip():
            raise errors.ObstacleTextMissing(field=name)
    if len(facts.case.strip()) < LEAST_CASE:
        raise errors.CaseTooShort(field="case")
    refuse_bsn(rule=facts.rule, owner=facts.owner, case=facts.case)


def check_answer(answer: str, outcome: Outcome) -> str:
    """An answer as everybody may read it; who changes nothing says why.

    Raises:
        AnswerMissing, AnswerTooShort: at the field.
    """
    if not answer.strip():
        raise errors.AnswerMissing(field="text")
    least = LEAST_CASE if outcome in REASONED else 1
    return words(answer, "text", least=least, short=errors.AnswerTooShort)


def state_of(published_at: datetime | None, answered_at: datetime | None, returned: str) -> State:
    """Where it stands."""
    if answered_at is not None:
        return State.ANSWERED
    if published_at is not None:
        return State.OPEN
    return State.RETURNED if returned else State.REPORTED


def days_open(published_at: datetime, answered_at: datetime | None, at: datetime) -> int:
    """Days from the publication to the answer, or to now, in Amsterdam."""
    end: date = local_date(answered_at or at)
    return max(0, (end - local_date(published_at)).days)


def is_late(published_at: datetime, answered_at: datetime | None, at: datetime) -> bool:
    """Whether the answer takes, or took, longer than promised."""
    return days_open(published_at, answered_at, at) > TERM.days
