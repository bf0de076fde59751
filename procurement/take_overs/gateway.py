"""Reads in which sectors the list is asked."""

import tomllib
from functools import cache
from pathlib import Path

from procurement.take_overs.rules import Sector

FILE = Path(__file__).with_name("take_overs.toml")


@cache
def sectors() -> tuple[Sector, ...]:
    """Every sector.

    Raises:
        KeyError, TypeError: a row lacks a field or has one too many.
    """
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["sectors"]
    return tuple(Sector(**{**row, "cpv": tuple(row["cpv"])}) for row in rows)
