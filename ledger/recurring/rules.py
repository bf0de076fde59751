"""Which periods a plan has, when each is invoiced, and the texts of a period; on bare values."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from cwb.kernel.text import N_
from ledger.recurring.errors import (
    BeginsTooFar,
    ChangeTooLate,
    DayWrong,
    EndsTooEarly,
    MarkUnknown,
    NothingComesBack,
)


class Every(StrEnum):
    """How long a period of a plan is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
"""How many months of the calendar a period has."""

EVERY = {Every.MONTH: N_("elke maand"), Every.QUARTER: N_("elk kwartaal"), Every.YEAR: N_("elk jaar")}
"""The same in words."""

LAST_DAY = 31
"""The day of the month that means: the last day of the period itself."""

SHOWN = 5
"""So many coming invoices are shown (project choice)."""

FAR = 12
"""A plan begins at most so many months from now, either way (project choice)."""


class RunState(StrEnum):
    """What became of a period: an invoice, none yet with a reason, or none because a person said so."""

    MADE = "made"
    WAITING = "waiting"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class PlanPeriod:
    """Days that one invoice is for, both included, and the day on which it is made."""

    first: date
    last: date
    on: date


def months_on(day: date, months: int) -> date:
    """The first day of the month so many months after that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def check_day(day: int) -> None:
    """A day from 1 to 30, or `LAST_DAY`.

    Raises:
        DayWrong: none of these.
    """
    if not 1 <= day <= LAST_DAY:
        raise DayWrong(field="day")


def check_begin(begins_on: date, today: date, ends_on: date | None) -> None:
    """A first month near enough, and no end before it.

    Raises:
        BeginsTooFar, EndsTooEarly.
    """
    if not months_on(today, -FAR) <= begins_on <= months_on(today, FAR):
        raise BeginsTooFar(field="begins_on")
    if ends_on is not None and ends_on < begins_on:
        raise EndsTooEarly(field="ends_on")


def period(begins_on: date, every: Every, day: int, place: int) -> PlanPeriod:
    """Period `place` (from 0) of a plan.

    It is invoiced afterwards, because what is not delivered is not invoiced: on its last day (`LAST_DAY`), or on that
    day of the month after it; a month that is too short has its last day instead.
    """
    step = MONTHS[every]
    first, after = months_on(begins_on, step * place), months_on(begins_on, step * (place + 1))
    last = after - timedelta(days=1)
    if day == LAST_DAY:
        return PlanPeriod(first, last, last)
    return PlanPeriod(first, last, after.replace(day=min(day, monthrange(after.year, after.month)[1])))


def periods(begins_on: date, every: Every, day: int, ends_on: date | None = None) -> Iterator[PlanPeriod]:
    """The periods of a plan in order; the last is the one in which `ends_on` falls."""
    place = 0
    while True:
        found = period(begins_on, every, day, place)
        if ends_on is not None and found.first > ends_on:
            return
        yield found
        place += 1


def due(all_periods: Iterable[PlanPeriod], today: date, done: Iterable[date]) -> list[PlanPeriod]:
    """The periods whose day has come and of which nothing was decided, oldest first; `done` are first days."""
    known, found = set(done), []
    for each in all_periods:
        if each.on > today:
            break
        if each.first not in known:
            found.append(each)
    return found


def coming(all_periods: Iterable[PlanPeriod], done: Iterable[date], most: int = SHOWN) -> list[PlanPeriod]:
    """The next periods to be invoiced, those that should have been first."""
    known, found = set(done), list[PlanPeriod]()
    for each in all_periods:
        if len(found) == most:
            break
        if each.first not in known:
            found.append(each)
    return found


def check_change(since: date, made: date | None, first: date) -> None:
    """A change counts for periods that begin on or after `since`: none of which the invoice was made.

    Raises:
        ChangeTooLate: `first` is the first day that can be chosen.
    """
    if made is not None and since <= made:
        raise ChangeTooLate(first=first, field="since")


def quantity_of(unit: str, every: Every) -> Decimal:
    """How much of an agreed line one period has: months per month, a year per year; nothing of what varies."""
    return {"MON": Decimal(MONTHS[every]), "ANN": Decimal(every is Every.YEAR)}.get(unit, Decimal(0))


def instalments_of(every: Every, days: int, count: int) -> int:
    """How many of `count` instalments over so many days one period has, at least one."""
    return max(1, round(MONTHS[every] * count * 365 / (12 * days)))


def check_comes_back(units: Iterable[str], every: Every, *, in_instalments: bool) -> None:
    """Something of an agreement comes back by itself.

    Raises:
        NothingComesBack.
    """
    if not in_instalments and not any(quantity_of(unit, every) for unit in units):
        raise NothingComesBack(field="every")


MONTH_NAMES = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
"""Dutch: the language of the invoice, not of who reads the page."""

_MARK = re.compile(r"\{[^{}]*\}")


def _marks(one: PlanPeriod) -> dict[str, str]:
    return {
        "{maand}": MONTH_NAMES[one.first.month - 1],
        "{kwartaal}": f"{(one.first.month + 2) // 3}e kwartaal",
        "{jaar}": f"{one.first.year}",
        "{van}": f"{one.first:%d-%m-%Y}",
        "{tot}": f"{one.last:%d-%m-%Y}",
    }


_ANY = PlanPeriod(date(2027, 9, 1), date(2027, 9, 30), date(2027, 9, 30))


def filled(text: str, one: PlanPeriod) -> str:
    """A text with its marks replaced by what they are in a period.

    Raises:
        MarkUnknown: a mark that stands for nothing.
    """
    known = _marks(one)

    def word(found: re.Match[str]) -> str:
        if found[0] not in known:
            raise MarkUnknown(mark=found[0])
        return known[found[0]]

    return _MARK.sub(word, text)


def check_marks(text: str, field: str) -> None:
    """Only marks that stand for something.

    Raises:
        MarkUnknown: at the field.
    """
    try:
        filled(text, _ANY)
    except MarkUnknown as fault:
        raise MarkUnknown(field=field, **fault.facts) from None
