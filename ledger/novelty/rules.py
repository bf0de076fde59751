"""Whether a local supplier is new, so that finding one is not mistaken for local growth (attack 16)."""

from datetime import date
from enum import StrEnum

from cwb.kernel.period import Period
from cwb.kernel.text import N_

LONG_ENOUGH = 2
"""So many whole quarters a supplier must be in the books, since they began, to count as one that was used already."""


class Novelty(StrEnum):
    """What a local supplier is."""

    NEW = "new"
    REACHED = "reached"
    EXISTING = "existing"
    UNKNOWN = "unknown"


NOVELTY_TEXT = {
    Novelty.NEW: N_("Nieuw in het gebied"),
    Novelty.REACHED: N_("Was er al, en wordt nu ook gebruikt"),
    Novelty.EXISTING: N_("Was er al, en werd al gebruikt"),
    Novelty.UNKNOWN: N_("Niet bekend sinds wanneer"),
}


def novelty(
    started_on: date | None, first_bought_on: date, *, since: date, known: bool, with_the_books: bool = False
) -> Novelty:
    """What a local supplier is, seen from a day: new when its establishment began on or after `since`.

    One that was there before is reached when nobody bought of it before `since`, and existing when somebody did.
    `known`: of everybody who buys of it, all purchases since that day are known; else it cannot be told reached.
    `with_the_books`: a buyer's books begin with it, long enough ago (`began_long_ago`): it was used already then.
    """
    if first_bought_on < since:
        return Novelty.EXISTING
    if started_on is not None and started_on >= since:
        return Novelty.NEW
    if with_the_books:
        return Novelty.EXISTING
    return Novelty.REACHED if known and started_on is not None else Novelty.UNKNOWN


def began_long_ago(first_bought_on: date, books_from: date | None, before: date) -> bool:
    """Whether a buyer bought of a supplier as soon as its books begin, `LONG_ENOUGH` quarters before a period."""
    if books_from is None or first_bought_on > books_from:
        return False
    quarter = Period.quarter_of(before)
    for _ in range(LONG_ENOUGH):
        quarter = quarter.previous_quarter()
    return Period.quarter_of(first_bought_on).end <= quarter.start
