"""Reads the wage floors of an area (`wages.toml` of the area pack), once in a process."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from coops.wages.rules import FullTime, Wage
from cwb import paths
from cwb.config import Config
from cwb.kernel.dated import on_day


@dataclass(frozen=True, slots=True)
class Wages:
    """Both dated tables of an area."""

    rows: tuple[Wage, ...]
    full_time: tuple[FullTime, ...]

    def wage(self, day: date) -> Wage:
        """The floors in force on a day."""
        return on_day(self.rows, day)

    def year(self, day: date) -> FullTime:
        """The hours of a full-time year in force on a day."""
        return on_day(self.full_time, day)


def wages(area: str | None = None) -> Wages:
    """The tables of an area (default: this installation's)."""
    return _read(area or Config.from_environment().area)


@cache
def _read(area: str) -> Wages:
    facts = tomllib.loads((paths.area(area) / "wages.toml").read_text(encoding="utf-8"))
    floors = [
        Wage(
            each["valid_from"], Decimal(each["minimum"]), Decimal(each["living"]), each["source"], each["certain"],
            Decimal(each["factor"]),
        )
        for each in facts["wages"]
    ]  # fmt: skip
    years = [
        FullTime(each["valid_from"], Decimal(each["hours"]), each["source"], each["certain"])
        for each in facts["full_time"]
    ]
    return Wages(tuple(floors), tuple(years))
