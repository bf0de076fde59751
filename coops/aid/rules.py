"""De-minimis aid as values: pure decisions. Amounts are euro cents.

Regulation (EU) 2023/2831: at most 300,000 euro over any period of three years per single undertaking and Member State
(article 3(2)); aid counts on the day on which the right to it was given (article 3(3)), whenever it is paid. Help in
kind counts for its gross grant equivalent: market value less price paid. For a loan the giver enters it (article 4).
Help without public money is no aid (article 107(1) TFEU); both sides say so in their agreement, else it counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from coops.aid import errors

GENERAL = "general"
"""The ceiling that counts where no other one is named."""

YEARS = 3
"""Years of the rolling period (article 3(2))."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most aid in three years for a sector, in cents, from and until a day; `certain`: read in its source."""

    sector: str
    valid_from: date
    valid_until: date
    amount: int
    source: str
    certain: bool


class Grant(NamedTuple):
    """Aid that was granted on a day: its gross grant equivalent in cents, by whom and for what."""

    granted_on: date
    amount: int
    giver: str
    what: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What an undertaking has had in the period, what would come, and the ceiling, in cents."""

    before: int
    new: int
    ceiling: int

    @property
    def total(self) -> int:
        """With what would come."""
        return self.before + self.new

    @property
    def passes(self) -> bool:
        """Whether the total is above the ceiling; exactly on it still fits."""
        return self.total > self.ceiling

    @property
    def left(self) -> int:
        """What still fits, never below zero."""
        return max(0, self.ceiling - self.total)

    @property
    def over(self) -> int:
        """By how much the total is above the ceiling, never below zero."""
        return max(0, self.total - self.ceiling)


def equivalent(market: int, price: int) -> int:
    """Gross grant equivalent in cents: market value less price paid, never below zero."""
    return max(0, market - price)


def three_years_before(day: date) -> date:
    """The same day three years earlier: aid of that day counts no more. 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:
        return day.replace(year=day.year - YEARS, day=28)


def first_day(day: date) -> date:
    """The first day whose aid counts on a day."""
    return three_years_before(day) + timedelta(days=1)


def in_period(grants: Iterable[Grant], day: date) -> list[Grant]:
    """What was granted in the three years up to and including a day, the oldest first."""
    start = three_years_before(day)
    return sorted(
        (each for each in grants if start < each.granted_on <= day), key=lambda each: each.granted_on
    )


def ceiling_on(ceilings: Sequence[Ceiling], day: date, sector: str = GENERAL) -> Ceiling:
    """The ceiling of a sector on a day.

    Raises:
        CeilingMissing: none is known.
    """
    for each in ceilings:
        if each.sector == sector and each.valid_from <= day <= each.valid_until:
            return each
    raise errors.CeilingMissing


def reckon(grants: Iterable[Grant], new: int, day: date, ceiling: int) -> Reckoning:
    """Whether new aid of so many cents fits on a day, after what was granted before."""
    return Reckoning(sum(each.amount for each in in_period(grants, day)), new, ceiling)


def check_other(amount: int, granted_on: date, giver: str, today: date) -> None:
    """Aid that an undertaking says it had from elsewhere.

    Raises:
        AmountWrong, DayWrong, GiverMissing: at the field.
    """
    if amount <= 0:
        raise errors.AmountWrong(field="amount")
    if granted_on > today:
        raise errors.DayWrong(field="granted_on")
    if not giver.strip():
        raise errors.GiverMissing(field="giver")
