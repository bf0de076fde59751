"""Looks at files of purchase lines: finds header, columns and habits, and reads them as a stream."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

from cwb.kernel.period import Period
from ledger.cells.rules import is_blank, is_class
from ledger.columns.errors import BandInTwoColumns, MarkUnclear
from ledger.columns.rules import (
    DEEPEST_HEADER,
    ColumnMap,
    Guess,
    above,
    find_table,
    guess,
    habits,
    lacking,
    unsure,
)
from ledger.headings.rules import DAY_FIELDS, MONEY_FIELDS, band_edges, is_later_day
from ledger.papers.errors import PaperLeftOut
from ledger.papers.gateway import PapersTable, PaperTable, is_parcel
from ledger.readers.errors import DateColumnMissing, HeaderMissing, NoRows
from ledger.readers.rules import Reading
from ledger.suppliers.rules import SupplierFacts
from ledger.tables.errors import FileEmpty, FileOfBank
from ledger.tables.gateway import opener_of, table_of
from ledger.tables.rules import MOST_SHEETS, SHEET, Table, paper_row

SAMPLE = 1000
"""Rows looked at to find header, separator and columns."""

EXAMPLES = 3
"""Cells of a column that are shown to tell what it holds."""

_MT940 = re.compile(rb"^:20:[^\n]*\n(?s:.*)^:25:", re.MULTILINE)
"""A reference and, further on, an account, each at the start of a line."""


class Found:
    """A table whose columns were looked at: what they are called, what they seem to hold, and its first rows."""

    def __init__(self, table: Table, wanted: ColumnMap | None = None) -> None:
        self.table = table
        first = list(islice(table.records(), SAMPLE + DEEPEST_HEADER))
        rows = [cells for _, cells in first]
        if not any(any(cell.strip() for cell in cells) for cells in rows):
            raise FileEmpty
        start = find_table(rows[:DEEPEST_HEADER], _names(wanted))
        if start is None:
            raise HeaderMissing
        self.header_row = first[start.place][0] if start.place >= 0 else 0
        self.labels = start.labels
        self.above, self.sample = rows[: max(start.place, 0)], rows[start.place + 1 :]
        self.guess: Guess = guess(self.labels, self.sample)

    @property
    def names_columns(self) -> bool:
        """Whether the labels stand in the file itself; XML has none, there they are our names of fields."""
        return not isinstance(self.table, PaperTable | PapersTable)

    def examples(self) -> dict[str, list[str]]:
        """What stands in each column, first of all: some cells that differ."""
        return {
            label: list(dict.fromkeys(
                cell for row in self.sample if at < len(row) for cell in [" ".join(row[at].split())] if cell
            ))[:EXAMPLES]
            for at, label in enumerate(self.labels)
        }  # fmt: skip

    def reading(
        self,
        columns: ColumnMap | None = None,
        period: Period | None = None,
        reports: Callable[[SupplierFacts], bool] | None = None,
        today: date | None = None,
    ) -> Reading:
        """The purchase lines, with the mapping given or, when it is sure enough, the guess.

        `reports` says whether a supplier is an anchor that reports itself: only those may be paid under X6, and
        who is paid without a code and does is asked about.
        `today`: later dates, and a file that ends years before, are flagged.

        Raises:
            ColumnsUnsure: a guess that is not safe; names what is missing.
            BandInTwoColumns: two columns hold the bounds of a class, and none an amount.
            ColumnUnknown: the mapping names a column that is not there.
            DateColumnMissing: no date in any column, and no period given.
            MarkUnclear: nothing says whether a point or a comma is for cents.
        """
        if not self.table.is_part and not any(any(cell.strip() for cell in cells) for cells in self.sample):
            raise NoRows
        edges = band_edges(self.labels)
        chosen = self._chosen(columns, edges)
        places = chosen.places(self.labels)
        if period is None and "band" not in places and not places.keys() & set(DAY_FIELDS):
            raise DateColumnMissing
        filled, unsaid = habits(chosen, places, lambda: self.sample)
        if unsaid and len(self.sample) >= SAMPLE:
            said = {name: getattr(filled, name) for name in ("mark", "order") if name not in unsaid}
            filled, unsaid = habits(replace(chosen, **said), places, self._whole)
        if "mixed" in unsaid:
            raise MarkUnclear(field="mark")
        assumed = sorted(f"{each}_assumed" for each in unsaid if getattr(filled, each))
        if not filled.mark:
            filled = replace(filled, mark="." if self.table.delimiter == "," else ",")
        made = Reading(
            self.table, filled, self.labels, self.header_row, period=period, today=today,
            reports=reports or (lambda _supplier: True),
            confidence=self.guess.confidence if columns is None else dict.fromkeys(chosen.fields, 1.0),
        )  # fmt: skip
        made.asks = reports or made.asks
        if len(self.table.sheets) < 2:
            made.above = above(self.above, made.columns.mark)
        notes = [*self.table.notes, *assumed]
        if edges is not None and set(edges) & {chosen.fields.get(name) for name in MONEY_FIELDS}:
            notes.append("band_edge")
        if "invoice_date" not in places:
            notes.append("dated_by_period" if period else "no_invoice_date")
        elif is_later_day(chosen.fields["invoice_date"]):
            notes.append("payment_date")
        self._tell(made, notes)
        return made

    def _chosen(self, columns: ColumnMap | None, edges: tuple[str, str] | None) -> ColumnMap:
        chosen = self._classed(columns or self.guess.map)
        is_guess = columns is None and chosen.fields.get("amount") in (edges or ())
        if edges is not None and (is_guess or "amount" in lacking(chosen.fields)):
            raise BandInTwoColumns(low=edges[0], high=edges[1])
        if columns is None and (missing := lacking(chosen.fields)):
            raise unsure(missing)
        return chosen

    def _classed(self, chosen: ColumnMap) -> ColumnMap:
        """The mapping, with a column of amounts that holds classes, as "10.000 - 20.000", as what it is."""
        fields = chosen.fields
        label = fields.get("amount") or ("amount" in lacking(fields) and self.guess.proposed.get("amount"))
        if not label or label not in self.labels:
            return chosen
        at = self.labels.index(label)
        cells = [row[at] for row in self.sample if at < len(row) and not is_blank(row[at])]
        if not cells or sum(map(is_class, cells)) * 2 < len(cells):
            return chosen
        return replace(chosen, fields={**{k: v for k, v in fields.items() if k != "amount"}, "band": label})

    def _tell(self, made: Reading, notes: list[str]) -> None:
        """Flag what is to be known of the whole file, and every sheet that is not read. A file left out is a fault."""
        for note in notes:
            made.tally.flags.add(self.header_row, "", note)
        for sheet in self.table.sheets:
            if isinstance(sheet.fault, PaperLeftOut):
                made.tally.faults.add(paper_row(sheet.place - MOST_SHEETS, 0), "", sheet.fault)
            elif sheet.fault is not None:
                made.tally.flags.add(sheet.place * SHEET, "", sheet.fault)

    def _whole(self) -> Iterator[list[str]]:
        return (cells for number, cells in self.table.records() if number > self.header_row)


def look(source: Path | bytes, wanted: ColumnMap | None = None, *, is_part: bool = False) -> Found:
    """A file's table and what its columns seem to hold; with a mapping, the header is the row that has its labels.

    `is_part`: the source is the beginning of a file.

    Raises:
        FileUnreadable: no table. HeaderMissing: no row names the columns.
    """
    return Found(_table(source, wanted, is_part=is_part), wanted)


def _names(wanted: ColumnMap | None) -> set[str]:
    return set(wanted.fields.values()) if wanted else set()


def _table(source: Path | bytes, wanted: ColumnMap | None, *, is_part: bool) -> Table:
    opener = opener_of(source)
    if is_parcel(opener):
        return PapersTable(opener)
    with opener() as file:
        start = file.read(2000)
    plain = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if _MT940.search(plain):
        raise FileOfBank
    if plain.startswith(b"<"):
        return PaperTable(opener, is_part=is_part)
    return table_of(opener, _names(wanted), is_part=is_part)
