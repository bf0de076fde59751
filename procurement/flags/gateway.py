"""Reads the dated thresholds of the flags."""

import tomllib
from fractions import Fraction
from functools import cache
from pathlib import Path

from procurement.flags.rules import Limits

FILE = Path(__file__).with_name("flags.toml")


@cache
def limits() -> tuple[Limits, ...]:
    """Every row of the table.

    Raises:
        KeyError, TypeError: a row lacks a field or has one too many.
    """
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["limits"]
    return tuple(
        Limits(
            **{
                **row,
                "fence": Fraction(row["fence"]),
                "short_methods": tuple(row["short_methods"]),
                "single_methods": tuple(row["single_methods"]),
            }
        )
        for row in rows
    )
