"""An electronic invoice: what it holds, how it is read from plain data, and everything that can be wrong with it.

Rules are named as their makers do: BR- of EN 16931, BR-NL- and BR-GA- of NLCIUS, R and NL-R- of Peppol BIS 3. What
those rules miss is checked too: check digits of an IBAN, digits of a KvK number and an OIN, the buyer's VAT id when VAT
is reverse-charged, and every amount to the cent.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from stdnum import iso11649

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import KvkNumber, KvkNumberInvalid, VatId, VatIdInvalid
from cwb.kernel.money import AmountTooLarge, Money, half_up
from ledger.intake.errors import FactInvalid, FactMissing
from ledger.intake.rules import LONG, Intake
from ledger.ubl import errors
from ledger.vat.errors import BuyerVatIdMissing, ExemptionReasonMissing, OutsideVatMixed, SellerVatIdMissing
from ledger.vat.rules import Totals, VatCode, VatRate, rate_over, totals


class Profile(StrEnum):
    """The agreement a document says it follows."""

    EN16931 = "en16931"
    PEPPOL = "peppol"
    NLCIUS = "nlcius"
    GACCOUNT = "gaccount"


DUTCH = (Profile.PEPPOL, Profile.NLCIUS, Profile.GACCOUNT)
"""Profiles that hold rules for Dutch sellers and buyers."""

REASONS = {"AE": "Btw verlegd", "O": "Buiten de btw"}
"""Words that the law wants beside a category (Wet OB art. 35a); NLCIUS warns for codes in their place (BR-NL-35)."""

_KIND = {"invoice": False, "credit_note": True}
_FOREIGN_VAT = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}")


class Codes(NamedTuple):
    """The code lists of the standard."""

    units: Collection[str]
    countries: Collection[str]


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or buys. Identifiers are checked; what is not known is ""."""

    name: str
    kvk: str
    oin: str
    vat_id: str
    street: str
    postcode: str
    city: str
    country: str
    email: str
    iban: str

    @property
    def legal_id(self) -> tuple[str, str] | None:
        """Scheme (ISO 6523) and number: the OIN of public bodies, else the KvK number."""
        if self.oin:
            return "0190", self.oin
        return ("0106", self.kvk) if self.kvk else None

    @property
    def endpoint(self) -> tuple[str, str] | None:
        """Where Peppol delivers: the KvK number, else the OIN."""
        return ("0106", self.kvk) if self.kvk else self.legal_id


@dataclass(frozen=True, slots=True)
class Line:
    """What was delivered: `net` is quantity times unit price, rounded half-up to the cent (BT-131)."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    rate: VatRate
    net: Money


class Earlier(NamedTuple):
    """The invoice that a credit note takes back."""

    number: str
    issued_on: date | None


class Blocked(NamedTuple):
    """The part that is paid to the seller's blocked account (G-rekening)."""

    iban: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Document:
    """A lawful invoice or credit note; amounts are positive, `totals` hold VAT rounded once per category and rate."""

    profile: Profile
    number: str
    is_credit_note: bool
    issued_on: date
    due_on: date | None
    delivered: tuple[date, date] | None
    buyer_reference: str
    order_reference: str
    contract_reference: str
    credit_of: Earlier | None
    note: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    totals: Totals
    reasons: Mapping[str, str]
    prepaid: Money
    blocked: Blocked | None
    payment_reference: str

    @property
    def payable(self) -> Money:
        """What is still to be paid (BT-115)."""
        return self.totals.total - self.prepaid


class _Input(Intake):
    """Reads the parts of an invoice."""

    def __init__(self, codes: Codes) -> None:
        super().__init__()
        self._codes = codes

    def party(self, data: Mapping[str, Any], side: str) -> Party:
        """Who sells or buys."""
        facts, at = self.part(data, side, must=True), f"{side}."
        country = self.text(facts, "country", at).upper() or "NL"
        if country not in self._codes.countries:
            self.add(f"{at}country", errors.CountryUnknown())
        kvk, vat_id, oin = (self.text(facts, name, at) for name in ("kvk", "vat_id", "oin"))
        try:
            kvk = KvkNumber.parse(kvk) if kvk else ""
        except KvkNumberInvalid as fault:
            self.add(f"{at}kvk", fault)
        try:
            vat_id = _vat_id(vat_id, country)
        except VatIdInvalid as fault:
            self.add(f"{at}vat_id", fault)
        if oin and not re.fullmatch(r"[0-9]{20}", oin):
            self.add(f"{at}oin", errors.OinInvalid())
        return Party(
            name=self.text(facts, "name", at, must=bool(facts)), kvk=kvk, oin=oin, vat_id=vat_id,
            street=self.text(facts, "street", at, must=bool(facts)),
            postcode=self.text(facts, "postcode", at, must=bool(facts)),
            city=self.text(facts, "city", at, must=bool(facts)), country=country,
            email=self.text(facts, "email", at), iban=self.iban(facts, "iban", at),
        )  # fmt: skip

    def lines(self, data: Mapping[str, Any], supplied: tuple[date, date] | None) -> list[Line]:
        """The lines, each with the rate of the days of supply."""
        rows = data.get("lines")
        if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
            self.add("lines", FactMissing() if not rows else FactInvalid())
            return []
        found = [self._line(row, f"lines[{at}].", supplied) for at, row in enumerate(rows)]
        return [line for line in found if line is not None]

    def _line(self, row: Any, at: str, supplied: tuple[date, date] | None) -> Line | None:
        if not isinstance(row, Mapping):
            self.add(at[:-1], FactInvalid())
            return None
        before = len(self.faults)
        description = self.text(row, "description", at, must=True, most=LONG)
        quantity = self.number(row, "quantity", at, must=True)
        unit, price = self.text(row, "unit", at, must=True), self.number(row, "unit_price", at, must=True)
        settles = row.get("settles_advance") is True
        if quantity is not None and (quantity >= 0 if settles else quantity <= 0):
            self.add(f"{at}quantity", errors.AmountNotPositive())
        if price is not None and price < 0:
            self.add(f"{at}unit_price", errors.AmountNotPositive())
        if unit and unit not in self._codes.units:
            self.add(f"{at}unit", errors.UnitUnknown())
        rate = None
        try:
            code = VatCode.of(self.text(row, "vat", at, must=True))
            rate = rate_over(code, *supplied) if supplied else None
        except RuleBroken as fault:
            if row.get("vat"):
                self.add(f"{at}vat", fault)
        if quantity is None or price is None or rate is None or len(self.faults) > before:
            return None
        try:
            net = Money(half_up(quantity * price * 100))
        except AmountTooLarge as fault:
            self.add(f"{at}unit_price", fault)
            return None
        return Line(" ".join(description.split()), quantity, unit, price, rate, net)


def _vat_id(text: str, country: str) -> str:
    if not text:
        return ""
    plain = re.sub(r"[ .]", "", text).upper()
    if country == "NL" or plain.startswith("NL"):
        return VatId.parse(plain)
    if not _FOREIGN_VAT.fullmatch(plain):
        raise VatIdInvalid
    return plain


def read(data: Any, profile: Profile, codes: Codes) -> tuple[Document | None, list[RuleBroken]]:
    """The document that plain data makes in a profile, or None with everything that keeps it from being lawful.

    The names of the data are those of `cwb invoice build` (docs/cli.md). Faults carry their place in `field`.

    Raises:
        InvoiceUnreadable: no object at all.
    """
    if not isinstance(data, Mapping):
        raise errors.InvoiceUnreadable
    take = _Input(codes)
    faults = take.faults
    kind = take.text(data, "type", must=True)
    if kind and kind not in _KIND:
        take.add("type", FactInvalid())
    if take.text(data, "currency") not in {"", "EUR"}:
        take.add("currency", errors.CurrencyNotEuro())
    issued_on, due_on = take.day(data, "issued_on", must=True), take.day(data, "due_on")
    if issued_on and due_on and due_on < issued_on:
        take.add("due_on", errors.DatesTurned())
    delivered = _delivered(take, data)
    seller, buyer = take.party(data, "seller"), take.party(data, "buyer")
    lines = take.lines(data, delivered or ((issued_on, issued_on) if issued_on else None))
    facts = {
        name: take.text(data, name)
        for name in ("buyer_reference", "order_reference", "contract_reference", "payment_reference")
    }
    if facts["payment_reference"].startswith("RF") and not iso11649.is_valid(facts["payment_reference"]):
        take.add("payment_reference", errors.ReferenceInvalid())
    earlier = take.part(data, "credit_of", must=kind == "credit_note")
    is_credit_note = _KIND.get(kind, False)
    number, note = take.text(data, "number", must=True), take.text(data, "note", most=LONG)
    credit_of = Earlier(
        take.text(earlier, "number", "credit_of.", must=is_credit_note and bool(earlier)),
        take.day(earlier, "issued_on", "credit_of."),
    )
    if credit_of.issued_on and issued_on and credit_of.issued_on > issued_on:
        take.add("credit_of.issued_on", errors.DatesTurned())
    reasons = _reasons(take, data)
    added = totals((line.rate.category, line.rate.percent, line.net) for line in lines)
    prepaid, blocked = _paid(take, data, added, seller, profile, complete=not faults)
    _check_parties(take, profile, seller, buyer, facts)
    _check_vat(take, seller, buyer, lines, reasons)
    _check_payment(take, seller, added, prepaid, is_credit_note=is_credit_note, due_on=due_on)
    if faults or issued_on is None:
        return None, faults
    return Document(
        profile=profile, number=number, is_credit_note=is_credit_note, issued_on=issued_on, due_on=due_on,
        delivered=delivered, **facts, credit_of=credit_of if credit_of.number else None, note=note, seller=seller,
        buyer=buyer, lines=tuple(lines), totals=added, reasons=reasons, prepaid=prepaid, blocked=blocked,
    ), []  # fmt: skip


def _delivered(take: _Input, data: Mapping[str, Any]) -> tuple[date, date] | None:
    facts = take.part(data, "delivered")
    first, last = take.day(facts, "from", "delivered."), take.day(facts, "to", "delivered.")
    if first and last and last < first:
        take.add("delivered.to", errors.DatesTurned())
        return None
    start, end = first or last, last or first
    return (start, end) if start and end else None


def _reasons(take: _Input, data: Mapping[str, Any]) -> dict[str, str]:
    """Why no VAT is charged, by category: what the law words itself, and what is said of exempt lines."""
    rows = data.get("lines")
    said = [take.text(data, "vat_reason")]
    if isinstance(rows, Sequence) and not isinstance(rows, str):
        said += [
            take.text(row, "vat_reason", f"lines[{at}].")
            for at, row in enumerate(rows)
            if isinstance(row, Mapping)
        ]
    return {**REASONS, "E": "; ".join(dict.fromkeys(each for each in said if each))}


def _paid(
    take: _Input, data: Mapping[str, Any], added: Totals, seller: Party, profile: Profile, *, complete: bool
) -> tuple[Money, Blocked | None]:
    """What was paid ahead, and what goes to the G-account. Held against the total only when that is `complete`."""
    ahead = take.number(data, "prepaid", decimals=2) or Decimal(0)
    prepaid = Money(int(ahead * 100))
    if ahead < 0:
        take.add("prepaid", errors.AmountNotPositive())
    elif complete and added.total < prepaid:
        take.add("prepaid", errors.PrepaidAboveTotal())
    facts = take.part(data, "g_account", must=profile is Profile.GACCOUNT)
    if not facts:
        return prepaid, None
    iban = take.iban(facts, "iban", "g_account.", must=True)
    share = take.number(facts, "amount", "g_account.", must=True, decimals=2)
    if iban and iban == seller.iban:
        take.add("g_account.iban", errors.BlockedAccountSame())
    if share is None:
        return prepaid, None
    amount = Money(int(share * 100))
    if share <= 0 or (complete and not amount < added.total - prepaid):
        take.add("g_account.amount", errors.BlockedShareWrong())
    return prepaid, Blocked(iban, amount)


def _check_parties(
    take: _Input, profile: Profile, seller: Party, buyer: Party, facts: Mapping[str, str]
) -> None:
    dutch = profile in DUTCH
    if seller.legal_id is None and (seller.country == "NL" or profile is Profile.PEPPOL):
        take.add(
            "seller.kvk", errors.LegalIdMissing()
        )  # the law asks it of every Dutch seller (BR-CO-26, BR-NL-1)
    elif seller.legal_id is None and not seller.vat_id:
        take.add("seller.vat_id", FactMissing())
    if buyer.legal_id is None and (
        profile is Profile.PEPPOL or (dutch and buyer.country == seller.country == "NL")
    ):
        take.add("buyer.kvk", errors.LegalIdMissing())
    if dutch and not facts["buyer_reference"] and not facts["order_reference"]:
        take.add("buyer_reference", errors.ReferenceMissing())


def _check_vat(
    take: _Input, seller: Party, buyer: Party, lines: Sequence[Line], reasons: Mapping[str, str]
) -> None:
    found = {line.rate.category for line in lines}
    if "O" in found and len(found) > 1:
        take.add("lines", OutsideVatMixed())
    if found & {"S", "Z", "E", "AE"} and not seller.vat_id:
        take.add("seller.vat_id", SellerVatIdMissing())
    if "AE" in found and not buyer.vat_id:
        take.add("buyer.vat_id", BuyerVatIdMissing())
    if "E" in found and not reasons["E"]:
        take.add("vat_reason", ExemptionReasonMissing())


def _check_payment(
    take: _Input, seller: Party, added: Totals, prepaid: Money, *, is_credit_note: bool, due_on: date | None
) -> None:
    """What is to be paid has an account and a day (BR-50, BR-CO-25, BR-NL-11, NL-R-007)."""
    if is_credit_note or added.total == prepaid:
        return
    wrong = {fault.field for fault in take.faults}
    if not seller.iban and "seller.iban" not in wrong:
        take.add("seller.iban", FactMissing())
    if due_on is None and "due_on" not in wrong:
        take.add("due_on", FactMissing())
