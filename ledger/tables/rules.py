"""What a table in a file is, whatever the file."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from cwb.kernel.errors import RuleBroken

SHEET = 20_000_000
"""Rows of a further sheet are numbered from its place in the workbook times this: no sheet has as many."""
MOST_SHEETS = 100
PAPERS, PAPER = (MOST_SHEETS + 1) * SHEET, 100_000
"""Rows of a file among several begin behind those of all sheets, at its place times the second number."""
MOST_PAPERS = 1000


class Sheet(NamedTuple):
    """A sheet of a workbook: its place (from 1), its name, and why it is not read (None: it is, or it is empty)."""

    place: int
    name: str
    fault: RuleBroken | None
    rows: bool = True


def sheet_and_row(number: int) -> tuple[int, int]:
    """The place of the further sheet that a row stands in (0: the only or first one that is read), and its row.

    A file among several has its place behind `MOST_SHEETS`.
    """
    if number < PAPERS:
        return divmod(number, SHEET)
    place, row = divmod(number - PAPERS, PAPER)
    return MOST_SHEETS + place, row


def paper_row(place: int, row: int) -> int:
    """The number of a row in a file among several, of which the places begin at 1."""
    return PAPERS + place * PAPER + min(row, PAPER - 1)


class Table(Protocol):
    """A table in a file that can be read again and again. Records are physical line (from 1) and cells.

    Of a part (the beginning of a file) it is not known how it ends.
    """

    encoding: str
    delimiter: str
    ends_open: bool
    is_part: bool
    notes: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    buyers: frozenset[str]
    """The KvK numbers of whom its invoices are addressed to, or whose books they are, where it says so."""

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Every row, from the first line of the file."""
