"""The scale of a review, its pace, and what may be told of many: pure decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from cwb.kernel.text import N_
from procurement.performance import errors

PACE = timedelta(days=60)
"""How long one side waits before it looks back again: a setting of the house, so that it stays a conversation."""

FEWEST = 5
"""Averages over fewer reviews are not shown (product: no cell under five)."""


class Side(StrEnum):
    """Who looks back."""

    BUYER = "buyer"
    SUPPLIER = "supplier"


MARKS: Mapping[str, str] = {
    "work": N_("Het werk"),
    "promises": N_("Afspraken nakomen"),
    "together": N_("Samenwerken"),
}
"""What is marked, by name."""

SCALE: Mapping[int, str] = {
    1: N_("1: slecht"),
    2: N_("2: matig"),
    3: N_("3: voldoende"),
    4: N_("4: goed"),
    5: N_("5: heel goed"),
}
"""The agreed scale."""


def check_mark(mark: int, name: str) -> int:
    """A mark on the scale.

    Raises:
        ScaleWrong: at the field.
    """
    if mark not in SCALE:
        raise errors.ScaleWrong(field=name)
    return mark


def check_pace(last: date | None, today: date) -> None:
    """One side looks back once in `PACE`.

    Raises:
        TooSoon: says when it did.
    """
    if last is not None and today < last + PACE:
        raise errors.TooSoon(on=last, days=PACE.days)


def average(marks: Sequence[int]) -> Decimal | None:
    """The mean of marks, half-up to one decimal; None under `FEWEST`."""
    if len(marks) < FEWEST:
        return None
    return (Decimal(sum(marks)) / len(marks)).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class PaidDays:
    """How fast the invoices of a contract were paid, in days from sending to the last payment."""

    count: int
    total: int
    longest: int
    late: int

    @property
    def mean(self) -> Decimal | None:
        """Days on average, one decimal; None when nothing was paid."""
        if not self.count:
            return None
        return (Decimal(self.total) / self.count).quantize(Decimal("0.1"), ROUND_HALF_UP)
