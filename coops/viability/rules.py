"""How many people a volume of work carries at the living wage: exact, pure, line by line.

    people by work  = hours a week x 52 / productive hours of a full-time person in a year
    people by money = hours a week x 52 x price / (wage x paid hours x factor x (1 + overhead))
    carried         = the lesser of the two

Money is euro an hour or a year without VAT. Inside everything is an exact fraction; what is shown is rounded
half-up once.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import product

from coops.viability import errors

WEEKS = 52
"""Weeks of work in a year; holidays and illness are in the productive hours."""

FULL_TIME = 36
"""Paid hours a week of one full-time person (a choice of the house)."""


class Name(StrEnum):
    """What is assumed."""

    WAGE = "wage"
    FACTOR = "factor"
    PRODUCTIVE = "productive"
    OVERHEAD = "overhead"
    PRICE = "price"


LIMITS: dict[Name, tuple[Decimal, Decimal]] = {
    Name.WAGE: (Decimal(1), Decimal(200)),
    Name.FACTOR: (Decimal(1), Decimal(3)),
    Name.PRODUCTIVE: (Decimal(500), Decimal(FULL_TIME * WEEKS)),
    Name.OVERHEAD: (Decimal(0), Decimal(200)),
    Name.PRICE: (Decimal(1), Decimal(500)),
}
"""What a person may fill in: euro an hour, times, hours a year, percent, euro an hour."""


@dataclass(frozen=True, slots=True)
class Range:
    """One assumption: what is likely, and the ends a careful reader must reckon with."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            raise ValueError("a range goes from low by likely to high")

    def around(self, likely: Decimal) -> "Range":
        """The same width in proportion, around another likely value."""
        if likely == self.likely:
            return self
        if self.likely == 0:
            return Range(likely, likely, likely)
        step = Fraction(likely) / Fraction(self.likely)
        return Range(
            rounded(Fraction(self.low) * step, 4), likely, max(likely, rounded(Fraction(self.high) * step, 4))
        )


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Everything that the answer rests on."""

    wage: Range
    factor: Range
    productive: Range
    overhead: Range
    price: Range

    def of(self, name: Name) -> Range:
        """One of them."""
        found: Range = getattr(self, name.value)
        return found

    def put(self, name: Name, value: Range) -> "Assumptions":
        """The same with one changed."""
        return replace(self, **{name.value: value})

    def settled(self, values: dict[Name, Decimal], *, minimum: Decimal) -> "Assumptions":
        """With the likely values that a person filled in.

        Raises:
            AssumptionInvalid, WageBelowMinimum: at the field of that assumption.
        """
        found = self
        for name, value in values.items():
            least, most = LIMITS[name]
            if not least <= value <= most:
                raise errors.AssumptionInvalid(field=name.value, least=least, most=most)
            if name is Name.WAGE and value < minimum:
                raise errors.WageBelowMinimum(field=name.value, minimum=minimum)
            found = found.put(name, found.of(name).around(value))
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the arithmetic: its code, and what came out (euro, hours or people, by the code)."""

    code: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the volume carries with one value for each assumption. People are full-time persons."""

    by_work: Decimal
    by_money: Decimal
    people: Decimal
    even_price: Decimal
    lines: tuple[Line, ...]

    @property
    def price_bears(self) -> bool:
        """Whether the price pays for everyone the work asks."""
        return self.by_money >= self.by_work


@dataclass(frozen=True, slots=True)
class Sway:
    """How far the answer moves when one assumption alone goes over its range: fewest and most people."""

    name: Name
    fewest: Decimal
    most: Decimal

    @property
    def width(self) -> Decimal:
        """People between the two."""
        return self.most - self.fewest


@dataclass(frozen=True, slots=True)
class Viability:
    """The answer as a range, the arithmetic at the likely values, and what moves it most."""

    hours: Decimal
    low: Outcome
    likely: Outcome
    high: Outcome
    sensitivity: tuple[Sway, ...]


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """An exact fraction half-up to so many decimals."""
    scale = 10**places
    whole = (abs(value) * scale * 2 + 1) // 2
    sign = -1 if value < 0 else 1
    return Decimal(sign * int(whole)).scaleb(-places)


@lru_cache(maxsize=4096)  # pages of clusters reckon the same few dozen again and again, exactly
def viability(hours: Decimal, given: Assumptions) -> Viability:
    """What so many hours a week carry. Each assumption moves the answer one way, so the ends are at the corners.

    Raises:
        AssumptionInvalid: at `hours`, for no hours at all.
    """
    if hours <= 0:
        raise errors.AssumptionInvalid(field="hours", least=1, most=100_000)
    likely = {name: given.of(name).likely for name in Name}
    ends = {name: (given.of(name).low, given.of(name).high) for name in Name}
    corners = [_outcome(hours, dict(zip(Name, those, strict=True))) for those in product(*ends.values())]
    sways = []
    for name in Name:
        fewest, most = sorted(_outcome(hours, {**likely, name: end}).people for end in ends[name])
        sways.append(Sway(name, fewest, most))
    order = list(Name)
    return Viability(
        hours,
        min(corners, key=_people),
        _outcome(hours, likely),
        max(corners, key=_people),
        tuple(sorted(sways, key=lambda each: (-each.width, order.index(each.name)))),
    )


def at_prices(
    hours: Decimal, given: Assumptions, band: tuple[Decimal, Decimal]
) -> tuple[tuple[Decimal, Outcome], ...]:
    """What so many hours carry at the lowest, middle and highest price of a band, all else as likely."""
    low, high = band
    prices = (low, rounded((Fraction(low) + Fraction(high)) / 2), high)
    likely = {name: given.of(name).likely for name in Name}
    return tuple((each, _outcome(hours, {**likely, Name.PRICE: each})) for each in dict.fromkeys(prices))


def _people(outcome: Outcome) -> Decimal:
    return outcome.people


def _outcome(hours: Decimal, value: dict[Name, Decimal]) -> Outcome:
    exact = {name: Fraction(each) for name, each in value.items()}
    yearly = Fraction(hours) * WEEKS
    paid = Fraction(FULL_TIME * WEEKS)
    wage_cost = exact[Name.WAGE] * paid * exact[Name.FACTOR]
    person = wage_cost * (1 + exact[Name.OVERHEAD] / 100)
    income = yearly * exact[Name.PRICE]
    by_work, by_money = yearly / exact[Name.PRODUCTIVE], income / person
    even = person / exact[Name.PRODUCTIVE]
    people = min(by_work, by_money)
    lines = (
        ("yearly", yearly), ("by_work", by_work), ("income", income), ("wage_cost", wage_cost), ("person", person),
        ("by_money", by_money), ("even_price", even), ("people", people),
    )  # fmt: skip
    return Outcome(
        rounded(by_work), rounded(by_money), rounded(people), rounded(even),
        tuple(Line(code, rounded(found)) for code, found in lines),
    )  # fmt: skip
