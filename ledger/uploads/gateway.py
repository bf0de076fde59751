"""Reads a clean CSV of purchase lines. Guessing at messy files is not its work."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Cpv, Iban, KvkNumber, VatId
from cwb.kernel.money import MAX_MINOR, Money
from cwb.kernel.text import N_
from ledger.spend.errors import DateInvalid
from ledger.spend.rules import LineFacts
from ledger.suppliers.rules import SupplierFacts
from ledger.uploads.errors import AmountInvalid, FileUnreadable, YesNoInvalid

COLUMNS: Mapping[str, str] = {
    "supplier_name": N_("Naam van de leverancier"),
    "document_number": N_("Factuurnummer van de leverancier"),
    "invoice_date": N_("Factuurdatum, als 2026-07-31 of 31-07-2026"),
    "amount": N_("Bedrag zonder btw, als 1250.00 of 1250,00. Een creditnota heeft een min."),
    "supplier_code": N_("Uw eigen nummer van de leverancier"),
    "kvk": N_("KvK-nummer, 8 cijfers"),
    "vat_id": N_("Btw-id"),
    "iban": N_("IBAN"),
    "street": N_("Straat"),
    "house_number": N_("Huisnummer"),
    "postcode": N_("Postcode"),
    "city": N_("Plaats"),
    "country": N_("Land, twee letters (leeg is NL)"),
    "natural_person": N_("Eenmanszaak of persoon: ja of nee"),
    "description": N_("Omschrijving"),
    "cpv": N_("CPV-code, 8 cijfers"),
    "exclusion": N_("Code X1 tot en met X7, of leeg"),
    "irrecoverable_vat": N_("Btw die u niet terugkrijgt"),
    "contract": N_("Contractnummer"),
    "contract_start": N_("Eerste dag van het contract"),
    "contract_end": N_("Laatste dag van het contract"),
    "tender": N_("Nummer van de opdracht"),
    "credit_of": N_("Factuurnummer dat deze creditnota verlaagt"),
}
"""The columns that are read; the first four must be there. Others are refused, so that no typing error is lost."""

NEEDED = ("supplier_name", "document_number", "invoice_date", "amount")

MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row: its line in the file (from 1), its column, and why."""

    row: int
    field: str
    fault: RuleBroken


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: the rows that can be booked, with their line in the file, and the faults of the others."""

    rows: list[tuple[int, LineFacts]]
    faults: list[Fault]
    count: int


def read_lines(content: bytes) -> Read:
    """The rows of a CSV: UTF-8, comma or semicolon, the names of `COLUMNS` in the first row.

    Raises:
        FileUnreadable: the file as a whole; says why.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(why="het is geen UTF-8. Sla het op als “CSV UTF-8”.") from None
    if "\x00" in text:
        raise FileUnreadable(why="het is geen tekst.")
    first = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise FileUnreadable(why=f"regel {reader.line_num} is geen CSV.") from None
    if not lines:
        raise FileUnreadable(why="het is leeg.")
    if len(lines) - 1 > MOST_ROWS:
        raise FileUnreadable(why=f"het heeft meer dan {MOST_ROWS} regels. Splits het.")
    head = [cell.strip().lower() for cell in lines[0][1]]
    _check_head(head)
    found = Read([], [], len(lines) - 1)
    for number, cells in lines[1:]:
        if len(cells) != len(head):
            why = "er zijn meer of minder vakken dan kolommen."
            found.faults.append(Fault(number, "", FileUnreadable(why=why)))
            continue
        _read_row(found, number, {name: cell.strip() for name, cell in zip(head, cells, strict=True)})
    return found


def _check_head(head: list[str]) -> None:
    if missing := [name for name in NEEDED if name not in head]:
        raise FileUnreadable(why=f"deze kolommen ontbreken: {', '.join(missing)}.")
    if strange := [name for name in head if name not in COLUMNS]:
        raise FileUnreadable(why=f"deze kolommen kennen wij niet: {', '.join(strange)[:200]}.")
    if twice := sorted({name for name in head if head.count(name) > 1}):
        raise FileUnreadable(why=f"deze kolommen staan er twee keer: {', '.join(twice)}.")


def _read_row(found: Read, number: int, cells: Mapping[str, str]) -> None:
    """Read one row; every fault in it is kept."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, parse in _PARSERS.items():
        text = cells.get(name, "")
        try:
            values[name] = parse(text) if text else None
        except RuleBroken as fault:
            faults.append(Fault(number, name, fault))
    if not faults and values["amount"] is None:
        faults.append(Fault(number, "amount", AmountInvalid()))
    if not faults:
        try:
            found.rows.append((number, _line(cells, values)))
        except RuleBroken as fault:
            faults.append(Fault(number, fault.field or "", fault))
    found.faults.extend(faults)


def _line(cells: Mapping[str, str], values: Mapping[str, Any]) -> LineFacts:
    supplier = SupplierFacts(
        name=cells["supplier_name"], code=cells.get("supplier_code", ""), kvk_number=values["kvk"],
        vat_id=values["vat_id"], iban=values["iban"], street=cells.get("street", ""),
        house_number=cells.get("house_number", ""), postcode=cells.get("postcode", ""), city=cells.get("city", ""),
        country=cells.get("country", "").upper() or "NL", natural_person=values["natural_person"],
    )  # fmt: skip
    return LineFacts(
        supplier=supplier, document_number=cells["document_number"], invoice_on=values["invoice_date"],
        amount=values["amount"], irrecoverable_vat=values["irrecoverable_vat"] or Money(0),
        description=cells.get("description", ""), cpv=values["cpv"],
        exclusion=cells.get("exclusion", "").upper() or None, contract_reference=cells.get("contract", ""),
        contract_starts_on=values["contract_start"], contract_ends_on=values["contract_end"],
        tender_reference=cells.get("tender", ""), credits_document=cells.get("credit_of", ""),
    )  # fmt: skip


_AMOUNT = re.compile(r"([+-]?)([0-9]{1,13})(?:[.,]([0-9]{2}))?")


def _amount(text: str) -> Money:
    found = _AMOUNT.fullmatch(text)
    value = int(found[2]) * 100 + int(found[3] or 0) if found else MAX_MINOR + 1
    if found is None or value > MAX_MINOR:
        raise AmountInvalid
    return Money(-value if found[1] == "-" else value)


def _day(text: str) -> date:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
    parts = found.groups() if found else None
    if parts is None and (found := re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})", text)):
        parts = found.groups()[::-1]
    try:
        year, month, day = (int(part) for part in parts or ())
        return date(year, month, day)
    except ValueError:
        raise DateInvalid from None


def _yes_no(text: str) -> bool:
    answer = {"ja": True, "yes": True, "nee": False, "no": False}.get(text.lower())
    if answer is None:
        raise YesNoInvalid
    return answer


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "amount": _amount, "irrecoverable_vat": _amount, "invoice_date": _day, "contract_start": _day,
    "contract_end": _day, "natural_person": _yes_no, "kvk": KvkNumber.parse, "vat_id": VatId.parse,
    "iban": Iban.parse, "cpv": Cpv.parse,
}  # fmt: skip
