"""What an electronic invoice from outside must hold before anybody is asked about it, on bare values.

Rules are named as EN 16931 names them. What that standard lets pass is checked too: VAT to the cent, quantity times
price, check digits of accounts and numbers, and the buyer's VAT id where VAT is shifted.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban, KvkNumber, VatId
from cwb.kernel.money import MAX_MINOR, Money, half_up
from cwb.kernel.text import N_, Marked
from ledger.inbound import errors
from ledger.vat.rules import RATES
from ledger.vat.rules import shifted as shifted_vat

WHAT = {
    "issued": N_("De factuurdatum"),
    "due": N_("De uiterste betaaldag"),
    "delivered": N_("De dag van levering"),
    "line": N_("Een regel op de factuur"),
    "buyer_vat": N_("Uw btw-id, nodig bij verlegde btw,"),
    "seller_vat": N_("Het btw-id van de leverancier"),
    "credit_of": N_("Het nummer van de factuur waar dit van afgaat"),
    "profile": N_("De naam van de norm"),
    "number": N_("Het factuurnummer"),
    "kind": N_("De soort"),
    "currency": N_("De munt"),
    "seller": N_("De naam van de leverancier"),
    "buyer": N_("Uw naam"),
    "country": N_("Het land van de leverancier"),
    "seller_oin": N_("Het OIN van de leverancier"),
    "buyer_oin": N_("Uw OIN"),
    "seller_kvk": N_("Het KvK-nummer van de leverancier"),
    "seller_id": N_("Het KvK-nummer of btw-id van de leverancier"),
    "allowance": N_("Een korting of toeslag"),
    "quantity": N_("Een aantal"),
    "price": N_("Een prijs"),
    "line_net": N_("Een regelbedrag"),
    "description": N_("Een omschrijving"),
    "category": N_("De btw-soort van een regel"),
    "percent": N_("Een btw-tarief"),
    "taxable": N_("De grondslag van de btw"),
    "tax": N_("De btw"),
    "tax_of_rate": N_("De btw van een tarief"),
    "line_sum": N_("De som van de regels"),
    "net": N_("Het totaal zonder btw"),
    "total": N_("Het totaal met btw"),
    "payable": N_("Het bedrag om te betalen"),
    "vat": N_("De btw samen"),
    "rounding": N_("De afronding"),
    "prepaid": N_("Het voorschot"),
    "above_zero": N_("Een bedrag boven nul"),
    "iban": N_("Het IBAN van de leverancier"),
}
"""What a fault is about, in words."""


def _named(what: str) -> Marked:
    return Marked(WHAT[what])


KINDS = {"380": False, "326": False, "388": False, "381": True}
"""The kinds that are read (UNTDID 1001: invoice, of a part, of tax; credit note), and whether they take off."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
_MOST_ROUNDING = 100
"""How far (cents) a sum to pay may be rounded (BT-114)."""
_SLACK = Decimal("0.02")
"""How far a line may be from quantity times price (Peppol R120)."""


class Party(NamedTuple):
    """Who sent it, or for whom it is; "" where it says nothing."""

    name: str
    kvk: str
    vat_id: str
    oin: str
    street: str
    postcode: str
    city: str
    country: str


class Line(NamedTuple):
    """One line as it is shown: `net` in cents."""

    description: str
    quantity: str
    unit: str
    price: str
    net: int
    category: str
    percent: str


class Tax(NamedTuple):
    """VAT of a category and rate, in cents."""

    category: str
    percent: Decimal
    net: int
    vat: int


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice or credit note whose sums hold. Amounts are cents above zero, on a credit note too.

    `net` and `total` are with what the sum to pay was rounded by, which is the last of the lines.
    """

    is_credit_note: bool
    number: str
    issued_on: date
    due_on: date | None
    supplied_on: date
    seller: Party
    buyer: Party
    buyer_reference: str
    order_reference: str
    contract_reference: str
    credit_of: str
    payment_reference: str
    note: str
    ibans: tuple[str, ...]
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    net: int
    vat: int
    total: int

    @property
    def taxed(self) -> int:
        """The nets on which VAT is charged."""
        return sum(each.net for each in self.taxes if each.vat)

    @property
    def shifted_net(self) -> int:
        """The nets of which the buyer declares the VAT."""
        return _moved(self.taxes)

    @property
    def shifted(self) -> int:
        """That VAT."""
        return shifted_vat(Money(self.shifted_net), self.supplied_on).minor if self.shifted_net else 0


class _Reader:
    """Reads texts, and keeps what is wrong."""

    def __init__(self) -> None:
        self.faults: list[RuleBroken] = []

    def must(self, text: str, what: str, rule: str) -> str:
        """A text that is there."""
        if not text:
            self.faults.append(errors.FactMissing(what=_named(what), rule=rule))
        return text

    def day(self, text: str, what: str, rule: str, *, must: bool = False) -> date | None:
        """A day."""
        if not text:
            if must:
                self.must(text, what, rule)
            return None
        try:
            found = date.fromisoformat(text[:10])
        except ValueError:
            self.faults.append(errors.FactUnreadable(what=_named(what), rule=rule))
            return None
        if not 2000 <= found.year <= 2200:
            self.faults.append(errors.FactUnreadable(what=_named(what), rule=rule))
            return None
        return found

    def number(self, text: str, what: str, rule: str, *, must: bool = True) -> Decimal:
        """A number; zero where there is none."""
        if not text:
            if must:
                self.must(text, what, rule)
            return Decimal(0)
        found = Decimal(text) if _NUMBER.fullmatch(text) else Decimal("NaN")
        if not found.is_finite() or abs(found) * 100 > MAX_MINOR:
            self.faults.append(errors.FactUnreadable(what=_named(what), rule=rule))
            return Decimal(0)
        return found

    def cents(self, text: str, what: str, rule: str, *, must: bool = True) -> int:
        """An amount, with no more than two decimals."""
        found = self.number(text, what, rule, must=must) * 100
        if found != found.to_integral_value():
            self.faults.append(errors.FactUnreadable(what=_named(what), rule="BR-DEC"))
            return 0
        return int(found)

    def same(self, found: int, wanted: int, what: str, rule: str) -> None:
        """Two sums that are one."""
        if found != wanted:
            self.faults.append(
                errors.SumWrong(what=_named(what), found=Money(found), wanted=Money(wanted), rule=rule)
            )


_REFERENCES = ("buyer_reference", "order_reference", "contract_reference", "credit_of", "payment_reference")


def read(texts: Mapping[str, Any]) -> tuple[Bill | None, list[RuleBroken]]:
    """The invoice that a document holds, or None with everything that is wrong with it."""
    take, texts = _Reader(), turned(texts)
    _check_head(take, texts)
    issued_on = take.day(texts["issued_on"], "issued", "BR-03", must=True)
    due_on = take.day(texts["due_on"], "due", "BT-9")
    supplied_on = take.day(texts["delivered_on"], "delivered", "BT-72") or issued_on
    seller, buyer = (Party(**texts[side]) for side in ("seller", "buyer"))
    _check_parties(take, seller, buyer)
    lines = [_line(take, each) for each in texts["lines"]]
    if not lines:
        take.must("", "line", "BR-16")
    taxes = _taxes(take, texts, lines, supplied_on)
    net, vat, total = _sums(take, texts, lines, taxes)
    rounding = take.cents(texts["rounding"], "rounding", "BT-114", must=False)
    if rounding:
        lines.append(Line("Afronding", "1", "C62", f"{Money(rounding).plain()}", rounding, "", "0"))
    ibans = _ibans(take, texts["ibans"])
    if any(each.category == "AE" for each in taxes):
        take.must(buyer.vat_id, "buyer_vat", "BR-AE-02")
    if any(each.vat for each in taxes):
        take.must(seller.vat_id, "seller_vat", "BR-S-02")
    credit = KINDS.get(texts["kind"], False)
    if credit:
        take.must(texts["credit_of"], "credit_of", "BT-25")
    if take.faults or issued_on is None or supplied_on is None:
        return None, take.faults
    references = {name: texts[name] for name in _REFERENCES}
    return Bill(
        is_credit_note=credit, number=texts["number"], issued_on=issued_on, due_on=due_on, supplied_on=supplied_on,
        seller=seller, buyer=buyer, note=texts["note"], ibans=ibans, lines=tuple(lines), taxes=taxes, net=net,
        vat=vat, total=total, **references,
    ), []  # fmt: skip


_MONEY = ("tax", "line_sum", "net", "total", "prepaid", "rounding", "payable")


def turned(texts: Mapping[str, Any]) -> Mapping[str, Any]:
    """An invoice of less than nothing is what others send for a credit note: all its amounts with the other sign."""
    if texts["credit"] or KINDS.get(texts["kind"]) is not False or not texts["total"].startswith("-"):
        return texts
    return {
        **texts, "credit": True, "kind": "381", **{name: _other(texts[name]) for name in _MONEY},
        "lines": [
            {
                **each, "net": _other(each["net"]), "quantity": _other(each["quantity"]),
                "allowances": _others(each["allowances"], "amount"),
            }
            for each in texts["lines"]
        ],
        "allowances": _others(texts["allowances"], "amount"), "taxes": _others(texts["taxes"], "net", "vat"),
    }  # fmt: skip


def _others(rows: Sequence[Mapping[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{**each, **{name: _other(each[name]) for name in names}} for each in rows]


def _other(text: str) -> str:
    return text[1:] if text.startswith("-") else text and f"-{text.removeprefix('+')}"


def _check_head(take: _Reader, texts: Mapping[str, Any]) -> None:
    take.must(texts["profile"], "profile", "BR-01")
    if len(take.must(texts["number"], "number", "BR-02")) > 60:
        take.faults.append(errors.FactUnreadable(what=_named("number"), rule="BR-02"))
    if take.must(texts["kind"], "kind", "BR-04") and KINDS.get(texts["kind"]) is not texts["credit"]:
        take.faults.append(errors.KindRefused(kind=texts["kind"][:10]))
    if take.must(texts["currency"], "currency", "BR-05") not in {"", "EUR"}:
        take.faults.append(errors.CurrencyRefused(currency=texts["currency"][:3]))
    elif texts["foreign"]:
        take.faults.append(errors.CurrencyRefused(currency=texts["foreign"][:3]))


def _check_parties(take: _Reader, seller: Party, buyer: Party) -> None:
    take.must(seller.name, "seller", "BR-06")
    take.must(buyer.name, "buyer", "BR-07")
    if not re.fullmatch(r"[A-Z]{2}", take.must(seller.country, "country", "BR-09") or "NL"):
        take.faults.append(errors.FactUnreadable(what=_named("country"), rule="BR-CL-14"))
    if seller.country in {"NL", ""}:
        if seller.kvk and KvkNumber.normalise(seller.kvk) is None:
            take.faults.append(errors.NumberWrong(what=_named("seller_kvk")))
        if seller.vat_id and VatId.normalise(seller.vat_id) is None:
            take.faults.append(errors.NumberWrong(what=_named("seller_vat")))
    for side, oin in (("seller_oin", seller.oin), ("buyer_oin", buyer.oin)):
        if oin and not re.fullmatch(r"[0-9]{20}", oin):
            take.faults.append(errors.NumberWrong(what=_named(side)))
    if not (seller.kvk or seller.oin):
        take.must(seller.vat_id, "seller_id", "BR-CO-26")


def _allowed(take: _Reader, parts: Sequence[Mapping[str, Any]]) -> int:
    """What allowances and charges change a sum by."""
    return sum(
        (1 if each["charge"] else -1) * take.cents(each["amount"], "allowance", "BR-31") for each in parts
    )


def _line(take: _Reader, row: Mapping[str, Any]) -> Line:
    quantity = take.number(row["quantity"], "quantity", "BR-22")
    price = take.number(row["price"], "price", "BR-26")
    base = take.number(row["base"], "price", "BT-149", must=False) or Decimal(1)
    net = take.cents(row["net"], "line_net", "BR-24")
    take.must(row["description"], "description", "BR-25")
    take.must(row["category"], "category", "BR-CO-4")
    percent = take.number(row["percent"], "percent", "BT-152", must=False)
    wanted = quantity * price / base * 100 + _allowed(take, row["allowances"])
    if abs(wanted - net) > _SLACK * 100:
        take.same(net, half_up(wanted), "line_net", "R120")
    return Line(
        row["description"], row["quantity"][:20], row["unit"][:3], row["price"][:20], net, row["category"],
        f"{percent.normalize():f}",
    )  # fmt: skip


def _taxes(
    take: _Reader, texts: Mapping[str, Any], lines: Sequence[Line], on: date | None
) -> tuple[Tax, ...]:
    nets: dict[tuple[str, Decimal], int] = defaultdict(int)
    for line in lines:
        nets[line.category, Decimal(line.percent)] += line.net
    for each in texts["allowances"]:
        key = each["category"], take.number(each["percent"], "percent", "BT-96", must=False).normalize()
        nets[key] += _allowed(take, [each])
    found = []
    for row in texts["taxes"]:
        percent = take.number(row["percent"], "percent", "BT-119", must=False)
        tax = Tax(
            row["category"], percent, take.cents(row["net"], "taxable", "BR-45"),
            take.cents(row["vat"], "tax", "BR-46"),
        )  # fmt: skip
        take.same(tax.net, nets.pop((tax.category, percent), 0), "taxable", f"BR-{tax.category}-08")
        take.same(tax.vat, half_up(tax.net * percent / 100), "tax", "BR-CO-17")
        if on and not any(
            (rate.category, rate.percent) == (tax.category, percent) and rate.in_force(on) for rate in RATES
        ):
            take.faults.append(errors.RateUnknown(percent=percent, category=tax.category[:2]))
        found.append(tax)
    if any(nets.values()) or not found:
        take.must("", "tax_of_rate", "BR-CO-18")
    return tuple(found)


def _sums(
    take: _Reader, texts: Mapping[str, Any], lines: Sequence[Line], taxes: Sequence[Tax]
) -> tuple[int, int, int]:
    line_sum = take.cents(texts["line_sum"], "line_sum", "BR-12")
    net = take.cents(texts["net"], "net", "BR-13")
    total = take.cents(texts["total"], "total", "BR-14")
    payable = take.cents(texts["payable"], "payable", "BR-15")
    vat = take.cents(texts["tax"], "vat", "BT-110", must=any(each.vat for each in taxes))
    rounding = take.cents(texts["rounding"], "rounding", "BT-114", must=False)
    take.same(line_sum, sum(each.net for each in lines), "line_sum", "BR-CO-10")
    take.same(net, line_sum + _allowed(take, texts["allowances"]), "net", "BR-CO-13")
    take.same(vat, sum(each.vat for each in taxes), "vat", "BR-CO-14")
    take.same(total, net + vat, "total", "BR-CO-15")
    if take.cents(texts["prepaid"], "prepaid", "BT-113", must=False):
        take.faults.append(errors.PrepaidRefused())
    else:
        take.same(payable, total + rounding, "payable", "BR-CO-16")
    if abs(rounding) > _MOST_ROUNDING:
        take.same(rounding, 0, "rounding", "BT-114")
    if (payable <= 0 or vat < 0 or _moved(taxes) < 0) and not take.faults:
        take.must("", "above_zero", "BT-112")
    return net + rounding, vat, total + rounding


def _moved(taxes: Sequence[Tax]) -> int:
    return sum(each.net for each in taxes if each.category == "AE")


def _ibans(take: _Reader, found: Sequence[str]) -> tuple[str, ...]:
    kept = []
    for each in filter(None, found):
        iban = Iban.normalise(each)
        if iban is None:
            take.faults.append(errors.NumberWrong(what=_named("iban")))
        elif iban not in kept:
            kept.append(iban)
    return tuple(kept)
