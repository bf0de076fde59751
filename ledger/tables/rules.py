"""What a table in a file is, whatever the file."""

from collections.abc import Iterator
from typing import Protocol


class Table(Protocol):
    """A table in a file that can be read again and again. Records are physical line (from 1) and cells.

    Of a part (the beginning of a file) it is not known how it ends.
    """

    encoding: str
    delimiter: str
    ends_open: bool
    is_part: bool
    notes: tuple[str, ...]

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Every row, from the first line of the file."""
