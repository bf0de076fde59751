"""Settings that count from a day: rows with a `valid_from`, and tables of them in a file beside a subject."""

import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Generic, Protocol, TypeVar


class Dated(Protocol):
    """Something that counts from a day."""

    @property
    def valid_from(self) -> date:
        """The first day."""


Row = TypeVar("Row", bound=Dated)


def on_day(rows: Iterable[Row], day: date) -> Row:
    """The row in force on a day; before the first row the first one.

    Raises:
        ValueError: there are none.
    """
    ordered = sorted(rows, key=lambda each: each.valid_from)
    if not ordered:
        raise ValueError("a dated table has at least one row")
    return next((each for each in reversed(ordered) if each.valid_from <= day), ordered[0])


class DatedTable(Generic[Row]):
    """A table of a TOML file, read once in a process; called with a day, the row that counts.

    settings = DatedTable(Path(__file__).with_name("settings.toml"), "settings", Settings)
    settings(on)
    """

    def __init__(self, file: Path, name: str, make: Callable[..., Row]) -> None:
        self._file, self._name, self._make = file, name, make

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every row, as it stands in the file.

        Raises:
            KeyError, TypeError: no such table, or a row lacks a field or has one too many.
        """
        read = tomllib.loads(self._file.read_text(encoding="utf-8"))[self._name]
        return tuple(self._make(**row) for row in read)

    def __call__(self, day: date) -> Row:
        """The row in force on a day; before the first row the first one."""
        return on_day(self.rows, day)
