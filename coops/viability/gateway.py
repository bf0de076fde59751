"""Reads what the incubator of an area assumes (`incubator.toml` of the area pack)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from coops.viability.rules import Assumptions, Range, rounded
from coops.wages.gateway import Wages, wages
from coops.wages.rules import Wage
from cwb import paths
from cwb.config import Config


@dataclass(frozen=True, slots=True)
class Settings:
    """The area's assumptions as read: wages by date, ranges, price per category, hours of work per unit of volume."""

    wages: Wages
    ranges: dict[str, dict[str, Decimal]]
    prices: dict[str, Decimal]
    hours: dict[str, Decimal]

    def wage(self, day: date) -> Wage:
        """The wage floors in force on a day."""
        return self.wages.wage(day)

    def assumptions(self, category: str, day: date) -> Assumptions:
        """Where a reckoning for a category begins, with the wages of that day."""
        living, price = self.wage(day).living, self.prices.get(category, self.prices["other"])
        top, margin = self.ranges["wage_margin"]["high"], self.ranges["price_margin"]
        return Assumptions(
            wage=Range(living, living, _times(living, top)),
            price=Range(_times(price, margin["low"]), price, _times(price, margin["high"])),
            **{
                name: Range(ends["low"], ends["likely"], ends["high"])
                for name, ends in self.ranges.items()
                if "likely" in ends
            },
        )


def _times(amount: Decimal, factor: Decimal) -> Decimal:
    return rounded(Fraction(amount) * Fraction(factor))


def settings(area: str | None = None) -> Settings:
    """The assumptions of an area (default: this installation's)."""
    return _read(area or Config.from_environment().area)


@cache
def _read(area: str) -> Settings:
    facts = tomllib.loads((paths.area(area) / "incubator.toml").read_text(encoding="utf-8"))
    return Settings(
        wages(area),
        {name: _decimals(ends) for name, ends in facts["assumptions"].items()},
        _decimals(facts["prices"]),
        _decimals(facts["hours"]),
    )


def _decimals(table: dict[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in table.items()}
