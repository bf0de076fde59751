"""Reads dated settings from a file beside a subject, once in a process."""

import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Something that counts from a day."""

    @property
    def valid_from(self) -> date:
        """The first day."""


Row = TypeVar("Row", bound=Dated)


def read(file: Path, name: str, make: Callable[..., Row]) -> tuple[Row, ...]:
    """The rows of a table of the file, newest first."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))[name]
    return tuple(sorted((make(**row) for row in rows), key=lambda each: each.valid_from, reverse=True))


def on_day(rows: Sequence[Row], on: date) -> Row:
    """The row that counts on a day; the oldest one before all.

    Raises:
        IndexError: there are none.
    """
    return next((each for each in rows if each.valid_from <= on), rows[-1])
