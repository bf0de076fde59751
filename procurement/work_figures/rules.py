"""How reports of hours are counted and published: pure and exact.

What is public holds no count between 1 and 4 people (project rule): such a cell is folded
away with its hours, and a total is the sum of the cells that are shown, so that none can be worked back from it.
Figures stand still for a quarter, and a row changes only by what could be published alone (`in_figures`): two looks at
different days tell no more than one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from coops.wages.rules import FullTime
from cwb.kernel.period import Period
from procurement.resident_work.rules import FEWEST, Numbers, Stage


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it is counted: by buyer, sector and the year of its last day; and when it counts from, and to."""

    report_id: int
    buyer: str
    sector: str
    contract_id: int
    organisation_id: int
    year: int
    stage: Stage
    numbers: Numbers
    verified_on: date | None = None
    replaced_on: date | None = None

    def counts_before(self, day: date) -> bool:
        """Whether it was verified before a day, and nothing had taken its place."""
        return (
            self.verified_on is not None
            and self.verified_on < day
            and (self.replaced_on is None or self.replaced_on >= day)
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """A published count of people with their hours; both None: 1 to 4 people, or such a rest, folded away."""

    people: int | None
    hours: Decimal | None

    def years(self, year: FullTime) -> Decimal | None:
        """The hours as full-time years."""
        return None if self.hours is None else year.years(self.hours)


@dataclass(frozen=True, slots=True)
class Row:
    """One buyer, sector and year: contracts that ran, of those that reported, what was verified, what was not.

    `waiting` and `doubted` count reports that are in no figure; without a verified one nothing is known.
    """

    buyer: str
    sector: str
    year: int
    contracts: int
    reported: int
    verified: int
    waiting: int
    doubted: int
    residents: Cell
    new: Cell
    trainees: Cell
    offered: int
    filled: int | None
    done: int | None


def fold(people: int, hours: Decimal) -> Cell:
    """A count as it may be published."""
    return Cell(None, None) if 0 < people < FEWEST else Cell(people, hours)


def _people(found: Iterable[Told], name: str) -> int:
    """People over contracts: the most of any report of a supplier there, so that nobody counts twice within it."""
    most: dict[tuple[int, int], int] = {}
    for each in found:
        key = (each.contract_id, each.organisation_id)
        most[key] = max(most.get(key, 0), getattr(each.numbers, name))
    return sum(most.values())


def _cell(found: Sequence[Told], people: str, hours: str) -> Cell:
    return fold(_people(found, people), sum((getattr(each.numbers, hours) for each in found), Decimal(0)))


def _part(found: Sequence[Told], people: str, hours: str, whole: Cell) -> Cell:
    """Some of the people of a cell: held back too when the rest are 1 to 4, whose hours would be the difference."""
    cell = _cell(found, people, hours)
    return cell if may_stand_beside(whole.people, cell.people) else Cell(None, None)


def may_stand_beside(whole: int | None, part: int | None) -> bool:
    """Whether a part may be told beside its whole: the people who are in the one and not in the other are not few."""
    return part == 0 or part is None or whole is None or not 0 < whole - part < FEWEST


def _seats(found: Sequence[Told], name: str) -> int | None:
    count = sum(getattr(each.numbers, name) for each in found)
    return None if 0 < count < FEWEST else count


class Figures(NamedTuple):
    """What a row tells of people and training places."""

    residents: Cell
    new: Cell
    trainees: Cell
    filled: int | None
    done: int | None

    @property
    def counts(self) -> tuple[int | None, ...]:
        """How many people are in each."""
        return self.residents.people, self.new.people, self.trainees.people, self.filled, self.done


def figures(found: Sequence[Told]) -> Figures:
    """What may be told of these reports together."""
    residents = _cell(found, "people_residents", "hours_residents")
    filled, done = _seats(found, "seats_filled"), _seats(found, "seats_done")
    return Figures(
        residents, _part(found, "people_new", "hours_new", residents),
        _part(found, "people_trainees", "hours_trainees", residents), filled,
        done if may_stand_beside(filled, done) else None,
    )  # fmt: skip


def may_follow(old: Sequence[Told], new: Sequence[Told]) -> bool:
    """Whether the figures of a row may be told to who knows the old ones: their difference shows nobody either.

    What came and what went could each be told alone, wherever both figures are; a correction changes no 1 to 4 people.
    """
    came, went = [each for each in new if each not in old], [each for each in old if each not in new]
    apart = [figures(each).counts for each in (came, went) if each]
    for place, (before, after) in enumerate(zip(figures(old).counts, figures(new).counts, strict=True)):
        if before is None or after is None:
            continue
        if any(each[place] is None for each in apart) or (went and 0 < abs(after - before) < FEWEST):
            return False
    return True


def in_figures(found: Sequence[Told], *, since: date) -> list[Told]:
    """The reports of a row that its figures are made of; they stand still from the first day of a quarter, `since`.

    What may not follow what was ever shown waits for more; where what is shown was replaced, nothing is shown then.
    """
    days = {day for each in found for day in (each.verified_on, each.replaced_on) if day is not None}
    ever: list[list[Told]] = []
    shown: list[Told] = []
    for end in sorted({Period.quarter_of(day).end for day in days}):
        if end > since:
            break
        after = [each for each in found if each.counts_before(end)]
        if all(may_follow(each, after) for each in ever):
            shown = after
            ever.append(shown)
        elif any(each not in after for each in shown):
            shown = []
    return shown


def table(running: Mapping[tuple[str, str, int], int], told: Sequence[Told], *, today: date) -> list[Row]:
    """The public table; only reports that were verified before this quarter are in figures.

    `running`: how many contracts ran, by buyer, sector and year.
    """
    since = Period.quarter_of(today).start
    keys = {*running, *((each.buyer, each.sector, each.year) for each in told)}
    rows = []
    for key in sorted(keys, key=lambda each: (-each[2], each[0].casefold(), each[1])):
        found = [each for each in told if (each.buyer, each.sector, each.year) == key]
        good = in_figures(found, since=since)
        reported = len({each.contract_id for each in found})
        rows.append(Row(
            *key, contracts=max(running.get(key, 0), reported), reported=reported, verified=len(good),
            waiting=sum(each.stage is Stage.WAITING for each in found),
            doubted=sum(each.stage is Stage.DOUBTED for each in found),
            offered=sum(e.numbers.seats_offered for e in good), **figures(good)._asdict(),
        ))  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of what is shown, and how much of all contracts that speaks for."""

    contracts: int
    reported: int
    waiting: int
    doubted: int
    people: int
    hours: Decimal
    years: Decimal
    new: int
    folded: int


def total(rows: Sequence[Row], years: Mapping[int, FullTime]) -> Total:
    """The sum of the cells that are shown; `folded` rows hold too few people to show. A floor, never more than known.

    `years`: what a full-time year was in each year; every row by its own.
    """
    exact = sum(
        (Fraction(row.residents.hours or 0) / Fraction(years[row.year].hours) for row in rows), Fraction(0)
    )

    def add(take: Callable[[Row], int | None]) -> int:
        return sum(take(each) or 0 for each in rows)

    return Total(
        contracts=add(lambda row: row.contracts), reported=add(lambda row: row.reported),
        waiting=add(lambda row: row.waiting), doubted=add(lambda row: row.doubted),
        people=add(lambda row: row.residents.people), new=add(lambda row: row.new.people),
        hours=sum((row.residents.hours or Decimal(0) for row in rows), Decimal(0)),
        years=Decimal(int(exact * 100)) / 100, folded=sum(row.residents.people is None for row in rows),
    )  # fmt: skip
