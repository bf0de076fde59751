"""Decisions about hours on bare values. Hours are counted in quarters."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from ledger.agreements.rules import HOUR
from ledger.timesheets.errors import (
    DayTooFull,
    NotInQuarters,
    NotPerHour,
    WorkedInFuture,
    WorkedOutsideAgreement,
    WrittenBefore,
)

PER_HOUR = HOUR
"""The unit (UN/ECE 20) of a line on which hours are written."""

DAY = 96
"""Quarters in a day."""

LONG_DAY = 48
"""Quarters; who signs more than this of one person on one day is told. Working longer is forbidden (art. 5:7 ATW)."""

NOTE = 200
"""Longest note in characters."""


class HoursState(StrEnum):
    """Where hours stand."""

    ENTERED = "entered"
    SENT_BACK = "sent_back"
    SIGNED = "signed"


def quarters_of(hours: Decimal) -> int:
    """Hours as whole quarters.

    Raises:
        NotInQuarters: less than a quarter, more than a day, or a part of a quarter.
    """
    quarters = hours * 4 if hours.is_finite() else Decimal(0)
    if not 1 <= quarters <= DAY or quarters != int(quarters):
        raise NotInQuarters(field="hours")
    return int(quarters)


def hours_of(quarters: int) -> Decimal:
    """Quarters as hours."""
    return Decimal(quarters) / 4


def check_line(unit: str) -> None:
    """A line that is priced per hour.

    Raises:
        NotPerHour: it is not.
    """
    if unit != PER_HOUR:
        raise NotPerHour(field="line")


def check_day(on: date, *, today: date, starts_on: date, ends_on: date) -> None:
    """In the past (today counts), within the term of the agreement.

    Raises:
        WorkedInFuture, WorkedOutsideAgreement: it is not.
    """
    if on > today:
        raise WorkedInFuture(field="worked_on")
    if not starts_on <= on <= ends_on:
        raise WorkedOutsideAgreement(starts=starts_on, ends=ends_on, field="worked_on")


def check_full(there: int, more: int) -> None:
    """What one person writes on one day, over all agreements, fits in a day.

    Raises:
        DayTooFull: it does not.
    """
    if there + more > DAY:
        raise DayTooFull(there=hours_of(there), field="hours")


def check_new(mine: tuple[int, int, str], there: Iterable[tuple[int, int, str]]) -> None:
    """Not the same line, quarters and note a second time on a day: a button that was pressed twice.

    Raises:
        WrittenBefore: it is. Who did work twice says so in the note.
    """
    if mine in there:
        raise WrittenBefore(field="note")


def long_days(worked: Iterable[tuple[int, date, int]]) -> set[tuple[int, date]]:
    """Persons and days with more than twelve hours together."""
    found: Counter[tuple[int, date]] = Counter()
    for user_id, on, quarters in worked:
        found[user_id, on] += quarters
    return {key for key, quarters in found.items() if quarters > LONG_DAY}


def monday_of(on: date) -> date:
    """The first day of the week of a day."""
    return on - timedelta(days=on.weekday())


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signed hours under an invoice line beside what the line charges."""

    description: str
    signed: Decimal
    charged: Decimal

    @property
    def fits(self) -> bool:
        """Whether no more and no less is charged than was signed."""
        return self.signed == self.charged


def seen(row_id: int, *facts: object) -> str:
    """A row as somebody reads it: its number, and a mark that is another one when any of the facts is."""
    return f"{row_id}-{sha256(chr(0).join(map(str, facts)).encode()).hexdigest()[:16]}"


def row_of(read: str) -> int:
    """The number in it; 0 where there is none."""
    number = read.partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0


def persons(user_ids: Iterable[int]) -> dict[int, int]:
    """A number from 1 for each person, in the order of appearance: how a customer tells people apart without names."""
    return {user_id: place for place, user_id in enumerate(dict.fromkeys(user_ids), start=1)}
