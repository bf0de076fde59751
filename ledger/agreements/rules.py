"""Decisions about agreements on bare values."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.agreements.errors import (
    EndsBeforeStart,
    GPercentageWrong,
    LinesMissing,
    PaymentTermVoid,
    PaymentTermWrong,
    PriceWrong,
    QuantityWrong,
    SharesIncomplete,
    SupplierIsBuyer,
    SupplierTwice,
    TextMissing,
    TextTooLong,
    UnitUnknown,
)
from ledger.vat.rules import VatCode

WHOLE = 10_000
HOUR = "HUR"
"""The unit (UN/ECE 20) of what is priced per hour."""
"""All of an agreement, in basis points."""

LINE, NAME, NOTE = 200, 200, 2000
"""Longest texts in characters: a line, a title, an explanation."""

REFERENCE = 60
"""Longest reference of an agreement, a buyer or an order, in characters."""

_CHANGE = re.compile(r"(.+)/W([1-9][0-9]*)")


def change_reference(contract: str, number: int) -> str:
    """The reference of what a change adds to a contract: an agreement of its own, beside that of the contract."""
    return f"{contract}/W{number}"


def change_of(reference: str) -> tuple[str, int] | None:
    """The contract and the number of the change of which this is the reference; None: of no change."""
    found = _CHANGE.fullmatch(reference)
    return None if found is None else (found[1], int(found[2]))


UNITS: Mapping[str, str] = {
    "HUR": N_("uur"), "DAY": N_("dag"), "WEE": N_("week"), "MON": N_("maand"), "ANN": N_("jaar"),
    "C62": N_("stuk"), "LS": N_("vast bedrag"), "MTK": N_("m²"), "MTR": N_("meter"), "KGM": N_("kilo"),
    "LTR": N_("liter"), "KMT": N_("kilometer"),
}  # fmt: skip
"""Units of UN/ECE Recommendation 20 that are offered, with their words."""

PUBLIC_DAYS, FIRM_DAYS = 30, 60
"""Longest payment terms: public bodies and large firms (BW 6:119b, 6:119a), others (BW 6:119a)."""

_MOST = Decimal(10_000_000)


class AgreementState(StrEnum):
    """Whether invoices can still be made."""

    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """What is agreed: a description, a unit of `UNITS`, quantity and unit price in euro (Decimal), a VAT code.

    Quantity and price have at most four decimals. `party_id`: the one supplier whose line it is (None: all, by share).

    Raises:
        TextMissing, TextTooLong, UnitUnknown, QuantityWrong, PriceWrong, VatCodeUnknown: see there.
    """

    description: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    vat: VatCode | str = field(default=VatCode.STANDARD)
    party_id: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "description", short_text(self.description, LINE, "description"))
        object.__setattr__(self, "vat", VatCode.of(self.vat))
        if self.unit not in UNITS:
            raise UnitUnknown(field="unit")
        check_quantity(self.quantity)
        check_price(self.unit_price)

    @property
    def net(self) -> Money:
        """The worth of the whole line without VAT."""
        return line_net(self.quantity, self.unit_price)


def short_text(text: str, most: int, name: str, *, needed: bool = True) -> str:
    """A text without outer blanks, of at most `most` characters.

    Raises:
        TextMissing, TextTooLong: at the field `name`.
    """
    clean = text.strip()
    if needed and not clean:
        raise TextMissing(field=name)
    if len(clean) > most:
        raise TextTooLong(most=most, field=name)
    return clean


def _decimals(value: Decimal) -> int:
    return -int(value.normalize().as_tuple().exponent)


def check_quantity(quantity: Decimal) -> None:
    """Positive, at most ten million, at most four decimals.

    Raises:
        QuantityWrong: it is not.
    """
    if not quantity.is_finite() or not 0 < quantity <= _MOST or _decimals(quantity) > 4:
        raise QuantityWrong(field="quantity")


def check_price(price: Decimal) -> None:
    """Zero or more, at most ten million euro, at most four decimals.

    Raises:
        PriceWrong: it is not.
    """
    if not price.is_finite() or not 0 <= price <= _MOST or _decimals(price) > 4:
        raise PriceWrong(field="unit_price")


def line_net(quantity: Decimal, unit_price: Decimal) -> Money:
    """Quantity times unit price (euro), half-up to the cent: the net amount of a line (BT-131)."""
    return Money(100).times(quantity * unit_price)


def split(total: Money, shares: Sequence[int]) -> list[Money]:
    """An amount over suppliers by their shares in basis points, to the cent by largest remainder; parts add up.

    Raises:
        SharesIncomplete: the shares are no whole.
    """
    check_shares(shares)
    return total.allocate(shares)


def reductions(worths: Sequence[int], off: int) -> list[int]:
    """What a lower price takes off each of a contract's agreements, oldest first: what was added last goes first.

    What does not fit (an agreement that ended is not among them) is left.
    """
    taken: list[int] = []
    for worth in reversed(worths):
        taken.append(min(worth, off))
        off -= taken[-1]
    return taken[::-1]


def check_shares(shares: Sequence[int]) -> None:
    """Positive, and 10,000 together.

    Raises:
        SharesIncomplete: they are not.
    """
    if any(share <= 0 for share in shares) or sum(shares) != WHOLE:
        raise SharesIncomplete(sum=sum(shares), field="suppliers")


def check_parties(buyer_id: int, supplier_ids: Sequence[int]) -> None:
    """Every supplier once, none of them the buyer.

    Raises:
        SupplierTwice, SupplierIsBuyer: otherwise.
    """
    if len(set(supplier_ids)) != len(supplier_ids):
        raise SupplierTwice(field="suppliers")
    if buyer_id in supplier_ids:
        raise SupplierIsBuyer(field="suppliers")


def longest_payment_days(*, public_body: bool | None, anchor: bool) -> int:
    """The longest valid payment term of a buyer in days.

    Public bodies 30 (BW 6:119b); anchors count as large firms that buy from small ones, 30 since 1-7-2022; others 60
    (BW 6:119a).
    """
    return PUBLIC_DAYS if public_body or anchor else FIRM_DAYS


def check_payment_days(days: int, most: int) -> None:
    """A payment term of 1 to `most` days.

    Raises:
        PaymentTermWrong: below one day.
        PaymentTermVoid: longer than the law allows this buyer.
    """
    if days < 1:
        raise PaymentTermWrong(field="payment_days")
    if days > most:
        raise PaymentTermVoid(most=most, days=days, field="payment_days")


def check_g_percentage(percentage: Decimal | None) -> None:
    """None, or from 0 to 100 with at most two decimals.

    Raises:
        GPercentageWrong: it is not.
    """
    if percentage is None:
        return
    if not percentage.is_finite() or not 0 <= percentage <= 100 or _decimals(percentage) > 2:
        raise GPercentageWrong(field="g_percentage")


def check_term(starts_on: date, ends_on: date) -> None:
    """An end on or after the start.

    Raises:
        EndsBeforeStart: it is not.
    """
    if ends_on < starts_on:
        raise EndsBeforeStart(field="ends_on")


def check_lines(lines: Sequence[object]) -> None:
    """At least one.

    Raises:
        LinesMissing: there is none.
    """
    if not lines:
        raise LinesMissing


def split_lines(lines: Sequence[AgreementLine], suppliers: Sequence[tuple[int, int]]) -> list[AgreementLine]:
    """Every line over the suppliers (party, share in basis points), each part a line of that supplier's own.

    Lines of a fixed amount, split to the cent by largest remainder: the parts are exactly the line, so every payment is
    shared exactly. One supplier: as it was. A part of no cents is left out.

    Raises:
        SharesIncomplete: the shares are no whole.
    """
    if len(suppliers) == 1:
        return list(lines)
    found = []
    for line in lines:
        parts = split(line.net, [share for _, share in suppliers])
        found += [
            AgreementLine(line.description, "LS", Decimal(1), part.decimal(), line.vat, party_id)
            for part, (party_id, _) in zip(parts, suppliers, strict=True)
            if part.minor
        ]
    return found


def left_for(quantity: Decimal, share: int, used: Decimal) -> Decimal:
    """What a supplier with this share can still invoice of a line, in whole hundredths, never below zero."""
    own = quantity * share / WHOLE - used
    return max(own, Decimal(0)).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def part_of(quantity: Decimal, share: int) -> Decimal:
    """A supplier's part of a line of all, in whole hundredths."""
    return (quantity * share / WHOLE).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def suggested_quantity(unit: str, left: Decimal, last: Decimal | None) -> Decimal:
    """What a new invoice starts with: what the last one had, else one period, else what is left."""
    if last is None:
        last = Decimal(1) if unit in {"MON", "WEE", "ANN"} else left
    return min(last, left)


def told_apart(lines: Sequence[AgreementLine]) -> list[AgreementLine]:
    """The same lines, where those with the same words for the same supplier say which of how many each is."""
    many = Counter((each.description, each.party_id) for each in lines)
    seen: Counter[tuple[str, int | None]] = Counter()
    made = []
    for each in lines:
        key = (each.description, each.party_id)
        seen[key] += 1
        end = f", {seen[key]} van {many[key]}" if many[key] > 1 else ""
        made.append(replace(each, description=each.description[: LINE - len(end)] + end))
    return made


def are_instalments(lines: Sequence[tuple[str, Decimal]]) -> bool:
    """Whether lines, given as (unit, quantity), are parts of one price: several, each one month or one fixed amount."""
    return len(lines) > 1 and all(unit in {"LS", "MON"} and quantity == 1 for unit, quantity in lines)


def are_regular(prices: Sequence[Decimal]) -> bool:
    """Whether instalments are equal to the cent, so that each stands for an equal part of the term."""
    return max(prices) - min(prices) <= Decimal("0.01")


def next_instalment(left: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What a new invoice under instalments starts with: the first line of which something is left, and no other."""
    return dict([(key, quantity) for key, quantity in left.items() if quantity > 0][:1])


def instalment_days(starts_on: date, ends_on: date, count: int, place: int) -> tuple[date, date]:
    """First and last day of instalment `place` (from 1) of `count`.

    Months of the calendar where the term is so many months, else equal parts of the term.
    """
    per_month = _months_on(starts_on, count) == ends_on + timedelta(days=1)
    days = (ends_on - starts_on).days + 1

    def begin(before: int) -> date:
        return (
            _months_on(starts_on, before) if per_month else starts_on + timedelta(days=days * before // count)
        )

    first = begin(place - 1)
    return first, max(first, begin(place) - timedelta(days=1))


def _months_on(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def suggested_period(
    today: date, starts_on: date, ends_on: date, last_until: date | None
) -> tuple[date, date]:
    """The delivered days a new invoice starts with: from where the last one ended up to today, within the term."""
    until = max(min(today, ends_on), starts_on)
    first = starts_on if last_until is None else last_until + timedelta(days=1)
    return min(first, until), until
