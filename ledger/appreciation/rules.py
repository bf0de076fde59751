"""Appreciation credits as values. Hours and credits are integers in hundredths: 250 is two and a half.

The numbers are the project's own proposals, to be voted on. Eight a month and the lapse after 24 months with two
reminders: the domain text of the local currency. The most of a year, the age, two people above four hours and the value
of about two euro (as the Makkie in Amsterdam-Oost) are choices (ADR 0049). The volunteer maximum is that of 2025 [UWV];
whether it counts for credits in kind, and the amount of 2026, is unverified.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from cwb.documents.rules import Block, Document, Facts, Paragraph, Table, Words
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.appreciation.errors import (
    AnotherConfirms,
    BudgetEmpty,
    DayOutside,
    MonthFull,
    NotInQuarters,
    NotReady,
    OwnHours,
    PaidWork,
    PeriodBackwards,
    PlaceUseless,
    TaskFull,
    YearFull,
)

LEAST_AGE = 16
MONTH_MOST = 8_00
YEAR_MOST = 80_00
SECOND_ABOVE = 4_00
LONGEST_DAY = 8_00
QUARTER = 25
BACK = timedelta(days=60)

LIFE = timedelta(days=730)
FIRST_REMINDER = LIFE - timedelta(days=60)
SECOND_REMINDER = LIFE - timedelta(days=30)
BETWEEN = timedelta(days=14)
"""Credits lapse after 24 months, two reminders sent, each at least two weeks before what follows it."""

RATES = (25, 200)
"""Credits per hour, in hundredths: from a quarter to two."""

VALUE = 200
VOLUNTEER_YEAR = 2_100_00
"""Cents: about what one credit buys, and the untaxed most of a volunteer in a year (2025)."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is left before one confirmation: of the budget (credits), the task (hours), the month and the year."""

    budget: int
    task: int
    month: int
    year: int


def shown(hundredths: int) -> str:
    """Hours or credits as people write them: 2,5."""
    whole = f"{Decimal(hundredths) / 100:.2f}".rstrip("0").rstrip(".")
    return whole.replace(".", ",")


def exact(hundredths: int) -> str:
    """Hours or credits in a file: 2.50."""
    return f"{Decimal(hundredths) / 100:.2f}"


def hundredths(hours: Decimal) -> int:
    """Hours as they are kept.

    Raises:
        NotInQuarters: no quarters, or more than eight hours.
    """
    found = int(hours * 100)
    if found != hours * 100 or found % QUARTER or not QUARTER <= found <= LONGEST_DAY:
        raise NotInQuarters(field="hours")
    return found


def credits_for(hours: int, rate: int) -> int:
    """Credits = confirmed hours × rate, rounded down to a hundredth."""
    return hours * rate // 100


def worth(credited: int) -> Money:
    """About what credits buy, in euro; only to compare with the volunteer maximum."""
    return Money(credited * VALUE // 100)


def check_ready(*, of_age: bool, warned: bool) -> None:
    """Whether somebody said to be old enough, and to have read the warning about benefits.

    Raises:
        NotReady: not both.
    """
    if not (of_age and warned):
        raise NotReady(field="warned" if of_age else "of_age")


def check_place(*, host: bool, accepts: bool) -> None:
    """Whether a place gives hours or takes credits.

    Raises:
        PlaceUseless: neither.
    """
    if not (host or accepts):
        raise PlaceUseless(field="host")


def check_period(begins_on: date, ends_on: date) -> None:
    """Whether a period runs forward.

    Raises:
        PeriodBackwards: it does not.
    """
    if ends_on < begins_on:
        raise PeriodBackwards(field="ends_on")


def check_day(worked_on: date, today: date, begins_on: date, ends_on: date) -> None:
    """Whether hours of a day can be handed in: it has been, no more than 60 days ago, and within the budget.

    Raises:
        DayOutside: it cannot.
    """
    if not max(begins_on, today - BACK) <= worked_on <= min(ends_on, today):
        raise DayOutside(field="worked_on")


def check_unpaid(*, declared: bool, written_elsewhere: bool) -> None:
    """Whether work was unpaid, as declared and as far as hours under contracts here tell.

    Raises:
        PaidWork: it was paid, or nobody said that it was not.
    """
    if not declared or written_elsewhere:
        raise PaidWork(field="unpaid")


def check_confirmer(hours: int, *, worker_id: int, first_id: int | None, user_id: int) -> bool:
    """Whether this user may confirm; the answer: whether that is enough, or a second person must look too.

    Raises:
        OwnHours: who worked. AnotherConfirms: who confirmed first.
    """
    if user_id == worker_id:
        raise OwnHours
    if hours <= SECOND_ABOVE:
        return True
    if first_id == user_id:
        raise AnotherConfirms
    return first_id is not None


def check_room(hours: int, credited: int, room: Room) -> None:
    """Whether the credits fit in what is left everywhere.

    Raises:
        TaskFull, BudgetEmpty, MonthFull, YearFull: they do not.
    """
    if hours > room.task:
        raise TaskFull(left=shown(room.task))
    for left, refusal in ((room.budget, BudgetEmpty), (room.month, MonthFull), (room.year, YearFull)):
        if credited > left:
            raise refusal(left=shown(left))


def left_of(grants: Iterable[tuple[int, int]], gone: int) -> dict[int, int]:
    """What is left of each grant (id, credits), oldest first, when `gone` went out: what came first goes first."""
    left = {}
    for key, credited in grants:
        taken = min(gone, credited)
        gone -= taken
        left[key] = credited - taken
    return left


def reminder_due(age: timedelta, first: timedelta | None, second: timedelta | None) -> str:
    """What a grant of this age waits for: "first", "second", "lapse" or "". `first`, `second`: how long ago."""
    if first is None:
        return "first" if age >= FIRST_REMINDER else ""
    if second is None:
        return "second" if age >= SECOND_REMINDER and first >= BETWEEN else ""
    return "lapse" if age >= LIFE and second >= BETWEEN else ""


@dataclass(frozen=True, slots=True)
class Year:
    """A holder's year on paper; hours and credits are hundredths.

    `hours`: day, what, where, hours, credits and how it stands. `spending`: day, what, where and credits. `worth`:
    about what the credits bought.
    """

    year: int
    holder: str
    live: bool
    worked: int
    given: int
    spent: int
    lapsed: int
    held: int
    worth: Money
    hours: Sequence[tuple[date, str, str, int, int, str]]
    spending: Sequence[tuple[date, str, str, int]]


_PRACTICE = N_("Dit zijn oefenpunten. U kunt er niets echts mee krijgen.")


def statement(words: Words, year: Year, at: datetime) -> Document:
    """The yearly statement to print: for the holder, who may have to show it to a municipality or the UWV."""
    text = words.text
    blocks: list[Block] = [
        *([] if year.live else [Paragraph(text(_PRACTICE), strong=True)]),
        Facts([
            (text(N_("Van")), year.holder), (text(N_("Bevestigde uren")), shown(year.worked)),
            (text(N_("Punten gekregen")), shown(year.given)), (text(N_("Punten uitgegeven")), shown(year.spent)),
            (text(N_("Punten vervallen")), shown(year.lapsed)), (text(N_("Punten nu")), shown(year.held)),
        ]),
        Paragraph(text(N_("Uw punten waren ongeveer %(worth)s waard."), worth=words.money(year.worth.minor))),
        Paragraph(text(N_("Een vrijwilliger mag in 2025 hoogstens € 2.100 krijgen."))),
        Paragraph(text(N_("Of punten daarvoor tellen, is niet zeker. Vraag het na."))),
    ]  # fmt: skip
    day, what, place, points = (text(each) for each in (N_("Dag"), N_("Wat"), N_("Plek"), N_("Punten")))
    if year.hours:
        blocks.append(
            Table(
                text(N_("Uw uren")), [day, what, place, text(N_("Uren")), points, text(N_("Hoe staat het?"))],
                [
                    (words.day(on), task, where, shown(hours), shown(got), state)
                    for on, task, where, hours, got, state in year.hours
                ],
                figures=frozenset({3, 4}),
            )
        )  # fmt: skip
    if year.spending:
        blocks.append(
            Table(
                text(N_("Wat u uitgaf")), [day, what, place, points],
                [(words.day(on), offer, where, shown(cost)) for on, offer, where, cost in year.spending],
                figures=frozenset({3}),
            )
        )  # fmt: skip
    return Document(
        text(N_("Mijn overzicht van %(year)s"), year=year.year), words.language, at, blocks,
        mark=str(year.year), page=text(N_("Bladzijde {n} van {m}")),
    )  # fmt: skip
