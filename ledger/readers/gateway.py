"""Opens files of purchase lines: finds encoding, separator, header and habits, and reads them as a stream."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from cwb.kernel.period import Period
from ledger.columns.errors import ColumnsUnsure
from ledger.columns.rules import ColumnMap, Guess, guess, habits
from ledger.headings.rules import DAY_FIELDS, find_header, is_later_day, labels_of
from ledger.readers.errors import (
    DateColumnMissing,
    FileEmpty,
    FileNotText,
    FileTooWide,
    HeaderMissing,
    NoRows,
    QuoteOpen,
)
from ledger.readers.rules import Reading, Table
from ledger.suppliers.rules import SupplierFacts

Opener = Callable[[], BinaryIO]
"""Opens the same bytes from the start, as often as needed."""

SAMPLE = 1000
"""Rows looked at to find header, separator and columns."""

_DEEPEST_HEADER = 60
_PIECE = 1 << 20
_END = "\x00end"
_DOUBLED = "ï»¿".encode()
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


def opener_of(source: Path | bytes) -> Opener:
    """Opens a file on disk or bytes in hand."""
    if isinstance(source, bytes):
        return lambda: io.BytesIO(source)
    return lambda: source.open("rb")


class Found:
    """A table whose columns were looked at: what they are called, what they seem to hold, and its first rows."""

    def __init__(self, table: Table, wanted: ColumnMap | None = None) -> None:
        self.table = table
        first = list(islice(table.records(), SAMPLE + _DEEPEST_HEADER))
        rows = [cells for _, cells in first]
        if not any(any(cell.strip() for cell in cells) for cells in rows):
            raise FileEmpty
        place = find_header(rows[:_DEEPEST_HEADER], set(wanted.fields.values()) if wanted else ())
        if place is None:
            raise HeaderMissing
        self.header_row, header = first[place]
        self.labels = labels_of(header)
        self.sample = rows[place + 1 :]
        self.guess: Guess = guess(self.labels, self.sample)

    def reading(
        self,
        columns: ColumnMap | None = None,
        period: Period | None = None,
        reports: Callable[[SupplierFacts], bool] = lambda _supplier: True,
    ) -> Reading:
        """The purchase lines, with the mapping given or, when it is sure enough, the guess.

        `reports` says whether a supplier is an anchor that reports itself: only those may be paid under X6.

        Raises:
            ColumnsUnsure: a guess that is not safe; names what is missing.
            ColumnUnknown: the mapping names a column that is not there.
            DateColumnMissing: no date in any column, and no period given.
        """
        if not any(any(cell.strip() for cell in cells) for cells in self.sample):
            raise NoRows
        chosen = columns or self.guess.map
        if columns is None and self.guess.missing:
            raise ColumnsUnsure(missing=", ".join(self.guess.missing))
        places = chosen.places(self.labels)
        if period is None and not places.keys() & set(DAY_FIELDS):
            raise DateColumnMissing
        filled, unsaid = habits(chosen, places, lambda: self.sample)
        if unsaid and len(self.sample) >= SAMPLE:
            filled, unsaid = habits(chosen, places, self._whole)
        if not filled.mark:
            filled = replace(filled, mark="." if self.table.delimiter == "," else ",")
        made = Reading(
            self.table, filled, self.labels, self.header_row, period=period, reports=reports,
            confidence=self.guess.confidence if columns is None else dict.fromkeys(chosen.fields, 1.0),
        )  # fmt: skip
        notes = [*self.table.notes, *sorted(f"{each}_assumed" for each in unsaid if getattr(filled, each))]
        if "invoice_date" not in places:
            notes.append("dated_by_period" if period else "no_invoice_date")
        elif is_later_day(chosen.fields["invoice_date"]):
            notes.append("payment_date")
        for note in notes:
            made.tally.flags.add(self.header_row, "", note)
        return made

    def _whole(self) -> Iterator[list[str]]:
        return (cells for number, cells in self.table.records() if number > self.header_row)


class CsvTable:
    """Text with separators."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self.encoding, self._mended, self.ends_open = _encoding(opener)
        self.notes: tuple[str, ...] = ()
        self.delimiter = _delimiter(list(islice(self._lines(), 300)))

    def _lines(self) -> Iterator[str]:
        with io.TextIOWrapper(self._opener(), encoding=self.encoding, newline="") as text:
            yield from map(self._mend, text) if self._mended else text

    def _mend(self, line: str) -> str:
        """A line that was UTF-8 read as something else and written as UTF-8 again."""
        return line.encode(self._mended).decode().removeprefix("\ufeff")

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Every row with its first physical line.

        Raises:
            QuoteOpen: a quotation that never ends. FileTooWide: a cell beyond any table.
        """
        reader = csv.reader(chain(self._lines(), (_END,)), delimiter=self.delimiter)
        before, held = 0, (1, [""])
        try:
            for cells in reader:
                if before:
                    yield held
                held = before + 1, cells
                before = reader.line_num
        except csv.Error:
            raise FileTooWide(row=before + 1) from None
        if held[1] != [_END]:
            raise QuoteOpen(row=held[0])


def _encoding(opener: Opener) -> tuple[str, str, bool]:
    """The codec of a text, the codec it was misread with before it was written ("" for none), and whether it ends open.

    Raises:
        FileEmpty, FileNotText.
    """
    with opener() as file:
        start = file.read(4096)
        last = start[-1:]
        if not start:
            raise FileEmpty
        marked = next((name for mark, name in _MARKS if start.startswith(mark)), "") or _wide(start)
        has_zero = b"\0" in start
        while piece := file.read(_PIECE):
            last, has_zero = piece[-1:], has_zero or b"\0" in piece
    ends_open = last not in {b"\n", b"\r", b"\0"}
    if marked:
        if not _reads(opener, marked):
            raise FileNotText
        return marked, "", ends_open
    if has_zero:
        raise FileNotText
    if start.startswith(_DOUBLED):
        return (
            "utf-8",
            next((each for each in ("latin-1", "cp1252") if _reads(opener, "utf-8", each)), ""),
            ends_open,
        )
    return next(each for each in ("utf-8", "cp1252", "latin-1") if _reads(opener, each)), "", ends_open


def _wide(start: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain text is zero."""
    if len(start) >= 4 and start[1::2].count(0) > len(start) * 0.4:
        return "utf-16-le"
    return "utf-16-be" if len(start) >= 4 and start[::2].count(0) > len(start) * 0.4 else ""


def _reads(opener: Opener, encoding: str, before: str = "") -> bool:
    """Whether a whole file reads in an encoding (and, when misread before, back through that)."""
    with opener() as file:
        decoder, inner = codecs.getincrementaldecoder(encoding)(), codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(_PIECE):
                text = decoder.decode(piece)
                if before:
                    inner.decode(text.encode(before))
            text = decoder.decode(b"", final=True)
            if before:
                inner.decode(text.encode(before), final=True)
        except UnicodeError:
            return False
    return True


def _delimiter(lines: Sequence[str]) -> str:
    """The sign between cells: what Excel wrote on the first line, or the one that makes the most even table."""
    first = lines[0].strip("\r\n").lower() if lines else ""
    if len(first) == 5 and first.startswith("sep="):
        return first[4]
    best, found = (0.0, 0), ","
    for sign in (",", ";", "\t", "|"):
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if len(row) > 1)
        except csv.Error:
            continue
        if widths:
            width, count = max(widths.items(), key=lambda each: (each[1], each[0]))
            best, found = max((best, found), ((round(count / len(lines), 1), width), sign))
    return found


def look(source: Path | bytes, wanted: ColumnMap | None = None) -> Found:
    """A file's table and what its columns seem to hold; with a mapping, the header is the row that has its labels.

    Raises:
        FileUnreadable: no table. HeaderMissing: no row names the columns.
    """
    return Found(CsvTable(opener_of(source)), wanted)
