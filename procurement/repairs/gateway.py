"""Reads the dated settings once in a process."""

from datetime import date
from functools import cache
from pathlib import Path

from procurement.hearings import gateway
from procurement.repairs.rules import Settings

FILE = Path(__file__).with_name("settings.toml")


@cache
def _settings() -> tuple[Settings, ...]:
    return gateway.read(FILE, "settings", Settings)


def settings(on: date) -> Settings:
    """The settings that count on a day; the oldest ones before all.

    Raises:
        IndexError: the file has none.
    """
    return gateway.on_day(_settings(), on)
