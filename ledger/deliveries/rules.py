"""The calendar of handing in: a day per quarter, where each anchor stands, and when to remind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from cwb.kernel.dated import DatedTable
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from ledger.deliveries.errors import LinesThere, QuarterRunning

LATE_FOR = timedelta(days=14)
"""So long after the day a reminder is still sent, once."""


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


settings = DatedTable(Path(__file__).with_name("deliveries.toml"), "settings", Settings)


class State(StrEnum):
    """Where an anchor stands with a quarter."""

    DELIVERED = "delivered"
    HALF = "half"
    NOTHING = "nothing"
    WAITING = "waiting"
    LATE = "late"


STATES: Mapping[State, str] = {
    State.DELIVERED: N_("aangeleverd"),
    State.HALF: N_("half aangeleverd"),
    State.NOTHING: N_("niets gekocht"),
    State.WAITING: N_("nog aanleveren"),
    State.LATE: N_("te laat"),
}


class Lacking(StrEnum):
    """By what a quarter seems to be half: months without lines, what the ledger says, or the year before."""

    MONTHS = "months"
    DECLARED = "declared"
    YEAR_BEFORE = "year_before"


LACKS: Mapping[Lacking, str] = {
    Lacking.MONTHS: N_("Er zijn geen regels van %(months)s."),
    Lacking.DECLARED: N_("Er is %(found)s aangeleverd. Uw grootboek zegt %(wanted)s."),
    Lacking.YEAR_BEFORE: N_("Er is %(found)s aangeleverd. Een jaar eerder was dat %(wanted)s."),
}


@dataclass(frozen=True, slots=True)
class Handed:
    """What there is of a quarter: which of its months have lines, what counts in all, and what that is held against.

    In cents. `declared`: what the ledger says, None while nobody told; `year_before`: the same quarter of last year.
    """

    months: Sequence[bool]
    total: int
    declared: int | None
    year_before: int


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


def month_starts(quarter: Period) -> tuple[date, date, date]:
    """The first days of its months."""
    first = quarter.start
    return first, first.replace(month=first.month + 1), first.replace(month=first.month + 2)


def lack_of(quarter: Period, handed: Handed) -> Lack | None:
    """What is missing, if lines were handed in at all. A total of the ledger decides alone: who told it knows best."""
    told, silent = settings(quarter.end), [each for each, there in enumerate(handed.months) if not there]
    if len(silent) == len(handed.months):
        return None

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
    months = ", ".join(f"{month_starts(quarter)[each]:%Y-%m}" for each in silent)
    return Lack(by, months, Money(handed.total), Money(wanted))


def due_on(quarter: Period) -> date:
    """The last day on which a quarter is handed in on time."""
    return quarter.end + timedelta(days=settings(quarter.end).days)


def state_of(*, delivered: bool, lacks: bool = False, nothing: bool, due: date, today: date) -> State:
    """Where an anchor stands. Lines count before words: who said "nothing" and then handed in has delivered."""
    if delivered:
        return State.HALF if lacks else State.DELIVERED
    if nothing:
        return State.NOTHING
    return State.LATE if today > due else State.WAITING


def reminder(state: State, quarter: Period, today: date) -> str | None:
    """Which reminder is due: "soon", "late", or None. Each is sent once."""
    due = due_on(quarter)
    if state in {State.WAITING, State.HALF} and (
        due - timedelta(days=settings(quarter.end).remind_days) <= today <= due
    ):
        return "soon"
    return "late" if state in {State.LATE, State.HALF} and due < today <= due + LATE_FOR else None


def finished(today: date, count: int = 4) -> list[Period]:
    """The latest quarters that are over, latest first."""
    found = [Period.quarter_of(today).previous_quarter()]
    while len(found) < count:
        found.append(found[-1].previous_quarter())
    return found


def check_nothing(quarter: Period, reason: str, *, delivered: bool, today: date) -> str:
    """The reason why nothing was bought, cleaned.

    Raises:
        QuarterRunning, LinesThere, ReasonTooShort.
    """
    if quarter.end > today:
        raise QuarterRunning(field="quarter")
    if delivered:
        raise LinesThere(field="quarter")
    return words(reason, "reason", short=ReasonTooShort)
