"""Decisions about closed periods, and about what a set of books is, on bare values."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from cwb.kernel.period import Period
from cwb.kernel.text import N_
from ledger.closing.errors import (
    AlreadyClosed,
    BooksKindUnknown,
    PeriodNotOver,
    PeriodNotWhole,
    ReasonTooShort,
    SinceInFuture,
)

LEAST_REASON, MOST_REASON = 10, 500
MONTHS_BACK = 24
"""How far back the page offers months to close."""


class BooksKind(StrEnum):
    """What a set of books is to the law."""

    STATUTORY = "statutory"
    SUBLEDGER = "subledger"


BOOKS_KINDS = {
    BooksKind.STATUTORY: N_("Dit is de wettelijke administratie van deze organisatie."),
    BooksKind.SUBLEDGER: N_(
        "Dit is een subadministratie. De wettelijke administratie staat in een ander pakket."
    ),
}
"""The plain statement on every page of the books."""

BOOKS_SHORT = {BooksKind.STATUTORY: "administratie", BooksKind.SUBLEDGER: "subadministratie"}
"""The same in the name of a file."""


def months(first: date, count: int) -> list[Period]:
    """So many calendar months, the last of which begins on or before `first`; newest first."""
    found, year, month = [], first.year, first.month
    for _ in range(count):
        after = date(year + month // 12, month % 12 + 1, 1)
        found.append(Period(date(year, month, 1), after))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


def is_calendar(period: Period) -> bool:
    """Whether this is one calendar month, quarter or year."""
    start = period.start
    return start.day == 1 and (
        period == months(start, 1)[0]
        or period == Period.quarter_of(start)
        or period == Period(date(start.year, 1, 1), date(start.year + 1, 1, 1))
    )


def overlap(one: Period, other: Period) -> bool:
    """Whether two periods share a day."""
    return one.start < other.end and other.start < one.end


def check_close(period: Period, closed: Iterable[Period], *, today: date) -> None:
    """A whole calendar period that is over, of which no part is closed.

    Raises:
        PeriodNotWhole, PeriodNotOver, AlreadyClosed: see there.
    """
    if not is_calendar(period):
        raise PeriodNotWhole(field="period")
    if period.end > today:
        raise PeriodNotOver(**{"from": period.end}, field="period")
    if any(overlap(period, each) for each in closed):
        raise AlreadyClosed(field="period")


def check_reason(reason: str) -> str:
    """Why a period is opened again.

    Raises:
        ReasonTooShort: fewer than 10 or more than 500 characters.
    """
    told = reason.strip()
    if not LEAST_REASON <= len(told) <= MOST_REASON or "\0" in told:
        raise ReasonTooShort(field="reason")
    return told


def first_open(day: date, closed: Iterable[Period]) -> date:
    """The day itself, or the first day after it that no closed period holds."""
    for period in sorted(closed, key=lambda each: each.start):
        if day in period:
            day = period.end
    return day


def to_close(closed: Iterable[Period], *, today: date) -> list[Period]:
    """Months and quarters that are over and wholly open, newest first, a quarter before its months."""
    shut, found = list(closed), []
    for month in months(today, MONTHS_BACK + 1):
        quarter = Period.quarter_of(month.start)
        found += [quarter, month] if month.end == quarter.end else [month]
    return [each for each in found if each.end <= today and not any(overlap(each, other) for other in shut)]


def check_kind(kind: str, since: date, *, today: date) -> BooksKind:
    """What a set of books is from a day on.

    Raises:
        BooksKindUnknown, SinceInFuture: see there.
    """
    if kind not in set(BooksKind):
        raise BooksKindUnknown(field="kind")
    if since > today:
        raise SinceInFuture(field="since")
    return BooksKind(kind)
