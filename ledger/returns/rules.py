"""The rows of a VAT overview and how they tie to the books, on bare values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.vat.rules import VatCode, rate_of

KOR, INPUT, LOST, SHIFTED, ABROAD = "kor", "input", "input_lost", "shifted", "abroad"
SALES = (*(code.value for code in VatCode), ABROAD, KOR)
PURCHASES = (INPUT, LOST, SHIFTED)

NAMES = {
    VatCode.STANDARD.value: N_("Verkoop, hoog tarief"),
    VatCode.REDUCED.value: N_("Verkoop, laag tarief"),
    VatCode.ZERO.value: N_("Verkoop, nultarief"),
    VatCode.REVERSE_CHARGE.value: N_("Verkoop, btw verlegd naar de klant"),
    ABROAD: N_("Verkoop aan een ander EU-land, btw verlegd (doe ook opgaaf ICP)"),
    VatCode.EXEMPT.value: N_("Verkoop, vrijgesteld"),
    KOR: N_("Verkoop onder de kleineondernemersregeling"),
    VatCode.OUTSIDE.value: N_("Verkoop buiten de btw"),
    SHIFTED: N_("Inkoop, btw verlegd naar u"),
    INPUT: N_("Inkoop, btw die u terugkrijgt"),
    LOST: N_("Inkoop, btw die u niet terugkrijgt"),
}
_ORDER = {key: place for place, key in enumerate(NAMES)}
BOXES = {SHIFTED: "2a", INPUT: "5b", ABROAD: "3b"}

INVOICES = frozenset({
    "invoice_sent", "credit_note_sent", "invoice_approved", "credit_note_approved", "receipt_booked",
    "receipt_reversed", "purchase_approved", "purchase_credit",
})  # fmt: skip
"""The kinds of transfer by which invoices and receipts move the VAT accounts."""


@dataclass(frozen=True, slots=True)
class Row:
    """What invoices of one kind add up to; credit notes count negative. `box` of the Dutch return, None: in none."""

    key: str
    percent: Decimal
    box: str | None
    count: int
    net: Money
    vat: Money


def sale_row(
    category: str, percent: Decimal, *, small: bool, abroad: bool = False, count: int, net: Money, vat: Money
) -> Row:
    """The row of sales of a category and percentage; `small`: under the small businesses scheme.

    `abroad`: to a customer in another country; VAT that is shifted there has a box of its own.
    """
    rate = rate_of(category, percent)
    if small and rate.code is VatCode.EXEMPT:
        return Row(KOR, percent, None, count, net, vat)
    if abroad and rate.code is VatCode.REVERSE_CHARGE:
        return Row(ABROAD, percent, BOXES[ABROAD], count, net, vat)
    return Row(rate.code.value, percent, rate.box, count, net, vat)


def with_receipts(rows: Iterable[Row], taxes: Iterable[tuple[bool, int, int, int]]) -> list[Row]:
    """Purchases with what invoices or receipts add: whether their VAT comes back, how many, net and VAT in cents."""
    found = {row.key: row for row in rows}
    for back, count, net, vat in taxes:
        key = INPUT if back else LOST
        row = found.get(key) or Row(key, Decimal(0), BOXES.get(key), 0, Money(0), Money(0))
        found[key] = replace(row, count=row.count + count, net=row.net + Money(net), vat=row.vat + Money(vat))
    return list(found.values())


def ordered(rows: Iterable[Row]) -> list[Row]:
    """In the order in which a page shows them, the highest rate first."""
    return sorted(rows, key=lambda row: (_ORDER[row.key], -row.percent))


@dataclass(frozen=True, slots=True)
class Tie:
    """One VAT account beside the invoices. `booked` is what moved in the books, `others` what moved it by name.

    All have the sign of the return: owed (output) or got back (input) is positive.
    """

    name: str
    invoiced: Money
    booked: Money
    others: tuple[tuple[str, Money], ...]

    @property
    def difference(self) -> Money:
        """What neither invoices nor named postings explain: zero when the books are right."""
        return self.booked - self.invoiced - sum((amount for _, amount in self.others), Money(0))


def tie(name: str, invoiced: Money, moved: Iterable[tuple[str, Money]]) -> Tie:
    """Hold what was invoiced against what moved on an account per kind of transfer."""
    moves = list(moved)
    others = tuple((kind, amount) for kind, amount in moves if kind not in INVOICES)
    return Tie(name, invoiced, sum((amount for _, amount in moves), Money(0)), others)


@dataclass(frozen=True, slots=True)
class Overview:
    """The VAT of one organisation over a period."""

    rows: tuple[Row, ...]
    output: Tie
    input: Tie

    @property
    def owed(self) -> Money:
        """What is owed in total: on sales, and shifted (5a)."""
        return self.output.invoiced

    @property
    def back(self) -> Money:
        """What is got back (5b)."""
        return self.input.invoiced

    @property
    def payable(self) -> Money:
        """What is to be paid, or below zero: to be got back."""
        return self.owed - self.back

    @property
    def ties(self) -> bool:
        """Whether the books say the same to the cent."""
        zero = Money(0)
        return self.output.difference == zero and self.input.difference == zero
