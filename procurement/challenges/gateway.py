"""Reads the dated terms of the right to challenge."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from procurement.challenges.rules import Terms

FILE = Path(__file__).with_name("terms.toml")


@cache
def _rows() -> tuple[Terms, ...]:
    return tuple(Terms(**row) for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["terms"])


def terms(on: date) -> Terms:
    """The terms that count on a day: the newest that began.

    Raises:
        LookupError: none began yet.
    """
    running = [each for each in _rows() if each.valid_from <= on]
    if not running:
        raise LookupError(on)
    return max(running, key=lambda each: each.valid_from)
