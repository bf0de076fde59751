"""What money ahead costs, and how often the fund's euros go round. Pure; amounts are cents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from coops.fund import errors
from cwb.kernel.money import Money, half_up

YEAR_DAYS = 365
"""Days of a year, in the cost and in the turnover; leap years too (project choice, said on the page)."""

MOST_RATE = Decimal("0.20")
"""Highest yearly cost as a fraction (house rule; what the law allows a lender is not verified)."""

WHOLE = 10_000
"""All of an invoice or contract, in basis points."""

FEWEST = 5
"""Figures about fewer borrowers are not published (product: no cell under five)."""

LONGEST = 2000
"""Longest explanation in characters."""


@dataclass(frozen=True, slots=True)
class TermsFacts:
    """Terms from a day on: yearly cost as a fraction, most per cooperative in cents, shares in basis points."""

    valid_from: date
    rate: Decimal
    most_amount: int
    invoice_share: int
    contract_share: int

    def share(self, *, on_invoice: bool) -> int:
        """The part of what can be assigned that is advanced at most, in basis points."""
        return self.invoice_share if on_invoice else self.contract_share


@dataclass(frozen=True, slots=True)
class Capital:
    """Money that was put in on a day, and what of it went back on another."""

    amount: int
    received_on: date
    returned_amount: int = 0
    ended_on: date | None = None


def check_terms(facts: TermsFacts, today: date) -> None:
    """Terms that can be.

    Raises:
        TermsDayWrong, RateWrong, AmountWrong, ShareWrong: each at its field.
    """
    if facts.valid_from < today:
        raise errors.TermsDayWrong(field="valid_from")
    if not 0 <= facts.rate <= MOST_RATE:
        raise errors.RateWrong(field="rate")
    if facts.most_amount <= 0:
        raise errors.AmountWrong(field="most_amount")
    for name in ("invoice_share", "contract_share"):
        if not 1 <= getattr(facts, name) <= WHOLE:
            raise errors.ShareWrong(field=name)


def check_grant(
    *, source: str, amount: Money, received_on: date, ends_on: date | None, hand_over: str, today: date
) -> None:
    """Money that was put in: from whom, how much, until when, and how it goes over to regular money.

    Raises:
        TextMissing, AmountWrong, DayWrong: each at its field.
    """
    for name, text in (("source", source), ("hand_over", hand_over)):
        if not text.strip():
            raise errors.TextMissing(field=name)
    if amount.minor <= 0 or amount.currency != "EUR":
        raise errors.AmountWrong(field="amount")
    if received_on > today:
        raise errors.DayWrong(field="received_on")
    if ends_on is not None and ends_on <= received_on:
        raise errors.DayWrong(field="ends_on")


def cost(amount: int, rate: Decimal, days: int) -> int:
    """The cost in cents: amount × yearly rate × days / 365, half-up to the cent; no interest on interest."""
    return half_up(Decimal(amount) * rate * max(days, 0) / YEAR_DAYS)


def average_capital(put_in: Sequence[Capital], start: date, end: date) -> Decimal:
    """Capital in cents, each euro counted for the days it was there, from `start` up to but not on `end`."""
    days = (end - start).days
    if days <= 0:
        return Decimal(0)
    total = 0
    for each in put_in:
        total += each.amount * max(0, (end - max(each.received_on, start)).days)
        if each.ended_on is not None:
            total -= each.returned_amount * max(0, (end - max(each.ended_on, start)).days)
    return Decimal(total) / days


def turnover(advanced: int, put_in: Sequence[Capital], start: date, end: date) -> Decimal | None:
    """Euros advanced per euro of average capital per year; None when there was no capital.

    advanced / average capital × 365 / days of the window (formula of this project).
    """
    mean = average_capital(put_in, start, end)
    if mean <= 0:
        return None
    return Decimal(advanced) / mean * YEAR_DAYS / (end - start).days


def mean_days(lent: Sequence[tuple[int, int]]) -> Decimal | None:
    """Days outstanding, weighed by euros: of (amount, days) per advance; None when there is none."""
    whole = sum(amount for amount, _ in lent)
    return Decimal(sum(amount * days for amount, days in lent)) / whole if whole else None
