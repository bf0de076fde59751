"""The wage floor of a tender, and whether what a bid reckons for labour can pay it. Pure and exact.

    needed = hours x floor x factor          (floor: euro cents an hour; factor: cost of an employer per euro of wage)

Money without VAT, in euro cents, for the whole term. A sum below what is needed is a question to the bidder before
scoring (Aanbestedingswet 2.116), never a refusal: shorter hours, subsidies or a mistake may explain it. Hours of
self-employed members are set beside their fee by the same sum: they pay their own premiums, pension and illness.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any

from coops.wages.rules import Wage, labour_cost
from cwb.kernel.money import MAX_MINOR, Money
from cwb.kernel.text import N_
from procurement.wage_floors import errors

MOST_FLOOR = 10_000
"""Highest floor in euro cents an hour (against typing errors)."""

MOST_HOURS = Decimal(10_000_000)
"""Most hours of one bid (against typing errors)."""

MOST_CAO = 120

AMENDABLE = frozenset({"floor_minor", "cao", "cao_from", "cao_until"})
"""What of a published floor a rectification may change, by the names of `Floor`."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What a tender tells: euro cents an hour from 21 years, the factor, and the collective agreement (CAO) if named.

    `minimum_minor`: the statutory minimum on the day it was set. `framework_minor`: the floor of the framework under
    which this competes, which it keeps; None: it stands alone.
    """

    floor_minor: int
    minimum_minor: int
    factor: Decimal
    cao: str = ""
    cao_from: date | None = None
    cao_until: date | None = None
    framework_minor: int | None = None

    def kept(self) -> dict[str, Any]:
        """As JSON values."""
        days = {name: day.isoformat() for name in ("cao_from", "cao_until") if (day := getattr(self, name))}
        return {
            "floor_minor": self.floor_minor, "minimum_minor": self.minimum_minor, "factor": f"{self.factor:f}",
            "cao": self.cao, **days,
        }  # fmt: skip

    @property
    def hour_minor(self) -> int:
        """What an hour costs at the floor, rounded up to the cent: who asks this is never below."""
        return -int(-labour_cost(Decimal(1), self.floor_minor, self.factor) // 1)


class Kind(StrEnum):
    """Which sum is set beside the floor."""

    WAGES = "wages"
    FEES = "fees"
    PRICE = "price"


KINDS: Mapping[Kind, str] = {
    Kind.WAGES: N_("Loonkosten van mensen in dienst"),
    Kind.FEES: N_("Vergoeding voor zelfstandigen"),
    Kind.PRICE: N_("De hele prijs, naast alle uren"),
}
"""Sum → its text."""


@dataclass(frozen=True, slots=True)
class Labour:
    """What a bid reckons for the whole term: hours of employees with their cost, of self-employed with their fee."""

    hours: Decimal
    minor: int
    fee_hours: Decimal
    fee_minor: int


@dataclass(frozen=True, slots=True)
class Sum:
    """One line of the arithmetic: so many hours, what there is for them, what they need at least (euro cents)."""

    kind: Kind
    hours: Decimal
    minor: int
    needed: Fraction

    @property
    def needed_minor(self) -> int:
        """What is needed, rounded up to the cent, to show."""
        return -int(-self.needed // 1)

    @property
    def is_below(self) -> bool:
        """Whether it cannot pay the floor; exactly enough is enough."""
        return self.minor < self.needed

    @property
    def percent(self) -> int:
        """How many percent below, rounded half up, at least 1 when it is below."""
        if not self.is_below:
            return 0
        return max(1, int((self.needed - self.minor) * 100 / self.needed + Fraction(1, 2)))


def sums(labour: Labour, floor: Floor, price_minor: int | None = None) -> list[Sum]:
    """The arithmetic of a bid: wages, fees, and the price itself, which must at least bear all hours."""
    rows = [
        (Kind.WAGES, labour.hours, labour.minor),
        (Kind.FEES, labour.fee_hours, labour.fee_minor),
        (Kind.PRICE, labour.hours + labour.fee_hours, price_minor),
    ]
    return [
        Sum(kind, hours, minor, labour_cost(hours, floor.floor_minor, floor.factor))
        for kind, hours, minor in rows
        if hours > 0 and minor is not None
    ]


def percent_below(labour: Labour | None, floor: Floor | None, price_minor: int) -> int:
    """How many percent the worst sum of a bid lies below the floor; 0: none does, or no floor was set."""
    if labour is None or floor is None:
        return 0
    return max((each.percent for each in sums(labour, floor, price_minor)), default=0)


def kept(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft keeps of this page: hours as text, money in cents; what is not one is left out."""
    found: dict[str, Any] = {}
    for name in ("hours", "fee_hours"):
        hours = _hours(value.get(name))
        if hours is not None:
            found[name] = f"{hours:f}"
    for name in ("minor", "fee_minor"):
        minor = value.get(name)
        if isinstance(minor, int) and not isinstance(minor, bool) and 0 <= minor <= MAX_MINOR:
            found[name] = minor
    return found


def _hours(text: Any) -> Decimal | None:
    try:
        hours = Decimal(str(text))
    except InvalidOperation:
        return None
    return hours if hours.is_finite() and 0 <= hours <= MOST_HOURS else None


def labour_of(value: Any) -> Labour | None:
    """What was filled in, when it is whole: some hours, and an amount beside each kind of hours."""
    if not isinstance(value, Mapping):
        return None
    found = kept(value)
    hours, fee_hours = Decimal(found.get("hours", 0)), Decimal(found.get("fee_hours", 0))
    made = Labour(hours, found.get("minor", 0), fee_hours, found.get("fee_minor", 0))
    whole = (
        hours + fee_hours > 0 and (hours > 0) == (made.minor > 0) and (fee_hours > 0) == (made.fee_minor > 0)
    )
    return made if whole else None


def check_floor(
    floor_minor: int,
    wage: Wage,
    *,
    framework_minor: int | None = None,
    cao: str = "",
    cao_from: date | None = None,
    cao_until: date | None = None,
) -> Floor:
    """What a tender may tell; `framework_minor`: the floor of the framework under which it competes.

    Raises:
        FloorTooLow, FloorTooHigh, FloorBelowFramework: at the field `floor`.
        CaoIncomplete, CaoDaysWrong: at the field of the CAO.
    """
    least = wage.minimum_minor
    if floor_minor < least:
        raise errors.FloorTooLow(field="floor", least=wage.minimum)
    if floor_minor > MOST_FLOOR:
        raise errors.FloorTooHigh(field="floor", most=MOST_FLOOR // 100)
    if framework_minor is not None and floor_minor < framework_minor:
        raise errors.FloorBelowFramework(field="floor", least=Money(framework_minor).decimal())
    name = cao.strip()[:MOST_CAO]
    if len({bool(name), cao_from is not None, cao_until is not None}) > 1:
        raise errors.CaoIncomplete(field="cao")
    if cao_from is not None and cao_until is not None and cao_until < cao_from:
        raise errors.CaoDaysWrong(field="cao_until")
    return Floor(floor_minor, least, wage.factor, name, cao_from, cao_until, framework_minor)
