"""The supplier and the smaller particulars of a row.

What is doubtful is left out and flagged: no reason to lose a purchase. A name that looks like a formula
("=HYPERLINK(…)") stays the text it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Cpv, Iban, Identifier, KvkNumber, VatId
from cwb.kernel.text import N_, search_key
from ledger.cells.errors import AmountMissing, YesNoInvalid
from ledger.cells.rules import EURO, cents, day, is_blank, side, yes_no
from ledger.disclosure.rules import EXCLUSIONS
from ledger.spend.errors import CurrencyUnsupported, ExclusionUnknown, LineTextTooLong
from ledger.spend.rules import SHORT
from ledger.suppliers.errors import SupplierNameMissing
from ledger.suppliers.rules import SupplierFacts

FLAGS: Mapping[str, str] = {
    "date_missing": N_("Geen leesbare datum: de regel telt in geen periode."),
    "date_future": N_("Deze datum moet nog komen. Klopt het jaar?"),
    "date_old": N_("Deze datum ligt meer dan twee jaar voor de andere. Klopt het jaar?"),
    "long_ago": N_("De laatste datum in dit bestand is meer dan twee jaar geleden. Klopt het jaar?"),
    "identical": N_("Deze regel staat er vaker. Elke regel telt als een eigen aankoop."),
    "formula": N_("De naam lijkt een formule. Hij blijft gewone tekst."),
    "kvk_padded": N_("Het KvK-nummer miste nullen vooraan. Die zijn erbij gezet."),
    "kvk_invalid": N_("Dit is geen KvK-nummer. Het is weggelaten."),
    "vat_id_invalid": N_("Dit is geen btw-id. Het is weggelaten."),
    "vat_id_of_person": N_("Dit btw-nummer kan een BSN bevatten. Het is niet bewaard."),
    "iban_invalid": N_("Dit is geen IBAN. Het is weggelaten."),
    "country_unknown": N_("Dit land kennen wij niet. Er staat nu Nederland."),
    "person_unknown": N_("Ja of nee is niet te lezen. Het is weggelaten."),
    "cpv_invalid": N_("Dit is geen CPV-code. De code is weggelaten."),
    "vat_invalid": N_("Deze btw is niet te lezen. Er staat nu nul."),
    "contract_days": N_("De dagen van het contract kloppen niet. Ze zijn weggelaten."),
    "text_shortened": N_("De tekst is ingekort."),
    "three_decimals": N_(
        "Drie cijfers achter het teken voor centen. Het is als centen gelezen, niet als duizend."
    ),
    "double_minus": N_("Er staat credit en ook een min. Samen telt dat als plus. Klopt dat?"),
    "row_short": N_("Deze regel heeft minder vakken dan er kolommen zijn."),
    "total_row": N_("Dit is een totaal. Het telt niet als regel."),
    "note_row": N_("Dit is een opmerking. Het telt niet als regel."),
    "payment_date": N_("De datum is die van de betaling, niet van de factuur."),
    "order_assumed": N_("Geen datum zegt of de dag of de maand vooraan staat. Wij lezen de dag eerst."),
    "mark_assumed": N_("Geen bedrag zegt of een punt duizend of centen is. Wij lezen duizend."),
    "band_edge": N_("Deze kolom is één grens van een klasse, niet het bedrag zelf. Klopt uw keuze?"),
    "dated_by_period": N_("Het bestand heeft geen factuurdatum. De regels vallen op de eerste dag van de periode."),
    "no_invoice_date": N_("Het bestand heeft geen factuurdatum. De regels tellen in geen periode."),
    "negative_total": N_("Alle regels samen zijn minder dan nul."),
    "paid_with_vat": N_("Dit zijn betalingen, met btw erin. Voor het cijfer zijn facturen zonder btw nodig."),
    "other_buyer": N_("Het KvK-nummer van de koper in dit bestand is niet dat van u. Hoort het hier?"),
    "unbalanced": N_("Debet en credit zijn niet gelijk in dit bestand."),
    "count_differs": N_("Het bestand noemt een ander aantal regels dan erin staat."),
    "formulas": N_("Het bestand heeft formules. Wij lezen de uitkomst die erin bewaard is."),
}  # fmt: skip
"""What may be flagged in a row or a file, as people read it."""

SUPPLIER_FIELDS = (
    "supplier_name", "supplier_code", "kvk", "vat_id", "iban", "street", "house_number", "postcode", "city",
    "country", "natural_person",
)  # fmt: skip
EXTRA_FIELDS = (
    "side", "currency", "irrecoverable_vat", "cpv", "exclusion", "contract", "contract_start", "contract_end",
    "tender", "credit_of",
)  # fmt: skip

Kind = TypeVar("Kind", bound=Identifier)
Flags = list[tuple[str, str]]
"""Field and flag."""

MOST_KEPT = 1000
"""Faults and flags that are kept by row; all are counted."""


class Found(NamedTuple):
    """A fault or flag: its line in the file, its field, and what it is."""

    row: int
    field: str
    what: Any


@dataclass(slots=True)
class Findings:
    """Faults or flags: all counted, the first kept, and the `first` of every kind."""

    kept: list[Found] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: dict[tuple[str, str], Found] = field(default_factory=dict)
    hear: Callable[["Found"], object] | None = None

    def add(self, row: int, name: str, what: Any) -> None:
        """Count one; keep it among the first, and tell it to who wants to hear all."""
        if self.hear is not None:
            self.hear(Found(row, name, what))
        kind = name, what if isinstance(what, str) else type(what).__name__
        self.counts[kind] += 1
        self.first.setdefault(kind, Found(row, name, what))
        if len(self.kept) < MOST_KEPT:
            self.kept.append(Found(row, name, what))

    def total(self, what: str = "") -> int:
        """How many there are, of one kind or of all."""
        return sum(number for (_, each), number in self.counts.items() if what in {"", each})


_COUNTRIES: Mapping[str, str] = {
    name: code
    for code, names in {
        "NL": "nederland the netherlands netherlands holland nld", "BE": "belgie belgium bel belgique",
        "DE": "duitsland germany deutschland deu", "FR": "frankrijk france fra", "LU": "luxemburg luxembourg lux",
        "GB": "verenigd koninkrijk|united kingdom|groot-brittannie|great britain|engeland|england|uk|gbr",
        "US": "verenigde staten|united states|usa|united states of america", "IE": "ierland ireland irl",
        "DK": "denemarken denmark dnk", "SE": "zweden sweden swe", "CH": "zwitserland switzerland che",
        "ES": "spanje spain esp", "IT": "italie italy ita", "AT": "oostenrijk austria aut", "PL": "polen poland pol",
    }.items()
    for name in ([*names.split("|")] if "|" in names else [*names.split(), names])
}  # fmt: skip
_ADDRESS = re.compile(r"(.*[^\W\d_].*?)[\s,]+([0-9]+[\s-]?[\w-]{0,10})")


def supplier(cells: Mapping[str, str]) -> tuple[SupplierFacts, Flags]:
    """Who was paid, from the cells of one row by field.

    Raises:
        SupplierNameMissing, SupplierTextTooLong.
    """
    flags: Flags = []
    name = _text(cells, "supplier_name")
    if is_blank(name):
        raise SupplierNameMissing(field="supplier_name")
    if name[0] in "=+@\t" or re.match(r"-[^\s\d]", name):
        flags.append(("supplier_name", "formula"))
    kvk = _kvk(_text(cells, "kvk"), flags)
    iban = _parsed(Iban, _text(cells, "iban"), "iban", flags)
    vat_id = _parsed(VatId, _text(cells, "vat_id"), "vat_id", flags)
    try:
        person = yes_no(cells.get("natural_person", ""))
    except YesNoInvalid:
        person = None
        flags.append(("natural_person", "person_unknown"))
    if vat_id is not None and person and not vat_id.hides_no_bsn():
        vat_id = None
        flags.append(("vat_id", "vat_id_of_person"))
    street, number = _text(cells, "street"), _text(cells, "house_number")
    if street and not number and (found := _ADDRESS.fullmatch(street)):
        street, number = found[1], found[2]
    return SupplierFacts(
        name=name, code=_text(cells, "supplier_code"), kvk_number=kvk, vat_id=vat_id, iban=iban, street=street,
        house_number=number, postcode=_text(cells, "postcode"), city=_text(cells, "city"),
        country=_country(_text(cells, "country"), flags), natural_person=person,
    ), flags  # fmt: skip


def _text(cells: Mapping[str, str], name: str) -> str:
    return " ".join(cells.get(name, "").split())


def _kvk(text: str, flags: Flags) -> KvkNumber | None:
    """A KvK number. Spreadsheets lose its first zeros: six or seven digits are filled up."""
    digits = re.sub(r"[ .]", "", text).removesuffix(",00").removesuffix(".0")
    if re.fullmatch(r"[0-9]{6,7}", digits):
        flags.append(("kvk", "kvk_padded"))
        digits = digits.zfill(8)
    return _parsed(KvkNumber, digits, "kvk", flags)


def _parsed(kind: type[Kind], text: str, name: str, flags: Flags) -> Kind | None:
    if is_blank(text):
        return None
    try:
        return kind.parse(text)
    except RuleBroken:
        flags.append((name, f"{name}_invalid"))
        return None


def _country(text: str, flags: Flags) -> str:
    if is_blank(text):
        return "NL"
    if re.fullmatch(r"[A-Za-z]{2}", text) and text.upper() != "UK":
        return text.upper()
    found = _COUNTRIES.get(search_key(text))
    if found is None:
        flags.append(("country", "country_unknown"))
    return found or "NL"


class Extra(NamedTuple):
    """The smaller particulars of a row; `factor` is -1 where a column says that the amount is a credit."""

    factor: int = 1
    irrecoverable_vat: int = 0
    cpv: str | None = None
    exclusion: str | None = None
    contract_reference: str = ""
    contract_starts_on: date | None = None
    contract_ends_on: date | None = None
    tender_reference: str = ""
    credits_document: str = ""


def extra(
    cells: Mapping[str, str], *, mark: str, order: str, credit_is_purchase: bool = False
) -> tuple[Extra, Flags]:
    """The particulars from the cells of one row by field.

    Raises:
        CurrencyUnsupported, SideUnknown, ExclusionUnknown, LineTextTooLong.
    """
    flags: Flags = []
    if (money := _text(cells, "currency").upper()) and not is_blank(money) and money not in EURO:
        raise CurrencyUnsupported(field="currency")
    factor = 1
    if "side" in cells and not is_blank(cells["side"]):
        factor = side(cells["side"]) * (-1 if credit_is_purchase else 1)
    code = _text(cells, "exclusion").upper()
    code = "" if is_blank(code) else code
    if code and code not in EXCLUSIONS:
        raise ExclusionUnknown(field="exclusion")
    texts = [_reference(cells, name) for name in ("contract", "tender", "credit_of")]
    starts, ends = (day(_text(cells, name), order) for name in ("contract_start", "contract_end"))
    if starts and ends and ends < starts:
        starts = ends = None
        flags.append(("contract_end", "contract_days"))
    return Extra(
        factor, _vat(cells, mark, flags) * factor, _parsed(Cpv, _text(cells, "cpv"), "cpv", flags), code or None,
        texts[0], starts, ends, texts[1], texts[2],
    ), flags  # fmt: skip


def _reference(cells: Mapping[str, str], name: str) -> str:
    text = _text(cells, name)
    if len(text) > SHORT:
        raise LineTextTooLong(field=name)
    return "" if is_blank(text) else text


def _vat(cells: Mapping[str, str], mark: str, flags: Flags) -> int:
    try:
        return cents(cells.get("irrecoverable_vat", ""), mark)
    except AmountMissing:
        return 0
    except RuleBroken:
        flags.append(("irrecoverable_vat", "vat_invalid"))
        return 0
