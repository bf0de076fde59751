"""Reads the dated grounds for changing a contract."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from procurement.changes.rules import GroundRow

FILE = Path(__file__).with_name("grounds.toml")


@cache
def grounds() -> Mapping[str, GroundRow]:
    """Every ground by its id.

    Raises:
        KeyError, TypeError: a row lacks a field or has one too many.
    """
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["grounds"]
    return {row["id"]: GroundRow(**row) for row in rows}
