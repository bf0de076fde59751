"""Reads the dated rates once in a process."""

from datetime import date
from functools import cache
from pathlib import Path

from procurement.hearings import gateway
from procurement.lifecycle.rules import Rate

FILE = Path(__file__).with_name("settings.toml")


@cache
def _rates() -> tuple[Rate, ...]:
    return gateway.read(FILE, "rates", Rate)


def rate(on: date) -> Rate:
    """The rate that is proposed on a day; the oldest one before all.

    Raises:
        IndexError: the file has none.
    """
    return gateway.on_day(_rates(), on)
