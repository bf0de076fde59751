"""Opens tables: text with separators in any encoding, and spreadsheets."""

import codecs
import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from cwb.files.gateway import check_content
from cwb.files.rules import MOST_FILE
from ledger.columns.rules import DEEPEST_HEADER, Start, find_table
from ledger.tables.errors import (
    FileEmpty,
    FileNotText,
    FileTooWide,
    QuoteOpen,
    SheetBeyond,
    SheetHidden,
    SheetLeftOut,
    SheetOld,
    SheetOtherColumns,
    SheetUnreadable,
)
from ledger.tables.rules import MOST_SHEETS, SHEET, Sheet, Table

Opener = Callable[[], BinaryIO]
"""Opens the same bytes from the start, as often as needed."""

_PIECE = 1 << 20
_END = "\x00end"
_OLD_SHEET = b"\xd0\xcf\x11\xe0"
_ODD = {0: None, 1: None}
"""Signs that are no text: the database takes no zero, and a one means "nothing" on the way to it."""
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


def table_of(opener: Opener, wanted: Collection[str] = (), *, is_part: bool = False) -> Table:
    """The table in a file; its kind is found from its content. A spreadsheet is never a part.

    `wanted`: names of columns that it must have, to know which sheet is meant.

    Raises:
        FileUnreadable: no table. FileBomb, FileBroken, FileActive, FileTooLarge: no spreadsheet to open.
    """
    with opener() as file:
        start = file.read(4)
        if start == b"PK\x03\x04":
            return SheetTable(start + file.read(MOST_FILE), wanted)
    if start == _OLD_SHEET:
        raise SheetOld
    if start == b"%PDF":
        raise FileNotText
    return CsvTable(opener, is_part=is_part)


class CsvTable:
    """Text with separators. Of a part the last row may be half, so it is left out."""

    def __init__(self, opener: Opener, *, is_part: bool = False) -> None:
        self._opener, self.is_part = opener, is_part
        self.encoding, self._mended, self.ends_open = _encoding(opener, is_part=is_part)
        self._is_odd = self.encoding.startswith(("utf-16", "utf-32")) or _holds(opener, b"\1")
        self.notes: tuple[str, ...] = ()
        self.sheets: tuple[Sheet, ...] = ()
        self.buyers = frozenset[str]()
        self.delimiter = _delimiter(list(islice(self._lines(), 300)))

    def _lines(self) -> Iterator[str]:
        errors = "ignore" if self.is_part else "strict"
        with io.TextIOWrapper(self._opener(), encoding=self.encoding, errors=errors, newline="") as text:
            lines = (line for line in text if line.endswith(("\n", "\r"))) if self.is_part else text
            yield from map(self._mend, lines) if self._mended or self._is_odd else lines

    def _mend(self, line: str) -> str:
        """A line that was UTF-8 read as something else and written as UTF-8 again; without signs that are no text."""
        plain = line.translate(_ODD)
        return plain.encode(self._mended).decode().removeprefix("\ufeff") if self._mended else plain

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
        if held[1] != [_END] and not self.is_part:
            raise QuoteOpen(row=held[0])


def _encoding(opener: Opener, *, is_part: bool) -> tuple[str, str, bool]:
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
        if not _reads(opener, marked, is_part=is_part):
            raise FileNotText
        return marked, "", ends_open
    if has_zero:
        raise FileNotText
    if start.startswith(_DOUBLED):
        return (
            "utf-8",
            next(
                (each for each in ("latin-1", "cp1252") if _reads(opener, "utf-8", each, is_part=is_part)), ""
            ),
            ends_open,
        )
    reads = (each for each in ("utf-8", "cp1252", "latin-1") if _reads(opener, each, is_part=is_part))
    return next(reads), "", ends_open


def _holds(opener: Opener, sign: bytes) -> bool:
    with opener() as file:
        return any(sign in piece for piece in iter(lambda: file.read(_PIECE), b""))


def _wide(start: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain text is zero."""
    if len(start) >= 4 and start[1::2].count(0) > len(start) * 0.4:
        return "utf-16-le"
    return "utf-16-be" if len(start) >= 4 and start[::2].count(0) > len(start) * 0.4 else ""


def _reads(opener: Opener, encoding: str, before: str = "", *, is_part: bool) -> bool:
    """Whether a whole file (or part) reads in an encoding (and, when misread before, back through that)."""
    with opener() as file:
        decoder, inner = codecs.getincrementaldecoder(encoding)(), codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(_PIECE):
                text = decoder.decode(piece)
                if before:
                    inner.decode(text.encode(before))
            text = decoder.decode(b"", final=not is_part)
            if before:
                inner.decode(text.encode(before), final=not is_part)
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


_FORMULA = re.compile(rb"<(\w+:)?f[ />]|table:formula=")


class SheetTable:
    """The sheets of an Excel or ODS file that have the same columns as the first one with a table.

    One sheet is held at a time beside the first. What is left out stands in `sheets`. Formulas are never worked out.
    """

    encoding, delimiter, ends_open, is_part = "utf-8", "", False, False

    def __init__(self, content: bytes, wanted: Collection[str] = ()) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                kind = "xlsx" if "xl/workbook.xml" in package.namelist() else "ods"
            check_content(content, f"file.{kind}", kind)
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            self._pick(wanted)
        except (CalamineError, zipfile.BadZipFile, OSError):
            raise SheetUnreadable from None
        self.buyers = frozenset[str]()
        self.notes: tuple[str, ...] = ("formulas",) if _has_formulas(content) else ()

    def _pick(self, wanted: Collection[str]) -> None:
        """Choose the first sheet that names known columns, or else the first that is a table; and those alike."""
        shown = [each.visible == SheetVisibleEnum.Visible for each in self._book.sheets_metadata]
        names = self._book.sheet_names[:MOST_SHEETS]
        looked = [_looked(self._book.get_sheet_by_name(name), wanted) for name in names]

        def rank(place: int) -> tuple[bool, bool, bool]:
            start = looked[place][1]
            return start is None, start is not None and not start.is_known, not shown[place]

        main = min(range(len(names)), key=rank)
        start = looked[main][1]
        self._main = self._book.get_sheet_by_name(names[main])
        self._further: list[tuple[int, Start]] = []
        found: list[Sheet] = []
        for place, (name, (is_filled, other)) in enumerate(zip(names, looked, strict=True)):
            fault: SheetLeftOut | None = None
            if place != main and is_filled:
                if start is None or other is None:
                    fault = SheetLeftOut(sheet=name)
                elif not shown[place]:
                    fault = SheetHidden(sheet=name)
                elif other.columns != start.columns:
                    fault = SheetOtherColumns(sheet=name)
                else:
                    self._further.append((place + 1, other))
            found.append(Sheet(place + 1, name, fault, is_filled))
        for place, name in enumerate(self._book.sheet_names[MOST_SHEETS:], MOST_SHEETS + 1):
            found.append(Sheet(place, name, SheetBeyond(sheet=name, most=MOST_SHEETS)))
        self._labels = start.labels if start else []
        self.sheets = tuple(found)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Every row with its number in the sheet, then those below the header of each further sheet."""
        for number, cells in enumerate(self._main.iter_rows(), 1):
            yield number, [_text(cell) for cell in cells]
        for place, start in self._further:
            sheet = self._book.get_sheet_by_index(place - 1)
            order = None if start.labels == self._labels else [
                start.labels.index(label) if label in start.labels else -1 for label in self._labels
            ]  # fmt: skip
            for number, cells in enumerate(sheet.iter_rows(), 1):
                if number <= start.place + 1:
                    continue
                row = [_text(cell) for cell in cells]
                yield (
                    place * SHEET + number,
                    row if order is None else [row[at] if at >= 0 else "" for at in order],
                )


def _looked(sheet: CalamineSheet, wanted: Collection[str]) -> tuple[bool, Start | None]:
    """Whether a sheet holds anything, and where its table begins."""
    first = [[_text(cell) for cell in cells] for cells in islice(sheet.iter_rows(), DEEPEST_HEADER)]
    return any(map(any, first)), find_table(first, wanted)


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if re.match(r"xl/worksheets/.*\.xml|content\.xml", name):
                with package.open(name) as part:
                    if any(_FORMULA.search(piece) for piece in iter(lambda: part.read(_PIECE), b"")):
                        return True
    return False


def _number(cell: float) -> str:
    """A number with a point before two decimals; more only where it has them, not where its storing made them."""
    if cell.is_integer():
        return f"{cell:.0f}"
    rounded = round(cell, 2)
    return f"{rounded:.2f}" if abs(cell - rounded) < 1e-7 * max(1, abs(cell)) else f"{Decimal(repr(cell)):f}"


def _moment(cell: datetime) -> str:
    return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")


_AS_TEXT: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _cell: "", bool: lambda cell: "ja" if cell else "nee", float: _number, datetime: _moment,
    date: date.isoformat, str: lambda cell: cell.translate(_ODD),
}  # fmt: skip


def _text(cell: object) -> str:
    """A cell of a sheet as it would stand in a text."""
    return _AS_TEXT.get(type(cell), str)(cell)
