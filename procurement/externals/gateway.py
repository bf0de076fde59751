"""Reads a CSV of contracts as offices export it: UTF-8 or Windows-1252, UTF-16, comma, semicolon or tab."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Cpv, KvkNumber
from cwb.kernel.money import MAX_MINOR, Money
from cwb.kernel.text import N_
from procurement.externals import errors
from procurement.externals.rules import Facts, checked

COLUMNS: Mapping[str, str] = {
    "title": N_("Waar het contract over gaat"),
    "supplier_name": N_("Naam van de leverancier"),
    "value": N_("Waarde over de hele looptijd, zonder btw: 1250.00 of 1250,00"),
    "starts_on": N_("Eerste dag, als 2026-07-31 of 31-07-2026"),
    "ends_on": N_("Laatste dag"),
    "supplier_kvk": N_("KvK-nummer van de leverancier, 8 cijfers"),
    "cpv": N_("CPV-code, 8 cijfers"),
    "reference": N_("Uw eigen kenmerk"),
    "tenderned_number": N_("Nummer op TenderNed"),
    "published_on": N_("Datum van publicatie op TenderNed"),
}
"""The columns that are read; the first five must be there. Others are refused, so that no typing error is lost."""

NEEDED = ("title", "supplier_name", "value", "starts_on", "ends_on")

MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row: its line in the file (from 1), its column, and why."""

    row: int
    field: str
    fault: RuleBroken


@dataclass(slots=True)
class Read:
    """What a file holds: rows that can be kept with their line, the faults of the others, how it was read."""

    encoding: str
    delimiter: str
    count: int
    rows: list[tuple[int, Facts]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_contracts(content: bytes) -> Read:
    """The rows of a CSV with the names of `COLUMNS` in its first row; empty rows are none.

    Raises:
        FileUnreadable: the file as a whole; says why.
    """
    text, encoding = _text(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise errors.FileUnreadable(why=f"regel {reader.line_num} is geen CSV.") from None
    if not lines:
        raise errors.FileUnreadable(why="het is leeg.")
    if len(lines) - 1 > MOST_ROWS:
        raise errors.FileUnreadable(why=f"het heeft meer dan {MOST_ROWS} regels. Splits het.")
    head = [cell.strip().lower() for cell in lines[0][1]]
    _check_head(head)
    found = Read(encoding, delimiter, len(lines) - 1)
    for number, cells in lines[1:]:
        _read_row(found, number, head, cells)
    return found


def _text(content: bytes) -> tuple[str, str]:
    encodings = ["utf-8-sig", "cp1252"]
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding
    raise errors.FileUnreadable(why="het is geen tekst. Sla het op als “CSV UTF-8”.")


def _check_head(head: Sequence[str]) -> None:
    if missing := [name for name in NEEDED if name not in head]:
        raise errors.FileUnreadable(why=f"deze kolommen ontbreken: {', '.join(missing)}.")
    if strange := [name for name in head if name not in COLUMNS]:
        raise errors.FileUnreadable(why=f"deze kolommen kennen wij niet: {', '.join(strange)[:200]}.")
    if twice := sorted({name for name in head if head.count(name) > 1}):
        raise errors.FileUnreadable(why=f"deze kolommen staan er twee keer: {', '.join(twice)}.")


def _read_row(found: Read, number: int, head: Sequence[str], cells: Sequence[str]) -> None:
    """Read one row; every fault in it is kept."""
    if len(cells) != len(head):
        why = "er zijn meer of minder vakken dan kolommen."
        found.faults.append(Fault(number, "", errors.FileUnreadable(why=why)))
        return
    typed = {name: " ".join(cell.split()) for name, cell in zip(head, cells, strict=True)}
    faults: list[Fault] = []

    def kept(name: str, parse: type[Money] | type[date] | type[KvkNumber] | type[Cpv]) -> object:
        text = typed.get(name, "")
        try:
            if not text:
                return None
            return {Money: _amount, date: day, KvkNumber: KvkNumber.parse, Cpv: Cpv.parse}[parse](text)
        except RuleBroken as fault:
            faults.append(Fault(number, name, fault))
            return None

    value, starts, ends = kept("value", Money), kept("starts_on", date), kept("ends_on", date)
    published, kvk, cpv = kept("published_on", date), kept("supplier_kvk", KvkNumber), kept("cpv", Cpv)
    known = {each.field for each in faults}
    if value is None and "value" not in known:
        faults.append(Fault(number, "value", errors.ValueInvalid()))
    faults.extend(
        Fault(number, name, errors.DayInvalid())
        for name, at in (("starts_on", starts), ("ends_on", ends))
        if at is None and name not in known
    )
    if isinstance(value, Money) and isinstance(starts, date) and isinstance(ends, date) and not faults:
        try:
            facts = Facts(
                typed["title"], typed["supplier_name"], value, starts, ends,
                kvk if isinstance(kvk, KvkNumber) else None, cpv if isinstance(cpv, Cpv) else None,
                typed.get("reference", ""), typed.get("tenderned_number", ""),
                published if isinstance(published, date) else None,
            )  # fmt: skip
            found.rows.append((number, checked(facts)))
        except RuleBroken as fault:
            faults.append(Fault(number, fault.field or "", fault))
    found.faults.extend(faults)


def _amount(text: str) -> Money:
    """An amount; thousands may be set apart where cents follow. What can be read in two ways (1.250) is refused.

    Raises:
        ValueInvalid: no such amount.
    """
    if re.fullmatch(r"(?:€ ?)?[0-9]{1,3}(?:(?:\.[0-9]{3})+,[0-9]{2}|(?:,[0-9]{3})+\.[0-9]{2})", text):
        text = re.sub(r"[.,](?=[0-9]{3})", "", text)
    found = re.fullmatch(r"(?:€ ?)?([0-9]{1,13})(?:[.,]([0-9]{2}))?", text)
    value = int(found[1]) * 100 + int(found[2] or 0) if found else MAX_MINOR + 1
    if value > MAX_MINOR:
        raise errors.ValueInvalid
    return Money(value)


def day(text: str) -> date:
    """A day, year first or day first.

    Raises:
        DayInvalid: no day.
    """
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    parts = found.groups() if found else None
    if parts is None and (found := re.fullmatch(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})", text)):
        parts = found.groups()[::-1]
    try:
        year, month, number = (int(part) for part in parts or ())
        return date(year, month, number)
    except ValueError:
        raise errors.DayInvalid from None
