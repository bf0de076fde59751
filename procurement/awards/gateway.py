"""Reads the dated standstill terms: of the area first, then the national ones."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from cwb import paths
from cwb.config import Config
from procurement.awards.rules import Term

NATIONAL = Path(__file__).with_name("standstill.toml")


def terms(area: str | None = None) -> tuple[Term, ...]:
    """The standstill terms of an area (default: this installation's), most particular first.

    Raises:
        KeyError, TypeError: a file lacks a field or has one too many.
    """
    return _read(area or Config.from_environment().area)


@cache
def _read(area: str) -> tuple[Term, ...]:
    own = paths.area(area) / "procurement.toml"
    rows = [*(_rows(own) if own.is_file() else ()), *_rows(NATIONAL)]
    return tuple(Term(**{**row, "procedures": tuple(row["procedures"])}) for row in rows)


def _rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("standstill", [])
    return found
