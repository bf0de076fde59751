"""Reads the dated terms once in a process."""

from datetime import date
from functools import cache
from pathlib import Path

from procurement.complaints.rules import Term
from procurement.hearings import gateway

FILE = Path(__file__).with_name("terms.toml")


@cache
def _terms() -> tuple[Term, ...]:
    return gateway.read(FILE, "terms", Term)


def term(on: date) -> Term:
    """The term that counts on a day; the oldest one before all.

    Raises:
        IndexError: the file has no terms.
    """
    return gateway.on_day(_terms(), on)
