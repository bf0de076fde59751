"""VAT as dated data, and the one way it is counted: half-up, once per category and rate (EN 16931, BR-CO-14 to 17)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.vat.errors import (
    BuyerVatIdMissing,
    ExemptionReasonMissing,
    NoVatRate,
    OutsideVatMixed,
    SellerVatIdMissing,
    VatCodeUnknown,
    VatRateChanges,
)


class VatCode(StrEnum):
    """What an agreement says about VAT; the rate follows from the day of supply."""

    STANDARD = "standard"
    REDUCED = "reduced"
    ZERO = "zero"
    EXEMPT = "exempt"
    REVERSE_CHARGE = "reverse_charge"
    OUTSIDE = "outside"

    @classmethod
    def of(cls, text: str) -> "VatCode":
        """The code a text names.

        Raises:
            VatCodeUnknown: none of the six.
        """
        try:
            return cls(text)
        except ValueError:
            raise VatCodeUnknown(field="vat") from None


@dataclass(frozen=True, slots=True)
class VatRate:
    """A rate in force from `valid_from` up to, but not including, `valid_until`.

    `category` is the letter of UNCL5305 as EN 16931 uses it, `percent` the rate (21 means 21 %), `box` the box of
    the Dutch VAT return (None: not reported).
    """

    code: VatCode
    category: str
    percent: Decimal
    valid_from: date
    valid_until: date | None = None
    box: str | None = None

    def in_force(self, on: date) -> bool:
        """Whether this rate counts on a day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


_ALWAYS = date(2001, 1, 1)
"""The euro as unit of the tax; no invoice here is older."""

RATES: tuple[VatRate, ...] = (
    VatRate(VatCode.STANDARD, "S", Decimal(19), _ALWAYS, date(2012, 10, 1), "1a"),
    VatRate(VatCode.STANDARD, "S", Decimal(21), date(2012, 10, 1), None, "1a"),
    VatRate(VatCode.REDUCED, "S", Decimal(6), _ALWAYS, date(2019, 1, 1), "1b"),
    VatRate(VatCode.REDUCED, "S", Decimal(9), date(2019, 1, 1), None, "1b"),
    VatRate(VatCode.ZERO, "Z", Decimal(0), _ALWAYS, None, "1e"),
    VatRate(VatCode.EXEMPT, "E", Decimal(0), _ALWAYS),
    VatRate(VatCode.REVERSE_CHARGE, "AE", Decimal(0), _ALWAYS, None, "1e"),
    VatRate(VatCode.OUTSIDE, "O", Decimal(0), _ALWAYS),
)
"""Dutch rates with their dates (Wet OB 1968 art. 9). A new rate closes the old row and adds one."""

LABELS: dict[VatCode, str] = {
    VatCode.STANDARD: N_("hoog tarief"),
    VatCode.REDUCED: N_("laag tarief"),
    VatCode.ZERO: N_("nultarief"),
    VatCode.EXEMPT: N_("vrijgesteld"),
    VatCode.REVERSE_CHARGE: N_("btw verlegd"),
    VatCode.OUTSIDE: N_("buiten de btw"),
}
"""The codes in words."""


def rate_on(code: VatCode, on: date, rates: Sequence[VatRate] = RATES) -> VatRate:
    """The rate of a code on the day of supply.

    Raises:
        NoVatRate: none was in force.
    """
    for rate in rates:
        if rate.code is code and rate.in_force(on):
            return rate
    raise NoVatRate(on=on)


def rate_over(code: VatCode, first: date, last: date, rates: Sequence[VatRate] = RATES) -> VatRate:
    """The one rate of a code over a period of supply, both days included.

    Raises:
        NoVatRate: none was in force on the first or the last day.
        VatRateChanges: the rate changed in between; `on` is the first day of the new one.
    """
    start, end = rate_on(code, first, rates), rate_on(code, last, rates)
    if start.percent != end.percent:
        raise VatRateChanges(on=end.valid_from, field="delivered_until")
    return end


def rate_of(category: str, percent: Decimal, rates: Sequence[VatRate] = RATES) -> VatRate:
    """The rate that an invoice's category and percentage are of.

    Raises:
        VatCodeUnknown: none ever was.
    """
    for rate in rates:
        if (rate.category, rate.percent) == (category, percent):
            return rate
    raise VatCodeUnknown


def shifted(net: Money, on: date) -> Money:
    """The VAT that a buyer declares itself where it was shifted to it (Wet OB art. 12): at the high rate of the day.

    Whether work that is shifted may fall under the low rate is for the buyer's bookkeeper to say.
    """
    return net.times(rate_on(VatCode.STANDARD, on).percent / 100)


@dataclass(frozen=True, slots=True)
class VatLine:
    """The VAT of one category and rate: net and VAT in whole cents."""

    category: str
    percent: Decimal
    net: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """What a document adds up to, and its VAT per category and rate, highest rate first."""

    net: Money
    vat: Money
    lines: tuple[VatLine, ...]

    @property
    def total(self) -> Money:
        """Net and VAT together."""
        return self.net + self.vat


def totals(nets: Iterable[tuple[str, Decimal, Money]]) -> Totals:
    """Totals of lines given as (category, percent, net): VAT is rounded once per category and rate, never per line."""
    sums: dict[tuple[str, Decimal], Money] = defaultdict(lambda: Money(0))
    for category, percent, net in nets:
        sums[category, percent] += net
    lines = tuple(
        VatLine(category, percent, net, net.times(percent / 100))
        for (category, percent), net in sorted(sums.items(), key=lambda item: (-item[0][1], item[0][0]))
    )
    net, vat = Money(0), Money(0)
    for line in lines:
        net, vat = net + line.net, vat + line.vat
    return Totals(net, vat, lines)


def check_categories(
    categories: Iterable[str], *, seller_vat_id: str | None, buyer_vat_id: str | None, reason: str | None
) -> None:
    """Refuse combinations that no lawful invoice has. `reason` explains exempt lines.

    Raises:
        OutsideVatMixed, SellerVatIdMissing, BuyerVatIdMissing, ExemptionReasonMissing: see there.
    """
    found = set(categories)
    if "O" in found and len(found) > 1:
        raise OutsideVatMixed
    if found & {"S", "Z", "AE"} and not seller_vat_id:
        raise SellerVatIdMissing
    if "AE" in found and not buyer_vat_id:
        raise BuyerVatIdMissing
    if "E" in found and not (reason or "").strip():
        raise ExemptionReasonMissing(field="exemption_reason")
