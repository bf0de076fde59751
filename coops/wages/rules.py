"""Wage floors, the cost of an hour and full-time years: exact, pure, with the arithmetic to show.

Money is euro an hour. The statutory minimum counts from 21 years (Wet minimumloon en minimumvakantiebijslag) and is
revised each 1 January and 1 July. The living wage, the factor for what an employer pays beside the wage, and the hours
of a full-time year are settings of the area: each with its source and how certain it is.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from cwb.kernel.text import N_

REVISED = ((1, 1), (7, 1))
"""Month and day on which the statutory minimum is revised."""

CHOSEN_HOURS = N_("36 uur per week, 52 weken: een keuze van het programma")
"""Where an area's hours of a full-time year come from unless it says otherwise: named here to be translated."""


@dataclass(frozen=True, slots=True)
class Wage:
    """The floors in force from a day, in euro an hour from 21 years; `certain`: the minimum was read in its source.

    `factor`: what an hour costs an employer for each euro of wage (holiday pay, premiums, pension, illness).
    """

    valid_from: date
    minimum: Decimal
    living: Decimal
    source: str
    certain: bool
    factor: Decimal = Decimal("1.32")

    @property
    def minimum_minor(self) -> int:
        """The statutory minimum in euro cents."""
        return int(self.minimum * 100)

    def is_stale(self, day: date) -> bool:
        """Whether the minimum was revised by law since this row began, so that a newer row should stand."""
        passed = [
            date(day.year, month, first) for month, first in REVISED if (day.month, day.day) >= (month, first)
        ]
        return max(passed) > self.valid_from


@dataclass(frozen=True, slots=True)
class FullTime:
    """The paid hours of one full-time year, from a day."""

    valid_from: date
    hours: Decimal
    source: str
    certain: bool

    def years(self, hours: Decimal) -> Decimal:
        """Hours as full-time years (FTE) with two decimals, rounded down: never more than was worked."""
        return Decimal(hours / self.hours).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def hour_cost(floor_minor: int, factor: Decimal) -> Fraction:
    """What an hour at the floor costs an employer, in euro cents, exact: floor x factor."""
    return Fraction(floor_minor) * Fraction(factor)


def labour_cost(hours: Decimal, floor_minor: int, factor: Decimal) -> Fraction:
    """What so many hours cost at the floor, in euro cents, exact: hours x floor x factor."""
    return Fraction(hours) * hour_cost(floor_minor, factor)
