"""When a quarter of an anchor is whole, what a half one lacks, and since when an anchor's purchases are known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from cwb.kernel.dated import DatedTable
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Settings:
    """From `valid_from` on quarters are handed in `days` after their end; a reminder `remind_days` before that.

    The others say when a quarter is only half handed in (`lack_of`).
    """

    valid_from: date
    days: int
    remind_days: int
    least_months: int
    declared_percent: int
    year_before_percent: int


settings = DatedTable(Path(__file__).with_name("handed.toml"), "settings", Settings)


class Lacking(StrEnum):
    """By what a quarter is half: months without lines, what the ledger says, the year before, or it is not over."""

    MONTHS = "months"
    DECLARED = "declared"
    YEAR_BEFORE = "year_before"
    RUNNING = "running"


LACKS: Mapping[Lacking, str] = {
    Lacking.MONTHS: N_("Er zijn geen regels van %(months)s."),
    Lacking.DECLARED: N_("Er is %(found)s aangeleverd. Uw grootboek zegt %(wanted)s."),
    Lacking.YEAR_BEFORE: N_("Er is %(found)s aangeleverd. Een jaar eerder was dat %(wanted)s."),
}


@dataclass(frozen=True, slots=True)
class Handed:
    """What there is of a quarter: which of its months have lines, what counts in all, and what that is held against.

    In cents. `declared`: what the ledger says, None while nobody told; `year_before`: the same quarter of last year.
    `said`: of which of its months somebody said that nothing was bought, `nothing`: of the quarter as a whole.
    `owes`: the anchor was there in that quarter. `running`: it is not over.
    """

    months: Sequence[bool]
    total: int
    declared: int | None
    year_before: int
    said: Sequence[bool] = (False, False, False)
    nothing: bool = False
    owes: bool = True
    running: bool = False

    @property
    def bought_nothing(self) -> bool:
        """Whether there are no lines, and somebody said so of all of it."""
        return not any(self.months) and (self.nothing or all(self.said))


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing from a quarter that is half handed in."""

    by: Lacking
    months: str
    found: Money
    wanted: Money

    def facts(self) -> dict[str, object]:
        """As the sentences take them."""
        return {"months": self.months, "found": self.found, "wanted": self.wanted}


class Gap(NamedTuple):
    """What keeps a quarter of an anchor from being whole. `by` None: nothing was handed in at all."""

    by: Lacking | None
    months: Sequence[str]


class Books(NamedTuple):
    """Since when an anchor's purchases are known without a gap up to a period.

    `whole`: the first day of the first whole quarter; `first`: of the quarter with which it began, which may be half.
    """

    whole: date | None
    first: date | None


class Silent(NamedTuple):
    """A buyer without a line in a month of a quarter that counts as whole, and did not say that it bought nothing."""

    name: str
    quarter: str
    months: tuple[date, ...]


def month_starts(quarter: Period) -> tuple[date, date, date]:
    """The first days of its months."""
    first = quarter.start
    return first, first.replace(month=first.month + 1), first.replace(month=first.month + 2)


def silent_months(quarter: Period, handed: Handed) -> list[date]:
    """The months without lines of which nobody said that nothing was bought."""
    known = [there or said for there, said in zip(handed.months, handed.said, strict=True)]
    return [start for start, there in zip(month_starts(quarter), known, strict=True) if not there]


def lack_of(quarter: Period, handed: Handed) -> Lack | None:
    """What is missing, if lines were handed in at all. A total of the ledger decides alone: who told it knows best."""
    if not any(handed.months):
        return None
    told, silent = settings(quarter.end), silent_months(quarter, handed)

    def short(wanted: int, percent: int) -> bool:
        return wanted > 0 and handed.total * 100 < wanted * percent

    by, wanted = None, 0
    if handed.declared is not None:
        if short(handed.declared, told.declared_percent):
            by, wanted = Lacking.DECLARED, handed.declared
    elif len(handed.months) - len(silent) < told.least_months:
        by = Lacking.MONTHS
    elif short(handed.year_before, told.year_before_percent):
        by, wanted = Lacking.YEAR_BEFORE, handed.year_before
    if by is None:
        return None
    return Lack(by, ", ".join(f"{each:%Y-%m}" for each in silent), Money(handed.total), Money(wanted))


def gap_of(quarter: Period, handed: Handed) -> Gap | None:
    """What keeps a quarter from being whole; None when it is, or when the anchor was not there yet."""
    if not any(handed.months):
        return None if handed.bought_nothing or not handed.owes else Gap(None, ())
    if handed.running:
        return Gap(Lacking.RUNNING, ())
    lack = lack_of(quarter, handed)
    return (
        None if lack is None else Gap(lack.by, [f"{each:%Y-%m}" for each in silent_months(quarter, handed)])
    )


def silent_in_whole(quarter: Period, handed: Handed) -> list[date]:
    """The months without a line in a quarter that counts as whole, unless the ledger says that this is all."""
    whole = any(handed.months) and gap_of(quarter, handed) is None
    if not whole or handed.declared == handed.total:
        return []
    return silent_months(quarter, handed)


def books_of(quarters: Mapping[Period, Handed], before: date) -> Books:
    """Since when an anchor's purchases are known, going back from a day until the first quarter that is not whole."""
    whole = first = None
    quarter = Period.quarter_of(before).previous_quarter()
    while (there := quarters.get(quarter)) is not None and (any(there.months) or there.bought_nothing):
        first = quarter.start
        if gap_of(quarter, there) is not None:
            break
        whole, quarter = quarter.start, quarter.previous_quarter()
    return Books(whole, first)


def whole_until(period: Period, gaps: Iterable[str]) -> Period | None:
    """The last quarter up to which a span is whole at every anchor; None when its first is not."""
    missing, quarter, found = set(gaps), Period.quarter_of(period.start), None
    while quarter.start < period.end and str(quarter) not in missing:
        found, quarter = quarter, Period.quarter_of(quarter.end)
    return found
