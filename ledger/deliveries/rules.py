"""The calendar of handing in: a day per quarter, where each anchor stands, and when to remind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from cwb.kernel.dated import DatedTable
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from ledger.deliveries.errors import LinesThere, QuarterRunning

LATE_FOR = timedelta(days=14)
"""So long after the day a reminder is still sent, once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """From `valid_from` on quarters are handed in `days` after their end; a reminder `remind_days` before that."""

    valid_from: date
    days: int
    remind_days: int


settings = DatedTable(Path(__file__).with_name("deliveries.toml"), "settings", Settings)


class State(StrEnum):
    """Where an anchor stands with a quarter."""

    DELIVERED = "delivered"
    NOTHING = "nothing"
    WAITING = "waiting"
    LATE = "late"


STATES: Mapping[State, str] = {
    State.DELIVERED: N_("aangeleverd"),
    State.NOTHING: N_("niets gekocht"),
    State.WAITING: N_("nog aanleveren"),
    State.LATE: N_("te laat"),
}


def due_on(quarter: Period) -> date:
    """The last day on which a quarter is handed in on time."""
    return quarter.end + timedelta(days=settings(quarter.end).days)


def state_of(*, delivered: bool, nothing: bool, due: date, today: date) -> State:
    """Where an anchor stands. Lines count before words: who said "nothing" and then handed in has delivered."""
    if delivered:
        return State.DELIVERED
    if nothing:
        return State.NOTHING
    return State.LATE if today > due else State.WAITING


def reminder(state: State, quarter: Period, today: date) -> str | None:
    """Which reminder is due: "soon", "late", or None. Each is sent once."""
    due = due_on(quarter)
    if state is State.WAITING and due - timedelta(days=settings(quarter.end).remind_days) <= today:
        return "soon"
    return "late" if state is State.LATE and today <= due + LATE_FOR else None


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
