"""Reads the dated terms once in a process."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from procurement.complaints.rules import Term

FILE = Path(__file__).with_name("terms.toml")


@cache
def _terms() -> tuple[Term, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["terms"]
    return tuple(sorted((Term(**row) for row in rows), key=lambda each: each.valid_from, reverse=True))


def term(on: date) -> Term:
    """The term that counts on a day; the oldest one before all.

    Raises:
        IndexError: the file has no terms.
    """
    return next((each for each in _terms() if each.valid_from <= on), _terms()[-1])
