"""Which costs count, in which years, and what they are worth at the start. Pure.

The price of a bid is its first cost, at the start. Every other cost is an amount for each of its years, counted at the
end of that year; a year is 365 days, so that the discount is exact to the year. Amounts in euro cents, percents a year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from cwb.kernel.exact import EXACT, decimal_of
from cwb.kernel.money import Money
from cwb.kernel.text import N_, search_key
from procurement.lifecycle import errors

MOST_YEARS, MOST_COSTS, MOST_RATE = 40, 6, Decimal(10)
"""Longest life, most components beside the price, highest rate (own choices: what a small bidder can still fill in)."""

YEAR = timedelta(days=365)


class Kind(StrEnum):
    """What a cost is for (art. 68, paragraph 1a)."""

    USE = "use"
    MAINTENANCE = "maintenance"
    END = "end"
    OTHER = "other"


KINDS: Mapping[Kind, str] = {
    Kind.USE: N_("Gebruik, zoals stroom of water"),
    Kind.MAINTENANCE: N_("Onderhoud"),
    Kind.END: N_("Het einde: ophalen of hergebruiken"),
    Kind.OTHER: N_("Iets anders dat de koper betaalt"),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """The dated rate that is proposed."""

    valid_from: date
    percent: str
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Cost:
    """A component: its name, what for, and the first and last year in which its yearly amount counts."""

    name: str
    kind: Kind
    first: int
    last: int

    @property
    def years(self) -> range:
        """The years in which it counts, from 1."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True)
class LifeCycle:
    """What counts beside the price, and the discount rate in percent a year. Codes are k1, k2 and so on."""

    costs: tuple[Cost, ...]
    percent: Decimal

    @property
    def codes(self) -> list[str]:
        """Codes of the components, in order."""
        return [f"k{place}" for place in range(1, len(self.costs) + 1)]

    @property
    def years(self) -> list[int]:
        """Every year in which something counts."""
        return sorted({year for each in self.costs for year in each.years})

    def stored(self) -> dict[str, Any]:
        """As it is kept with the tender and published."""
        return {
            "percent": f"{self.percent:f}",
            "costs": [
                {"code": code, "name": each.name, "kind": each.kind.value, "first": each.first, "last": each.last}
                for code, each in zip(self.codes, self.costs, strict=True)
            ],
        }  # fmt: skip


def life_cycle_of(stored: Mapping[str, Any] | None) -> LifeCycle | None:
    """Back from what is kept; None where it is none."""
    if stored is None:
        return None
    costs = [Cost(each["name"], Kind(each["kind"]), each["first"], each["last"]) for each in stored["costs"]]
    return LifeCycle(tuple(costs), Decimal(stored["percent"]))


def check_life_cycle(life: LifeCycle | None) -> LifeCycle:
    """Refuse what cannot be computed or filled in.

    Raises:
        CostsMissing, CostIncomplete, CostTwice, YearsTurned: at the field `costs`; RateInvalid: at `percent`.
    """
    if life is None or not life.costs or len(life.costs) > MOST_COSTS:
        raise errors.CostsMissing(field="costs")
    seen = set()
    for each in life.costs:
        if not each.name.strip():
            raise errors.CostIncomplete(field="costs")
        if not 1 <= each.first <= each.last <= MOST_YEARS:
            raise errors.YearsTurned(field="costs", name=each.name, most=MOST_YEARS)
        key = search_key(each.name)
        if key in seen:
            raise errors.CostTwice(field="costs", name=each.name)
        seen.add(key)
    if not 0 <= life.percent <= MOST_RATE or life.percent != life.percent.quantize(Decimal("0.01")):
        raise errors.RateInvalid(field="percent", most=f"{MOST_RATE:f}")
    return life


def formula(life: LifeCycle) -> str:
    """The formula that is frozen at publishing: [name] is the yearly amount of a component, j its years."""
    rate = f"{life.percent.normalize():f}"
    terms = " + ".join(
        f"sum([{each.name}] / (1 + {rate} / 100)^j, j = {each.first}..{each.last})" for each in life.costs
    )
    return f"F = P + {terms}; min(F)"


def dated(life: LifeCycle, price: int, amounts: Mapping[str, int], start: date) -> list[dict[str, str]]:
    """A bid's costs as the engine takes them: the price at the start, each amount at the end of its years."""
    found = [(start, price)]
    for code, each in zip(life.codes, life.costs, strict=True):
        found += [(start + YEAR * year, amounts[code]) for year in each.years]
    return [{"on": day.isoformat(), "amount": Money(minor).plain()} for day, minor in found]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum: a yearly amount over its years, and what that is worth at the start; in euro cents.

    `name` is empty for the price.
    """

    name: str
    first: int
    last: int
    amount: int
    worth: int


def lines(life: LifeCycle, price: int, amounts: Mapping[str, int]) -> list[Line]:
    """The sum in lines, each rounded half up to the cent; the ranking itself is not rounded."""
    base = decimal_of(1 + Fraction(life.percent) / 100)
    made = [Line("", 0, 0, price, price)]
    for code, each in zip(life.codes, life.costs, strict=True):
        factors = [EXACT.divide(Decimal(1), EXACT.power(base, Decimal(year))) for year in each.years]
        whole = EXACT.multiply(Decimal(amounts[code]), sum(factors, Decimal(0)))
        made.append(Line(each.name, each.first, each.last, amounts[code], int(whole + Decimal("0.5"))))
    return made


def named(life: LifeCycle | None, amounts: Mapping[str, int]) -> list[tuple[str, int | None]]:
    """The amounts of a bid by name of what they are for; None where nothing was filled in yet."""
    if life is None:
        return []
    return [(each.name, amounts.get(code)) for code, each in zip(life.codes, life.costs, strict=True)]


def promised(life: LifeCycle | None, amounts: Mapping[str, int]) -> list[tuple[Cost, int]]:
    """What a bid says that each cost will be in each of its years, in euro cents; none with another method."""
    if life is None:
        return []
    pairs = zip(life.codes, life.costs, strict=True)
    return [(each, amounts[code]) for code, each in pairs if code in amounts]


def kept_amounts(value: object, codes: Sequence[str]) -> dict[str, int]:
    """The amounts that a bid holds, as far as they are amounts: whole cents from 0."""
    given = value if isinstance(value, Mapping) else {}
    return {
        code: given[code] for code in codes
        if isinstance(given.get(code), int) and not isinstance(given[code], bool) and given[code] >= 0
    }  # fmt: skip
