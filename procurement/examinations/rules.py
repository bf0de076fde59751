"""What a register of examinations adds up to. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from procurement.contracts.rules import SETTLED, LocalOutcome


class Kind(StrEnum):
    """Where a contract came from."""

    CONTRACT = "contract"
    CALL_OFF = "call_off"
    EXTERNAL = "external"


KINDS = {
    Kind.CONTRACT: N_("contract van hier"),
    Kind.CALL_OFF: N_("nadere opdracht"),
    Kind.EXTERNAL: N_("elders aanbesteed"),
}


@dataclass(frozen=True, slots=True)
class Examined:
    """One line: a contract and the answer to the question; `outcome` None where nobody answered yet."""

    kind: Kind
    number: str
    title: str
    buyer: str
    value: Money
    outcome: LocalOutcome | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Total:
    """How often an outcome was given, None for unanswered, and for how much."""

    outcome: LocalOutcome | None
    count: int
    value: Money


EXAMINED = frozenset({LocalOutcome.LOCAL_CHOSEN, LocalOutcome.LOCAL_COMPETED, LocalOutcome.NONE_FOUND})
"""Outcomes that say it was looked at."""


def totals(rows: Iterable[Examined]) -> list[Total]:
    """The rows by outcome, in the order of the question, unanswered last; what has no rows is left out."""
    counts: Counter[LocalOutcome | None] = Counter()
    values: dict[LocalOutcome | None, Money] = {}
    for each in rows:
        counts[each.outcome] += 1
        values[each.outcome] = values.get(each.outcome, Money(0)) + each.value
    order = (*SETTLED, None)
    return [Total(outcome, counts[outcome], values[outcome]) for outcome in order if counts[outcome]]


def share_examined(rows: Iterable[Examined]) -> Fraction | None:
    """Which part of the lines was looked at, unanswered ones counted as not; None without lines."""
    outcomes = [each.outcome for each in rows]
    if not outcomes:
        return None
    return Fraction(sum(each in EXAMINED for each in outcomes), len(outcomes))
