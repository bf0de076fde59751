"""From the cells of a table to purchase lines: what is taken, what is flagged, what is refused.

A row with a fault is told and left out; a doubtful detail of a good purchase (an unreadable KvK number, a missing date)
is flagged, so that the purchase is not lost. The file as a whole is refused when what was read cannot be the file.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from cwb.kernel.digests import Digests
from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.text import N_, Marked
from ledger.cells.errors import AmountMissing
from ledger.cells.rules import GROUPS, band, cents, day, is_blank, three_decimals, told
from ledger.columns.rules import Above, ColumnMap
from ledger.details.rules import EXTRA_FIELDS, SUPPLIER_FIELDS, Extra, Findings, Flags, extra, supplier
from ledger.readers.errors import (
    BandedAmounts,
    CellsExtra,
    FileCutOff,
    MostRowsFaulty,
    NoRows,
    OtherCurrency,
    OtherPeriod,
    OutsidePeriod,
    PayeeReports,
    TotalsDiffer,
)
from ledger.spend.errors import CurrencyUnsupported, ExclusionNotAnchor, LineTextTooLong
from ledger.spend.rules import LONG, SHORT, Row
from ledger.suppliers.rules import SupplierFacts
from ledger.tables.rules import Table

BATCH = 10_000
_MOST_MEMOS = 50_000
_LONG_AGO = timedelta(days=2 * 366)
_TOTAL = re.compile(r"(?i)\s*(sub|eind|grand|groot|report)?[\s-]*(totaal|totalen|totals?|saldo|som|sum)\b")
_PAGE = re.compile(r"(?i)\s*(pagina|bladzijde|blad|pag\.?|page)\s*\d+(\s*(van|of|/)\s*\d+)?\s*")


@dataclass(slots=True)
class Tally:
    """What was read so far. Amounts in cents, over the accepted rows; `all_total` over every readable amount.

    `days`: how many rows fall on each day (None: no readable date).
    """

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    total: int = 0
    negatives: int = 0
    negatives_total: int = 0
    all_total: int = 0
    first_on: date | None = None
    last_on: date | None = None
    days: dict[date | None, int] = field(default_factory=dict)
    faults: Findings = field(default_factory=Findings)
    flags: Findings = field(default_factory=Findings)
    totals: list[tuple[int, int, int]] = field(default_factory=list)


class _Memo(dict[Any, Any]):
    """Remembers what was made of the same cells before; forgets all when it grows too large."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, key: Any) -> Any:
        if len(self) >= _MOST_MEMOS:
            self.clear()
        made = self[key] = self.make(key)
        return made


def _picker(places: Sequence[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes some cells out of a row, quickly."""
    if len(places) > 1:
        return itemgetter(*places)
    return (lambda cells: (cells[places[0]],)) if places else (lambda _cells: ())


class Reading:
    """A file being read: give its `batches` to who stores them. What was found stands in `tally` when they end.

    `suppliers` grows while the batches are read. `today`: later dates are flagged. The end raises `FileRefused` when
    the file must be refused whole, so what stored the batches must then be undone.
    """

    def __init__(
        self, table: Table, columns: ColumnMap, labels: Sequence[str], header_row: int, *,
        confidence: Mapping[str, float], period: Period | None, reports: Callable[[SupplierFacts], bool],
        today: date | None = None,
    ) -> None:  # fmt: skip
        self.table, self.columns, self.labels, self.header_row = table, columns, list(labels), header_row
        self.confidence, self.period, self._reports, self._today = confidence, period, reports, today
        self.places = columns.places(labels)
        self.suppliers: list[SupplierFacts] = []
        self.tally = Tally()
        self._index: dict[SupplierFacts, int] = {}
        self._mark, self._group = (",", ".") if columns.mark == "," else (".", ",")
        self._supplier_fields = [name for name in SUPPLIER_FIELDS if name in self.places]
        self._extra_fields = [name for name in EXTRA_FIELDS if name in self.places]
        self._who = _picker([self.places[name] for name in self._supplier_fields])
        self._more = _picker([self.places[name] for name in self._extra_fields])
        self._payees, self._extras = dict[tuple[str, ...], int](), _Memo(self._extra)
        self._days, self._cents = _Memo(self._day), _Memo(self._amount)
        self._seen: Digests | None = Digests(8)
        self._doubts, self._doubtful_extras = _Memo(self._doubt), _Memo(self._doubtful_extra)
        money = next(
            each for each in (["amount"], ["debit", "credit"], ["band"]) if self.places.keys() >= {*each}
        )
        self._money = _picker([self.places[name] for name in money])
        self._money_field = money[0]
        self._batch, self._short, self.above = list[Row](), 0, Above()
        self.asks: Callable[[SupplierFacts], bool] = lambda _supplier: False
        self._coded: set[int] = set()

    def hear_repeats(self) -> Callable[[int], None]:
        """Who stores the rows knows which of them came by before, and tells it here: they are not looked for twice."""
        self._seen = None
        return lambda number: self.tally.flags.add(number, "", "identical")

    def batches(self) -> Iterator[list[Row]]:
        """The rows in order of the file, some ten thousand at a time.

        Raises:
            FileRefused: at the end, when the file cannot be booked.
            FileUnreadable: it breaks off inside a quotation.
        """
        if self._money_field == "band":
            self._refuse_bands()
        places, mark, group = self.places, self._mark, self._group
        amount_at, date_at = places.get("amount", -1), places.get("invoice_date", -1)
        document_at, note_at = places.get("document_number", -1), places.get("description", -1)
        numbers, extras, days = self._payees.get, self._extras, self._days
        who_of, more_of = self._who, self._more
        batch, make = self._batch, tuple.__new__
        for number, cells in self._body():
            text = cells[amount_at]
            digits = text[:-3] + text[-2:]
            if group in digits and GROUPS.fullmatch(text, text[:1] == "-", len(text) - 3):
                digits = digits.replace(group, "")
            key, on, more = who_of(cells), days[cells[date_at]], extras[more_of(cells)]
            document, note = cells[document_at].strip(), cells[note_at].strip()
            row: Row | None
            if (
                text[-3:-2] == mark and digits.removeprefix("-").isdecimal() and len(digits) < 15 and on and more
                and len(document) <= SHORT and len(note) <= LONG and "\n" not in note and "\n" not in document
                and ((who := numbers(key, -1)) >= 0 or (date_at >= 0 and (who := self._plainly(key)) >= 0))
            ):  # fmt: skip
                facts = (number, who, document, on, int(digits) * more[0], more[1], note)
                row = make(Row, facts + more[2])  # a third of the time of Row(...)
            else:
                row = self._careful(number, cells, document, note)
            if row is not None:
                batch.append(row)
                if len(batch) >= BATCH:
                    self._count(batch)
                    yield batch
                    batch = self._batch = []
        self._count(batch)
        if batch:
            yield batch
        self._judge()

    def _body(self) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header, each with as many cells as there are columns and an empty one behind them."""
        width, header_row = len(self.labels), self.header_row
        for number, cells in self.table.records():
            if number <= header_row:
                continue
            if len(cells) != width:
                if not any(cells):
                    continue
                if any(cell.strip() for cell in cells[width:]):
                    self._reject(number, [("", CellsExtra())], None)
                    continue
                if len(cells) < width:
                    self._short = number
                    self.tally.flags.add(number, "", "row_short")
                cells = (cells + [""] * width)[:width]  # noqa: PLW2901 (the same row, as wide as the table)
            else:
                self._short = 0
            cells.append("")
            yield number, cells

    def _careful(self, number: int, cells: list[str], document: str, note: str) -> Row | None:
        """A row that is not plain: read part by part; None when it is no row or has a fault."""
        if not any(cell.strip() for cell in cells) or self._is_aside(number, cells):
            return None
        amount, (who, flags) = self._cents[self._money(cells)], self._doubts[self._who(cells)]
        more, further = self._doubtful_extras[self._more(cells)]
        on = self._days[cells[self.places.get("invoice_date", -1)]]
        document, text = (" ".join(each.split()) if "\n" in each else each for each in (document, note))
        found: list[tuple[str, RuleBroken]] = [
            (each.field or name, each)
            for name, each in ((self._money_field, amount), ("supplier_name", who), ("side", more))
            if isinstance(each, RuleBroken)
        ]
        found += [("invoice_date", OutsidePeriod())] if on is False else []
        if (
            isinstance(more, Extra)
            and more.exclusion == "X6"
            and not (isinstance(who, SupplierFacts) and self._reports(who))
        ):
            found.append(("exclusion", ExclusionNotAnchor()))
        found += [("document_number", LineTextTooLong())] if len(document) > SHORT else []
        if found:
            self._reject(number, found, amount if isinstance(amount, int) else None)
            return None
        number_of_payee = self._number(who, self._who(cells), is_plain=not flags)
        self._coded |= {number_of_payee} if more.exclusion == "X6" else set()
        flags = [*flags, *further]
        flags += [("invoice_date", "date_missing")] if on is None and "invoice_date" in self.places else []
        flags += [("description", "text_shortened")] if len(text) > LONG else []
        flags += [("amount", "three_decimals")] if three_decimals(self._money(cells), self._mark) else []
        for name, flag in flags:
            self.tally.flags.add(number, name, flag)
        return Row(number, number_of_payee, document, on, amount * more[0], more[1], text[:LONG], *more[2:])

    def _is_aside(self, number: int, cells: list[str]) -> bool:
        """Whether a row is no purchase: the header again, a total, or a remark below the table."""
        said = [cells[self.places[it]] for it in ("invoice_date", "document_number") if it in self.places]
        if "invoice_date" in self.places and day(said[0]):
            return False
        filled = [cell for cell in cells if cell.strip()]
        is_page = bool(filled) and all(_PAGE.fullmatch(cell) for cell in filled)
        if is_page:
            self.tally.flags.add(number, "", "note_row")
        labels = [re.sub(r" ?#\d+$", "", label) for label in self.labels]
        if is_page or [" ".join(cell.split()) for cell in cells[:-1]] == labels:
            return True
        if any(day(text) or (not is_blank(text) and not _TOTAL.match(text)) for text in said):
            return False
        name = cells[self.places["supplier_name"]]
        amount = self._cents[self._money(cells)]
        has_word = any(_TOTAL.match(cell) for cell in filled)
        if isinstance(amount, int) and (has_word or (is_blank(name) and len(filled) == 1)):
            so_far = self.tally.all_total + sum(row.amount for row in self._batch)
            self.tally.totals.append((number, amount, so_far))
            self.tally.flags.add(number, self._money_field, "total_row")
            return True
        if isinstance(amount, AmountMissing) and is_blank(name) and len(filled) == 1:
            self.tally.flags.add(number, "", "note_row")
            return True
        return False

    def _reject(self, number: int, found: Sequence[tuple[str, RuleBroken]], amount: int | None) -> None:
        self.tally.rejected, self.tally.rows = self.tally.rejected + 1, self.tally.rows + 1
        self.tally.all_total += amount or 0
        for name, fault in found:
            self.tally.faults.add(number, name, fault)

    def _count(self, batch: Sequence[Row]) -> None:
        tally = self.tally
        tally.rows, tally.accepted = tally.rows + len(batch), tally.accepted + len(batch)
        amounts = [row.amount for row in batch]
        negatives = [amount for amount in amounts if amount < 0]
        tally.total += sum(amounts)
        tally.all_total += sum(amounts)
        tally.negatives += len(negatives)
        tally.negatives_total += sum(negatives)
        for on, found in Counter([row.invoice_on for row in batch]).items():
            tally.days[on] = tally.days.get(on, 0) + found
        known = [each for each in tally.days if each is not None]
        tally.first_on, tally.last_on = min(known, default=None), max(known, default=None)
        if self._today is not None and tally.first_on and tally.last_on:
            least = min(tally.last_on, self._today) - _LONG_AGO
            if tally.first_on < least or tally.last_on > self._today:
                for row in batch:
                    if row.invoice_on is not None and not least <= row.invoice_on <= self._today:
                        is_old = row.invoice_on < least
                        tally.flags.add(row.number, "invoice_date", "date_old" if is_old else "date_future")
        if self._seen is not None:
            hashes = [hash(row[1:]).to_bytes(8, "little", signed=True) for row in batch]
            for place in self._seen.again(hashes):
                tally.flags.add(batch[place].number, "", "identical")

    def _judge(self) -> None:
        """Refuse the file whole when what was read cannot be it."""
        tally, header = self.tally, self.header_row
        if not tally.rows:
            raise NoRows
        if self._short and self.table.ends_open:
            raise FileCutOff(row=self._short)
        if tally.rejected * 2 > tally.rows:
            self._refuse_most()
        self._check_declared()
        if self._today is not None and tally.last_on is not None and tally.last_on < self._today - _LONG_AGO:
            tally.flags.add(header, "invoice_date", "long_ago")
        if tally.total < 0 and (header or self.table.delimiter or tally.negatives < tally.accepted):
            tally.flags.add(header, "amount", "negative_total")

    def _check_declared(self) -> None:
        """Hold the file to what it says of itself; ask about who is paid and hands in its own purchases."""
        tally, header = self.tally, self.header_row
        if tally.totals:
            _, declared, found = tally.totals[-1]
            if declared not in {found, *(found - before for _, _, before in tally.totals[:-1])}:
                raise TotalsDiffer(declared=told(declared), found=told(found))
        if self.above.total is not None and abs(self.above.total) != abs(tally.all_total):
            raise TotalsDiffer(declared=told(self.above.total), found=told(tally.all_total))
        if self.above.rows not in {None, tally.rows}:
            tally.flags.add(header, "", "count_differs")
        for number, payee in enumerate(self.suppliers):
            if number not in self._coded and self.asks(payee):
                tally.flags.add(header, "exclusion", PayeeReports(name=payee.name))

    def _refuse_bands(self) -> None:
        """Classes cannot be booked as amounts; what they add up to at least and at most is told."""
        low: int = 0
        high: Money | str = Marked(N_("onbekend veel"))
        tops: list[int | None] = []
        for number, cells in self._body():
            try:
                bounds = band(cells[self.places["band"]])
            except RuleBroken as fault:
                if any(cell.strip() for cell in cells):
                    self._reject(number, [("band", fault)], None)
                continue
            low += bounds[0]
            tops.append(bounds[1])
        if tops and None not in tops and not self.tally.rejected:
            high = told(sum(top for top in tops if top is not None))
        raise BandedAmounts(low=told(low), high=high)

    def _refuse_most(self) -> None:
        faults, most = self.tally.faults, self.tally.rejected / 2
        if faults.total(CurrencyUnsupported.__name__) > most:
            raise OtherCurrency
        if self.period is not None and faults.total(OutsidePeriod.__name__) > most:
            raise OtherPeriod(period=str(self.period))
        raise MostRowsFaulty(faulty=self.tally.rejected, rows=self.tally.rows)

    def _amount(self, texts: tuple[str, ...]) -> int | RuleBroken:
        try:
            if len(texts) == 1:
                return cents(texts[0], self._mark)
            if not texts or all(is_blank(text) for text in texts):
                return AmountMissing()
            debit, credit = (0 if is_blank(text) else cents(text, self._mark) for text in texts)
            return credit - debit if self.columns.credit_is_purchase else debit - credit
        except RuleBroken as fault:
            return fault

    def _day(self, text: str) -> date | bool | None:
        if "invoice_date" not in self.places:
            return self.period.start if self.period else None
        found = day(text, self.columns.order or "dmy")
        return False if found and self.period and found not in self.period else found

    def _number(self, facts: SupplierFacts, key: tuple[str, ...], *, is_plain: bool) -> int:
        """The number of a supplier that a row names; the next row with the same cells is quick when it is plain."""
        number = self._index.get(facts)
        if number is None:
            number = self._index[facts] = len(self.suppliers)
            self.suppliers.append(facts)
        if is_plain and not _TOTAL.match(facts.name):
            if len(self._payees) >= _MOST_MEMOS:
                self._payees.clear()
            self._payees[key] = number
        return number

    def _plainly(self, key: tuple[str, ...]) -> int:
        """The number of a supplier that a plain row with a date names for the first time; -1 when it needs care."""
        facts, flags = self._doubts[key]
        return -1 if flags or isinstance(facts, RuleBroken) else self._number(facts, key, is_plain=True)

    def _doubt(self, texts: tuple[str, ...]) -> tuple[SupplierFacts | RuleBroken, Flags]:
        try:
            return supplier(dict(zip(self._supplier_fields, texts, strict=True)))
        except RuleBroken as fault:
            return fault, []

    def _extra(self, texts: tuple[str, ...]) -> tuple[int, int, tuple[Any, ...]] | None:
        """Factor, irrecoverable VAT and the end of a `Row`, when these particulars need no care."""
        found, flags = self._doubtful_extras[texts]
        if isinstance(found, RuleBroken) or flags or found.exclusion == "X6":
            return None
        return found[0], found[1], found[2:]

    def _doubtful_extra(self, texts: tuple[str, ...]) -> tuple[Extra | RuleBroken, Flags]:
        cells, columns = dict(zip(self._extra_fields, texts, strict=True)), self.columns
        try:
            return extra(
                cells, mark=self._mark, order=columns.order or "dmy", credit_is_purchase=columns.credit_is_purchase,
            )  # fmt: skip
        except RuleBroken as fault:
            return fault, []
