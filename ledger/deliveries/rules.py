"""The calendar of handing in: a day per quarter, where each anchor stands, and when to remind."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from ledger.deliveries.errors import LinesThere, QuarterRunning
from ledger.handed.rules import settings

LATE_FOR = timedelta(days=14)
"""So long after the day a reminder is still sent, once."""


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


def month(start: date) -> Period:
    """The month that begins on a day."""
    return Period(start, (start + timedelta(days=31)).replace(day=1))


def quarter_and_month(span: Period) -> tuple[Period, date | None]:
    """The quarter that a span is of, and the first day of the month when it is one."""
    quarter = Period.quarter_of(span.start)
    return quarter, None if span == quarter else month(span.start).start


def coming(today: date) -> list[tuple[Period, date]]:
    """The quarter that runs and the next one, each with its last day."""
    running = Period.quarter_of(today)
    return [(each, due_on(each)) for each in (running, Period.quarter_of(running.end))]


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
