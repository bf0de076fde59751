"""An invoice on paper: what the law wants on it, in the order of a letter, with a code to pay by."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from cwb.documents.rules import (
    Beside,
    Block,
    Cell,
    Code,
    Document,
    Facts,
    Figure,
    Heading,
    Note,
    Paragraph,
    Table,
    Words,
)
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.agreements.rules import UNITS

PAGE = N_("Bladzijde {n} van {m}")
CATEGORIES: Mapping[str, str] = {
    "AE": N_("btw verlegd"), "E": N_("vrijgesteld"), "O": N_("buiten de btw"),
}  # fmt: skip
"""VAT without a rate in words, by the letter of UNCL5305."""


class Line(Protocol):
    """What is delivered, as it stands on an invoice."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    category: str
    percent: Decimal
    net_amount: int


class VatLine(Protocol):
    """The VAT of one rate; amounts in cents."""

    category: str
    percent: Decimal
    net_amount: int
    vat_amount: int


class Paper(NamedTuple):
    """A sent invoice or credit note as it is printed. Sums in cents; `credits`: number and day of what it takes back.

    `iban` and `payee`: where it is paid, which is not the seller when it was made over to a fund. `code`: SVG.
    """

    facts: Mapping[str, Any]
    lines: Sequence[Line]
    vat_lines: Sequence[VatLine]
    sums: tuple[int, int, int]
    at: datetime
    payee: str
    iban: str | None
    code: str | None = None


def paper(words: Words, one: Paper) -> Document:
    """The letter, in the reader's language. Texts of the law: Wet OB 1968 art. 35a, EU 2006/112 art. 226."""
    facts, text = one.facts, words.text
    credit = facts["type"] == "credit_note"
    name = N_("Voorschotfactuur") if facts.get("prepayment") else N_("Factuur")
    kind = text(N_("Creditfactuur") if credit else name)
    number = facts["number"]
    blocks: list[Block] = [
        Beside(_party(words, N_("Van"), facts["seller"]), _party(words, N_("Aan"), facts["buyer"])),
        Heading(text(N_("Over deze factuur"))), _about(words, facts),
        Heading(text(N_("Wat er geleverd is"))), _lines(words, one.lines),
        _vat(words, one.vat_lines), _sums(words, one.sums), *_reasons(words, one),
    ]  # fmt: skip
    if not credit:
        blocks += _pay(words, one)
    return Document(
        f"{kind} {number}", words.language, one.at, blocks, sender=facts["seller"]["name"], mark=f"{kind} {number}",
        page=text(PAGE), dense=True,
    )  # fmt: skip


def name_of(number: str | None) -> str:
    """What the files of an invoice are called: its number in signs that every system takes."""
    return "-".join(filter(None, re.split(r"[^A-Za-z0-9]+", f"factuur {number or ''}")))


def vat_words(words: Words, category: str, percent: Decimal) -> str:
    """A rate, or why there is none."""
    return words.text(CATEGORIES[category]) if category in CATEGORIES else f"{words.number(percent)}%"


def _day(words: Words, written: str | None) -> str:
    return words.day(date.fromisoformat(written) if written else None)


def _party(words: Words, who: str, party: Mapping[str, Any]) -> list[Paragraph]:
    text = words.text
    place = f"{party['postcode'] or ''} {party['city'] or ''}".strip()
    country = words.country(party["country"]) if party["country"] not in {None, "NL"} else ""
    kvk = f"{text(N_('KvK'))} {party['kvk']}" if party["kvk"] else ""
    vat = f"{text(N_('Btw-nummer'))} {party['vat_id']}" if party["vat_id"] else ""
    told = (party["name"], party["street"], place, country, kvk, vat)
    return [Paragraph(text(who), strong=True), Paragraph("\n".join(each for each in told if each))]


def _about(words: Words, facts: Mapping[str, Any]) -> Facts:
    text, earlier = words.text, facts["credit_of"]
    rows = [
        (text(N_("Nummer")), facts["number"]),
        (text(N_("Datum")), _day(words, facts["issued_on"])),
        (text(N_("Gewerkt van")), _day(words, facts["delivered"]["from"])),
        (text(N_("Tot en met")), _day(words, facts["delivered"]["to"])),
        (text(N_("Contract")), facts["contract_reference"] or ""),
        (text(N_("Ordernummer")), facts["order_reference"] or ""),
        (text(N_("Kenmerk")), facts["buyer_reference"] or ""),
    ]
    if earlier:
        told = text(
            N_("%(number)s van %(on)s"), number=earlier["number"], on=_day(words, earlier["issued_on"])
        )
        rows.append((text(N_("Dit neemt terug van factuur")), told))
    return Facts(rows)


def _lines(words: Words, lines: Sequence[Line]) -> Table:
    text = words.text
    head = [text(each) for each in (
        N_("Omschrijving"), N_("Aantal"), N_("Prijs zonder btw"), N_("Btw"), N_("Bedrag"))]  # fmt: skip
    rows = [
        (
            line.description, f"{words.number(line.quantity.normalize())} {text(UNITS[line.unit])}",
            words.price(line.unit_price), vat_words(words, line.category, line.percent),
            words.money(line.net_amount),
        )
        for line in lines
    ]  # fmt: skip
    return Table(text(N_("Regels")), head, rows, figures=frozenset({1, 2, 4}), widths=(6, 3, 3, 3, 3))


def _vat(words: Words, vat_lines: Sequence[VatLine]) -> Table:
    text = words.text
    head = [text(N_("Tarief")), text(N_("Zonder btw")), text(N_("Btw"))]
    rows = [
        (
            vat_words(words, each.category, each.percent),
            words.money(each.net_amount),
            words.money(each.vat_amount),
        )
        for each in vat_lines
    ]
    return Table(text(N_("Btw per tarief")), head, rows, figures=frozenset({1, 2}), whole=True)


def _sums(words: Words, sums: tuple[int, int, int]) -> Facts:
    names = (N_("Totaal zonder btw"), N_("Btw"), N_("Totaal"))
    return Facts([(words.text(name), words.money(each)) for name, each in zip(names, sums, strict=True)])


def _reasons(words: Words, one: Paper) -> list[Block]:
    """What must be said where no VAT is charged, and what the seller wrote."""
    text, found = words.text, {each.category for each in one.vat_lines}
    told: list[Block] = []
    if "AE" in found:
        buyer = one.facts["buyer"]["vat_id"] or ""
        told.append(Paragraph(text(N_("Btw verlegd naar %(vat_id)s."), vat_id=buyer), strong=True))
    if one.facts["vat_reason"]:
        told.append(Paragraph(f"{text(N_('Vrijgesteld van btw:'))} {one.facts['vat_reason']}", strong=True))
    if one.facts["note"]:
        told.append(Paragraph(one.facts["note"]))
    return told


def _spaced(iban: str) -> str:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _blocked(words: Words, one: Paper, iban: str, part: int) -> Note:
    """That it is paid in two parts, and the part for the G-account."""
    told = words.text(
        N_("Van het totaal gaat %(part)s naar G-rekening %(iban)s. De rest, %(rest)s, gaat naar de rekening hieronder."
            " Gebruik twee keer hetzelfde kenmerk."),
        part=words.money(part), iban=_spaced(iban), rest=words.money(one.sums[2] - part),
    )  # fmt: skip
    return Note(words.text(N_("Betaal in twee delen")), told)


def _pay(words: Words, one: Paper) -> list[Block]:
    text, blocked = words.text, one.facts["g_account"]
    part = Money.of(blocked["amount"]).minor if blocked else 0
    total, spaced = words.money(one.sums[2] - part), _spaced(one.iban or "")
    rows: list[tuple[str, Cell]] = [
        (text(N_("Bedrag")), total),
        (text(N_("Betalen voor")), _day(words, one.facts["due_on"])),
        (text(N_("Op rekening")), Code(spaced)),
        (text(N_("Op naam van")), one.payee),
        (text(N_("Betalingskenmerk")), Code(one.facts["payment_reference"])),
    ]
    blocks: list[Block] = [Heading(text(N_("Zo betaalt u")))]
    if blocked:
        blocks.append(_blocked(words, one, blocked["iban"], part))
    if one.payee != one.facts["seller"]["name"]:
        made_over = text(N_("De leverancier droeg deze factuur over. Betaal aan %(payee)s."), payee=one.payee)
        blocks.append(Note(text(N_("Andere rekening")), made_over))
    if one.code is None:
        blocks.append(Facts(rows))
    else:
        alt = text(
            N_("QR-code met de betaling: %(total)s naar %(iban)s, kenmerk %(reference)s"), total=total, iban=spaced,
            reference=one.facts["payment_reference"],
        )  # fmt: skip
        code = Figure(one.code, alt, text(N_("Scan met de app van uw bank")), width=44)
        blocks.append(Beside([Facts(rows)], [code]))
    return blocks
