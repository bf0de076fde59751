"""What a purchase line is: its identity, its period, and when two lines are the same purchase."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from cwb.kernel.canonical import digest
from cwb.kernel.digests import Digests
from cwb.kernel.identifiers import Cpv
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.places.rules import AreaPack
from ledger.disclosure.rules import EXCLUSIONS
from ledger.spend.errors import (
    CurrencyUnsupported,
    DateInvalid,
    ExclusionNotAnchor,
    ExclusionUnknown,
    LineTextTooLong,
    PeriodNotPublished,
    ReasonMissing,
)
from ledger.suppliers.rules import SupplierFacts
from ledger.twins.rules import Found

EXCLUSION_TEXT: Mapping[str, str] = {
    "X1": N_("Lonen en pensioenen"),
    "X2": N_("Belastingen en premies"),
    "X3": N_("Schulden en schatkist"),
    "X4": N_("Subsidies die de organisatie geeft"),
    "X5": N_("Geld voor personen (zoals een pgb)"),
    "X6": N_("Betalingen tussen grote kopers"),
    "X7": N_("Aankoop van grond of gebouwen"),
}
"""The closed list of what is not third-party purchasing (definitions local-spend-1 and 2)."""

NO_MONEY = Money(0)

SHORT, LONG = 120, 500
"""Longest references and longest descriptions, in characters."""

SLICE = 50_000
"""Lines that are taken back at a time, before who waits is told how far it is."""


class Source(StrEnum):
    """Where a line comes from: an invoice made in this house, or an anchor's own ledger."""

    INVOICE = "invoice"
    RECORDED = "recorded"


class Kind(StrEnum):
    """What a row is.

    A booked line counts; `same` and `conflict` are another record of a purchase that counts already; a reversal
    takes a line off and a correction stands in its place.
    """

    BOOKED = "booked"
    SAME = "same"
    CONFLICT = "conflict"
    REVERSAL = "reversal"
    CORRECTION = "correction"


WEIGHT: Mapping[Kind, int] = {
    Kind.BOOKED: 1, Kind.CORRECTION: 1, Kind.REVERSAL: -1, Kind.SAME: 0, Kind.CONFLICT: 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A booked purchase invoice or (negative) credit note, as it is recorded.

    `amount` is net of all VAT. `invoice_on` None: accepted, but outside every period. `credits_document` names the
    invoice a credit note takes off, so that it falls in that invoice's period.
    """

    supplier: SupplierFacts
    document_number: str
    invoice_on: date | None
    amount: Money
    irrecoverable_vat: Money = NO_MONEY
    description: str = ""
    cpv: Cpv | None = None
    exclusion: str | None = None
    contract_reference: str = ""
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    tender_reference: str = ""
    credits_document: str = ""

    def __post_init__(self) -> None:
        if self.amount.currency != "EUR" or self.irrecoverable_vat.currency != "EUR":
            raise CurrencyUnsupported(field="amount")
        texts = (self.document_number, self.contract_reference, self.tender_reference, self.credits_document)
        if any(len(text) > SHORT for text in texts) or len(self.description) > LONG:
            raise LineTextTooLong(field="description")
        if self.exclusion is not None and self.exclusion not in EXCLUSIONS:
            raise ExclusionUnknown(field="exclusion")
        for day in (self.invoice_on, self.contract_starts_on, self.contract_ends_on):
            if day is not None and not 1990 <= day.year < 2200:
                raise DateInvalid(field="invoice_on")
        ends, starts = self.contract_ends_on, self.contract_starts_on
        if ends is not None and starts is not None and ends < starts:
            raise DateInvalid(field="contract_ends_on")

    @property
    def identity(self) -> str:
        """The same for the same fields, so that recording a line twice adds nothing: 32 hex digits."""
        facts = asdict(self)
        facts["amount"], facts["irrecoverable_vat"] = self.amount.minor, self.irrecoverable_vat.minor
        return digest(_plain(facts))[:32]


class Row(NamedTuple):
    """A purchase line as a reader of files hands it over: checked like `LineFacts`, but light, for a million of them.

    `number` is the physical line in the file, from 1. `supplier` counts in `Rows.suppliers`. Amounts are signed
    cents net of VAT, texts never None, at most `SHORT` (references) or `LONG` (description) characters.
    """

    number: int
    supplier: int
    document_number: str
    invoice_on: date | None
    amount: int
    irrecoverable_vat: int = 0
    description: str = ""
    cpv: str | None = None
    exclusion: str | None = None
    contract_reference: str = ""
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    tender_reference: str = ""
    credits_document: str = ""


class Rows(Protocol):
    """What a reader of files hands over. `suppliers` grows while the batches are read, each before a row names it."""

    suppliers: list[SupplierFacts]

    def batches(self) -> Iterator[list[Row]]:
        """The rows in order of the file, some ten thousand at a time."""


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value.isoformat() if isinstance(value, date) else value


class Handed:
    """Lines in hand, as a reader of files hands them over."""

    def __init__(self, lines: Sequence[LineFacts]) -> None:
        places: dict[SupplierFacts, int] = {}
        self._rows = [
            Row(
                number, places.setdefault(line.supplier, len(places)), line.document_number, line.invoice_on,
                line.amount.minor, line.irrecoverable_vat.minor, line.description, line.cpv, line.exclusion,
                line.contract_reference, line.contract_starts_on, line.contract_ends_on, line.tender_reference,
                line.credits_document,
            )
            for number, line in enumerate(lines, start=1)
        ]  # fmt: skip
        self.suppliers = list(places)

    def batches(self) -> Iterator[list[Row]]:
        """All of them at once."""
        yield self._rows


_CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SUPPLIER = sorted(each.name for each in fields(SupplierFacts))


def supplier_text(facts: SupplierFacts) -> str:
    """A supplier's part of the canonical text of a line."""
    return _CANONICAL.encode({name: getattr(facts, name) for name in _SUPPLIER})


def identities(rows: Sequence[Row], suppliers: Sequence[str]) -> list[bytes]:
    """The identity (`LineFacts.identity`, as 16 bytes) of each row. `suppliers`: what `supplier_text` says of each.

    Written out, for a million lines: the canonical JSON of the fields in the order of their names.
    """
    quoted, day = encode_basestring, _Days().__getitem__
    return [
        sha256(
            (
                f'{{"amount":{amount},"contract_ends_on":{day(ends)},"contract_reference":{quoted(contract)},'
                f'"contract_starts_on":{day(starts)},"cpv":{quoted(cpv) if cpv else "null"},'
                f'"credits_document":{quoted(credits_)},"description":{quoted(description)},'
                f'"document_number":{quoted(document)},"exclusion":{quoted(code) if code else "null"},'
                f'"invoice_on":{day(on)},"irrecoverable_vat":{vat},"supplier":{suppliers[supplier]},'
                f'"tender_reference":{quoted(tender)}}}'
            ).encode()
        ).digest()[:16]
        for _number, supplier, document, on, amount, vat, description, cpv, code, contract, starts, ends, tender,
            credits_ in rows
    ]  # fmt: skip


class _Days(dict[date | None, str]):
    """Days as JSON writes them."""

    def __missing__(self, day: date | None) -> str:
        self[day] = text = "null" if day is None else f'"{day.isoformat()}"'
        return text


class Stored(NamedTuple):
    """How often an identity stands in an anchor's lines now, and the highest ordinal it ever had."""

    active: int
    top: int


NOWHERE = Stored(0, 0)


class Counting:
    """Tells new lines from those stored: per identity those in hand minus those stored.

    Identical lines in one file are separate purchases: the second has ordinal 2. What was taken back does not count
    as stored, but keeps its ordinals. `repeated`: the places of those of the last batch that came by before.
    """

    def __init__(self) -> None:
        self._seen, self._again, self._stored = Digests(16), dict[bytes, int](), dict[bytes, Stored]()
        self.repeated: list[int] = []

    def unseen(self, identities: Iterable[bytes]) -> set[bytes]:
        """Those that did not come by before: they must be looked up."""
        return {each for each in identities if each not in self._seen}

    def know(self, stored: Mapping[bytes, Stored]) -> None:
        """Take in what is stored of identities that were not seen before."""
        self._stored |= stored

    def ordinals(self, identities: Sequence[bytes]) -> list[int | None]:
        """For each one more line of that identity: its ordinal; None when it is there already."""
        again, stored = self._again, self._stored
        self.repeated = self._seen.again(identities)
        counts = [1] * len(identities)
        for place in self.repeated:
            identity = identities[place]
            again[identity] = counts[place] = again.get(identity, 1) + 1
        if not stored:
            return [*counts]
        known = zip(counts, [stored.get(each, NOWHERE) for each in identities], strict=True)
        return [None if count <= active else top + count - active for count, (active, top) in known]

    def seen(self, identity: bytes) -> int:
        """How often an identity came by."""
        return self._again.get(identity, int(identity in self._seen))


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did.

    Of the `added` rows `linked` are purchases that counted already and `conflicts` wait for a decision;
    `duplicates` were there before. `twins` seem to count already in other words; they wait too. `total` is the sum of
    all lines handed in. `moved`: days of credit notes, and those of their originals. `import_id`: of a file.
    """

    added: int
    duplicates: int
    linked: int
    conflicts: int
    total: Money
    twins: Found
    moved: Sequence[tuple[date | None, date | None]] = ()
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """The file that lines come from; `progress` hears how many rows went by, `told` says what else was found."""

    name: str
    checksum: str
    progress: Callable[[int], None] = lambda _rows: None
    public_id: UUID = field(default_factory=uuid7)
    told: Callable[[Recorded], Mapping[str, Any]] = lambda _done: {}


class Invoiced(NamedTuple):
    """An invoice made here, as a line: who sent it, its number as it is compared, cents net."""

    id: int
    document_key: str
    net: int
    party_id: int | None
    kvk_number: str | None


class Invoices:
    """The invoices made here for an anchor, by who sent them and document key."""

    def __init__(self, invoices: Iterable[Invoiced]) -> None:
        self._by_party: dict[int | None, dict[str, Invoiced]] = defaultdict(dict)
        self._by_kvk: dict[str | None, dict[str, Invoiced]] = defaultdict(dict)
        for each in invoices:
            if each.document_key:
                self._by_party[each.party_id][each.document_key] = each
                self._by_kvk[each.kvk_number][each.document_key] = each

    def of(self, party_id: int | None, kvk_number: str | None) -> Mapping[str, Invoiced]:
        """Those that may be purchases of this supplier."""
        if party_id is not None:
            return self._by_party.get(party_id, {})
        return self._by_kvk.get(kvk_number, {}) if kvk_number else {}


class Categories(dict[str | None, str]):
    """The category of each CPV code that came by; "" for none."""

    def __init__(self, area: AreaPack) -> None:
        super().__init__()
        self._area = area

    def __missing__(self, cpv: str | None) -> str:
        category = self._area.category_of(cpv)
        self[cpv] = found = category.id if category else ""
        return found


def document_key(number: str) -> str:
    """A document number as it is compared: its letters and digits alone, without capitals and leading zeros."""
    return ("".join(filter(str.isalnum, number)) or "".join(number.split())).casefold().lstrip("0")


def kind_of_match(recorded: Iterable[int], invoiced: int) -> Kind:
    """Whether ledger lines with one supplier and one document number are the purchase of an invoice made here.

    Their sum decides: a ledger may split an invoice over cost centres.
    """
    return Kind.SAME if sum(recorded) == invoiced else Kind.CONFLICT


def check_exclusion(code: str | None, *, payee_is_anchor: bool) -> str | None:
    """The code of the closed list, or None for third-party purchasing.

    Raises:
        ExclusionUnknown: no such code.
        ExclusionNotAnchor: X6 for somebody who does not report.
    """
    if not code:
        return None
    if code not in EXCLUSIONS:
        raise ExclusionUnknown(field="exclusion")
    if code == "X6" and not payee_is_anchor:
        raise ExclusionNotAnchor(field="exclusion")
    return code


def check_reason(reason: str) -> str:
    """The reason of a correction, cleaned.

    Raises:
        ReasonMissing: none, or too long.
    """
    if not 1 <= len(reason.strip()) <= LONG:
        raise ReasonMissing(field="reason")
    return reason.strip()


def public_period(text: str) -> Period:
    """A quarter or a year. Other spans are not published: two that differ by a day would show what is hidden.

    Raises:
        PeriodNotPublished: anything else.
    """
    if not re.fullmatch(r"[0-9]{4}(-Q[1-4])?", text) or not 1990 <= int(text[:4]) < 2200:
        raise PeriodNotPublished(text=text[:40])
    return Period.parse(text)


def slices(first: int | None, last: int | None) -> Iterator[tuple[int, int]]:
    """A span of keys in pieces of `SLICE`, both ends in; nothing of an empty span."""
    if first is not None and last is not None:
        for start in range(first, last + 1, SLICE):
            yield start, min(start + SLICE - 1, last)
