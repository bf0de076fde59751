"""When a line of a file seems to be a purchase that was booked already: in another layout, or with another amount."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

CONTRADICT = ("code", "kvk_number", "vat_id")
"""Numbers of which a supplier has one: where both lines have one and they differ, they are two suppliers."""


class Who(NamedTuple):
    """A supplier as far as it is compared: who it was found to be, its name without capitals and signs, its numbers."""

    whose: str
    name: str
    code: str = ""
    kvk_number: str | None = None
    vat_id: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """What it may be found by: who it is, its KvK number, its name."""
        number = (f"#{self.kvk_number}",) if self.kvk_number else ()
        return (f"={self.whose}", *number, f"~{self.name}")

    def may_be(self, other: "Who") -> bool:
        """Whether both may be one: found to be, by KvK number, or by name while no number of them differs."""
        if self.whose == other.whose or (self.kvk_number and self.kvk_number == other.kvk_number):
            return True
        numbers = ((getattr(self, name), getattr(other, name)) for name in CONTRADICT)
        return self.name == other.name and all(not a or not b or a == b for a, b in numbers)


class Counted(NamedTuple):
    """A line of a ledger that stands, and the import it came with."""

    id: int
    supplier_id: int
    invoice_on: date
    amount: int
    document_key: str
    identity: bytes
    import_id: int | None


class Fresh(NamedTuple):
    """A line of a file that is not stored in the same words."""

    supplier_id: int
    invoice_on: date
    amount: int
    document_key: str


Shelf = dict[str, list[Counted]]
"""The lines of one day, amount and supplier, by document ("" for none)."""


@dataclass(slots=True)
class Found:
    """How many lines seem to count already, their sum in cents, and how many per import (None: handed in here).

    `changed` lines name an invoice that counts already with another amount; `changed_amount` is their sum in cents.
    `merged`: a stored line that one of those is paired with, and the other lines of its invoice that nothing in the
    file is paired with: one amount came for several, so they go together.
    """

    lines: int = 0
    amount: int = 0
    changed: int = 0
    changed_amount: int = 0
    imports: dict[int | None, int] = field(default_factory=dict)
    merged: dict[int, list[int]] = field(default_factory=dict)

    def kept(self) -> dict[str, dict[str, list[int]]]:
        """What an import keeps of it, as JSON: `merged`, where there is any."""
        return {"merged": {str(key): lines for key, lines in self.merged.items()}} if self.merged else {}


class Pairing:
    """Pairs lines with lines that stand, each with one at most: the smaller number of both, as often as they occur."""

    def __init__(self, who: Callable[[int], Who]) -> None:
        self._who = who
        self._taken: set[int] = set()
        self.found = Found()

    def is_taken(self, line_id: int) -> bool:
        """Whether a line of the file seems to be this one."""
        return line_id in self._taken

    def pair(
        self, fresh: Iterable[Fresh | None], counted: Iterable[Counted], seen: Callable[[bytes], int]
    ) -> list[int | None]:
        """For each line of a file (None: of no interest) the line it seems to be.

        `seen`: how often an identity came by in the file, for a line that came in the same words is taken by that.
        """
        shelves = self._shelves(counted, seen)
        return [None if each is None or not shelves else self._one(each, shelves) for each in fresh]

    def _shelves(
        self, counted: Iterable[Counted], seen: Callable[[bytes], int]
    ) -> dict[tuple[date, int, str], Shelf]:
        shelves: dict[tuple[date, int, str], Shelf] = defaultdict(lambda: defaultdict(list))
        passed: dict[bytes, int] = defaultdict(int)
        for each in counted:
            passed[each.identity] += 1
            if each.id in self._taken or passed[each.identity] <= seen(each.identity):
                continue
            for key in self._who(each.supplier_id).keys:
                shelves[each.invoice_on, each.amount, key][each.document_key].append(each)
        return shelves

    def _one(self, fresh: Fresh, shelves: dict[tuple[date, int, str], Shelf]) -> int | None:
        who = self._who(fresh.supplier_id)
        for key in who.keys:
            shelf = shelves.get((fresh.invoice_on, fresh.amount, key))
            if not shelf:
                continue
            for document in [fresh.document_key, ""] if fresh.document_key else ["", *shelf]:
                line = self._take(shelf.get(document, []), who)
                if line is not None:
                    self.found.lines += 1
                    self.found.amount += line.amount
                    self.found.imports[line.import_id] = self.found.imports.get(line.import_id, 0) + 1
                    return line.id
        return None

    def _take(self, lines: list[Counted], who: Who) -> Counted | None:
        """One that is free, from the end; those that were taken from another shelf go."""
        while lines and lines[-1].id in self._taken:
            lines.pop()
        for each in reversed(lines):
            if each.id not in self._taken and self._who(each.supplier_id).may_be(who):
                self._taken.add(each.id)
                return each
        return None


Document = tuple[str, date, str]
"""Who a supplier is, the day and the compared number of an invoice."""


def names_one(document_key: str) -> bool:
    """Whether a document number can tell invoices apart: it holds a digit."""
    return any(sign.isdigit() for sign in document_key)


def may_restate(amount: int, counted: int) -> bool:
    """Whether an amount may stand for one that counts: both cost, or both give back, as a credit note does."""
    return (amount < 0) == (counted < 0)


MOST_OPEN = 50_000
"""Lines that wait until the whole file was read; what is beyond is compared with what was read until then."""


class Restating:
    """Pairs lines with lines of the same invoice and another amount, once the whole file was read.

    What came in the same words, or seems to be in the file in others, does not stand open: an invoice in parts within
    one file is left alone. Each line that stands open is taken by one line of the file; what is left over of the file
    goes with the last of them; what is left over of the invoice goes with the line that was taken last (`merged`). Only
    lines of an invoice that stands are remembered.
    """

    def __init__(self, pairing: Pairing, seen: Callable[[bytes], int]) -> None:
        self._pairing, self._seen = pairing, seen
        self._marks: dict[Document, int] = {}
        self._counted: list[dict[int, Counted]] = []
        self._open: dict[int, list[int]] = {}
        self._last: dict[int, int] = {}
        self._marked = 0

    def mark(self, document: Document, counted: Iterable[Counted], amount: int) -> int | None:
        """A number below 0 that stands for lines of the file with this invoice, until `settled` is asked.

        After `MOST_OPEN` of them what `settled` says of this amount (cents) at once.
        """
        place = self._marks.setdefault(document, len(self._counted))
        if place == len(self._counted):
            self._counted.append({})
        self._counted[place] |= {each.id: each for each in counted}
        self._marked += 1
        return -1 - place if self._marked <= MOST_OPEN else self.settled(-1 - place, amount)

    def settled(self, mark: int | None, amount: int) -> int | None:
        """The stored line that a line of the file with this amount (cents) may replace; None when none stands open.

        What is no mark is given back as it is.
        """
        if mark is None or mark >= 0:
            return mark
        free = self._open.get(mark)
        if free is None:
            free = self._open[mark] = self._free(self._counted[-1 - mark].values())
        if not free:
            return None
        self._pairing.found.changed += 1
        self._pairing.found.changed_amount += amount
        merged = self._pairing.found.merged
        merged.pop(self._last.get(mark, 0), None)
        if len(free) == 1:
            return free[0]
        self._last[mark] = free.pop(0)
        merged[self._last[mark]] = free
        return self._last[mark]

    def _free(self, counted: Iterable[Counted]) -> list[int]:
        passed: dict[bytes, int] = defaultdict(int)
        found = []
        for each in sorted(counted):
            passed[each.identity] += 1
            if not self._pairing.is_taken(each.id) and passed[each.identity] > self._seen(each.identity):
                found.append(each.id)
        return found
