"""What a report may hold and when its hours look wrong: pure and exact.

    full-time years = hours of residents / paid hours of a full-time year (a dated setting, `coops.wages`)

Counts only, never persons.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from coops.wages.rules import FullTime
from cwb.kernel.text import N_
from procurement.resident_work import errors

LONGEST = timedelta(days=366)
"""The longest period of one report."""

EVERY = timedelta(days=183)
"""How often the hours are asked: half a year after the last day that was reported (a choice of the house)."""

FEWEST = 5
"""Cells below this are suppressed (project rule); nought is told."""

FORGOTTEN = timedelta(days=183)
"""How long a report that is not sent is kept after the last change (a choice of the house)."""

LEAST_TEXT = 10


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is reported of a period: all hours, those of residents, and of these the newly hired and the trainees.

    And seats for training: offered, filled, and finished with a result.
    """

    hours_all: Decimal
    hours_residents: Decimal
    people_residents: int
    hours_new: Decimal = Decimal(0)
    people_new: int = 0
    hours_trainees: Decimal = Decimal(0)
    people_trainees: int = 0
    seats_offered: int = 0
    seats_filled: int = 0
    seats_done: int = 0


PARTS: Mapping[str, str] = {
    "hours_residents": "hours_all",
    "hours_new": "hours_residents",
    "hours_trainees": "hours_residents",
    "people_new": "people_residents",
    "people_trainees": "people_residents",
    "seats_filled": "seats_offered",
    "seats_done": "seats_filled",
}
"""Field → the whole that it is a part of."""

PAIRS = (
    ("people_residents", "hours_residents"),
    ("people_new", "hours_new"),
    ("people_trainees", "hours_trainees"),
)
"""People and the hours they made."""


def begun(answers: Mapping[str, str]) -> tuple[date, date, Numbers]:
    """The days and numbers of a draft; what was not filled in yet is nought."""
    given = {each.name: answers.get(each.name, "0") for each in fields(Numbers)}
    counts: dict[str, Any] = {
        name: Decimal(value) if name.startswith("hours") else int(Decimal(value))
        for name, value in given.items()
    }
    return (
        date.fromisoformat(answers["starts_on"]), date.fromisoformat(answers["ends_on"]), Numbers(**counts)
    )  # fmt: skip


def answers(starts_on: date, ends_on: date, numbers: Numbers) -> dict[str, str]:
    """What a correction begins with: the days and numbers as a draft keeps them."""
    return {
        "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(),
        **{each.name: str(getattr(numbers, each.name)) for each in fields(Numbers)},
    }  # fmt: skip


def check_numbers(numbers: Numbers, starts_on: date, ends_on: date) -> None:
    """Numbers that can be.

    Raises:
        Negative, MoreThanWhole, PeopleAndHours, HoursImpossible: at the field.
    """
    for each in fields(numbers):
        if getattr(numbers, each.name) < 0:
            raise errors.Negative(field=each.name)
    for part, whole in PARTS.items():
        most = getattr(numbers, whole)
        if getattr(numbers, part) > most:
            raise errors.MoreThanWhole(field=part, most=most)
    days = (ends_on - starts_on).days + 1
    for people_name, hours_name in PAIRS:
        people, hours = getattr(numbers, people_name), getattr(numbers, hours_name)
        if (people > 0) != (hours > 0):
            raise errors.PeopleAndHours(field=people_name)
        if hours > people * days * 24:
            raise errors.HoursImpossible(field=hours_name, people=people, days=days, most=people * days * 24)


def check_period(starts_on: date, ends_on: date, *, first: date, today: date) -> None:
    """A period of the contract that is over, within a year.

    Raises:
        PeriodWrong: at the field.
    """
    if not (first <= starts_on <= ends_on <= today and ends_on - starts_on < LONGEST):
        raise errors.PeriodWrong(field="ends_on", first=first)


def check_likely(numbers: Numbers, starts_on: date, ends_on: date, year: FullTime, *, is_sure: bool) -> None:
    """More hours than full-time people make is asked about once, with the arithmetic; who is sure is believed.

    Raises:
        HoursUnlikely: at the field `sure`.
    """
    days = (ends_on - starts_on).days + 1
    for people_name, hours_name in PAIRS:
        people, hours = getattr(numbers, people_name), getattr(numbers, hours_name)
        usual = Fraction(year.hours) * people * days / 365
        if hours > usual and not is_sure:
            raise errors.HoursUnlikely(
                field="sure", people=people, days=days, usual=round(usual), hours=hours
            )


def check_text(text: str, field: str) -> str:
    """A reason, without outer blanks.

    Raises:
        ReasonTooShort: at the field.
    """
    said = text.strip()
    if len(said) < LEAST_TEXT:
        raise errors.ReasonTooShort(field=field, least=LEAST_TEXT)
    return said


class Verdict(StrEnum):
    """What the buyer makes of a report."""

    VERIFIED = "verified"
    DOUBTED = "doubted"


class Stage(StrEnum):
    """Where a report stands."""

    WAITING = "waiting"
    VERIFIED = "verified"
    DOUBTED = "doubted"
    REPLACED = "replaced"


STAGES: Mapping[Stage, tuple[str, str]] = {
    Stage.WAITING: (N_("gemeld, wacht op controle"), "warn"),
    Stage.VERIFIED: (N_("gecontroleerd"), "good"),
    Stage.DOUBTED: (N_("betwijfeld"), "bad"),
    Stage.REPLACED: (N_("vervangen door een verbetering"), "neutral"),
}
"""Stage → its text and tone."""


def stage_of(verdict: Verdict | None, *, is_replaced: bool) -> Stage:
    """Where a report stands: what took its place goes first."""
    if is_replaced:
        return Stage.REPLACED
    return Stage.WAITING if verdict is None else Stage(verdict.value)


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What of a verified report is told in open data: the part of all hours that residents made, in whole percents.

    Never the hours: beside the public table, which sums contracts, they would tell those of 1 to 4 people elsewhere.
    `replaced_at`: a correction took its place then.
    """

    public_id: str
    supplier_id: str
    starts_on: date
    ends_on: date
    percent: int
    verified_at: datetime
    replaced_at: datetime | None


def find_share(numbers: Numbers) -> int | None:
    """The part of the hours that residents made, in whole percents half-up; None: 1 to 4 people, or no hours at all."""
    if 0 < numbers.people_residents < FEWEST or not numbers.hours_all:
        return None
    return int(Fraction(numbers.hours_residents) * 100 / Fraction(numbers.hours_all) + Fraction(1, 2))
