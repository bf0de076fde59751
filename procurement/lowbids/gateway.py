"""Reads the dated settings once in a process."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from procurement.lowbids.rules import Settings

FILE = Path(__file__).with_name("settings.toml")


@cache
def _settings() -> tuple[Settings, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["settings"]
    return tuple(sorted((Settings(**row) for row in rows), key=lambda each: each.valid_from, reverse=True))


def settings(on: date) -> Settings:
    """The settings that count on a day; the oldest ones before all.

    Raises:
        IndexError: the file has none.
    """
    return next((each for each in _settings() if each.valid_from <= on), _settings()[-1])
