"""What a pay statement may say, and which grade it has on a day: pure decisions.

Counts and sums only, never persons. Money is euro cents, gross, for people from 21 years. Grades as in the domain
(spend, section 4): E1 self-declared; E3 once a second person from neither side saw the paper; E0 when it lapsed.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from procurement.pay_statements import errors

LONGEST = timedelta(days=366)
"""The longest period of one statement."""

LASTS = timedelta(days=366)
"""How long it counts after its last day (a choice of the house; E3 would let 24 months)."""

WARNED = timedelta(days=60)
"""How long before it lapses the supplier hears of it, and how long after the start the first one is asked."""

TOLD = timedelta(days=30)
"""How long after it lapsed both sides are still written to, once: who stood still for longer, reads it on the page."""

LEAST_NOTE = 10

MOST_CAO = 120


@dataclass(frozen=True, slots=True)
class PayFacts:
    """What a supplier states: the lowest hourly wage, the CAO, and of the period the people, hours and gross wages.

    `meant`: it said that a wage below what was asked is no slip.
    """

    starts_on: date
    ends_on: date
    lowest_minor: int
    cao: str
    people: int
    hours: Decimal
    paid_minor: int
    meant: bool = False


class Grade(StrEnum):
    """How good the evidence is."""

    LAPSED = "E0"
    STATED = "E1"
    SEEN = "E3"
    REFUSED = "refused"


GRADES: dict[Grade, tuple[str, str]] = {
    Grade.LAPSED: (N_("verlopen (E0)"), "bad"),
    Grade.STATED: (N_("zelf verklaard (E1)"), "warn"),
    Grade.SEEN: (N_("stuk gezien door een tweede persoon (E3)"), "good"),
    Grade.REFUSED: (N_("afgekeurd"), "bad"),
}
"""Grade → its text and tone."""


def valid_until(ends_on: date) -> date:
    """The last day on which a statement about a period counts."""
    return ends_on + LASTS


def grade(ends_on: date, accepted: bool | None, today: date) -> Grade:
    """The grade on a day; it falls by itself."""
    if accepted is False:
        return Grade.REFUSED
    if today > valid_until(ends_on):
        return Grade.LAPSED
    return Grade.SEEN if accepted else Grade.STATED


def most_hours(people: int, starts_on: date, ends_on: date) -> int:
    """More hours than this nobody can work: every hour of every day."""
    return people * ((ends_on - starts_on).days + 1) * 24


def check_days(starts_on: date, ends_on: date, *, first: date, today: date) -> None:
    """Days that a statement can be about; `first` is the day on which the contract begins.

    Raises:
        DaysWrong: at the field.
    """
    if not (first <= starts_on <= ends_on <= today and ends_on - starts_on < LONGEST):
        raise errors.DaysWrong(field="ends_on", first=first)


def check(facts: PayFacts, *, first: date, today: date) -> None:
    """A statement as it may be kept. A low wage may be told: it shows.

    Raises:
        DaysWrong, PeopleMissing, HoursTooMany, AverageTooLow: at the field.
    """
    check_days(facts.starts_on, facts.ends_on, first=first, today=today)
    if facts.people < 1 or facts.hours <= 0 or facts.lowest_minor <= 0:
        raise errors.PeopleMissing(field="people")
    most = most_hours(facts.people, facts.starts_on, facts.ends_on)
    if facts.hours > most:
        raise errors.HoursTooMany(
            field="hours", people=facts.people, days=(facts.ends_on - facts.starts_on).days + 1, most=most
        )
    if facts.paid_minor < facts.lowest_minor * facts.hours:
        raise errors.AverageTooLow(field="paid", paid=Money(facts.paid_minor), hours=facts.hours)


def check_meant(facts: PayFacts, *, floor_minor: int) -> None:
    """A wage below the floor of the tender, or below the statutory minimum, may be told, but not by a slip.

    Raises:
        BelowFloor: at the field.
    """
    if facts.lowest_minor < floor_minor and not facts.meant:
        raise errors.BelowFloor(field="meant", lowest=Money(facts.lowest_minor), floor=Money(floor_minor))


def check_note(note: str) -> str:
    """What somebody saw, without outer blanks.

    Raises:
        NoteMissing: at the field.
    """
    said = note.strip()
    if len(said) < LEAST_NOTE:
        raise errors.NoteMissing(field="note", least=LEAST_NOTE)
    return said
