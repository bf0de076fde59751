"""Reads the starter CPV codes of an area pack (`cpv.csv`: code, category, name)."""

import csv
from dataclasses import dataclass
from functools import cache

from cwb import paths
from cwb.config import Config
from cwb.kernel.identifiers import Cpv


@dataclass(frozen=True, slots=True)
class CpvChoice:
    """A CPV code with its plain Dutch name, and the id of the category it belongs to."""

    code: Cpv
    category: str
    name: str


def cpv_choices(area: str | None = None) -> tuple[CpvChoice, ...]:
    """The starter codes of an area (default: this installation's), grouped by category."""
    return _read(area or Config.from_environment().area)


@cache
def _read(area: str) -> tuple[CpvChoice, ...]:
    with (paths.area(area) / "cpv.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            CpvChoice(Cpv.parse(row["code"]), row["category"], row["name"]) for row in csv.DictReader(file)
        )


def default_cpv(category: str, area: str | None = None) -> Cpv | None:
    """The code proposed for a category: the first of its list; None when the pack names none."""
    return next((each.code for each in cpv_choices(area) if each.category == category), None)


def cpv_name(code: str, area: str | None = None) -> str:
    """The plain name of a code, empty when it is no starter code."""
    return next((each.name for each in cpv_choices(area) if each.code == code), "")
