"""Dividing a surplus: pure decisions. Amounts in euro cents."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from coops.patronage import errors
from cwb.kernel.money import MAX_MINOR, Money
from cwb.kernel.text import N_

MOST_MEMBERS = 900
"""As many members as one transfer has room for, with the surplus and the reserve beside them."""

MOST_UNITS = 10**9

LEAST_WHY, MOST_WHY = 10, 500


class Basis(StrEnum):
    """By what a surplus is divided."""

    HOURS = "hours"
    TURNOVER = "turnover"


BASIS_NAMES = {Basis.HOURS: N_("gewerkte uren"), Basis.TURNOVER: N_("omzet met de coöperatie, in euro")}
"""Basis → how people say it."""


def check_amounts(surplus: int, reserve: int) -> None:
    """A surplus, and what of it stays in the reserves.

    Raises:
        AmountInvalid: at the field.
    """
    if not 0 < surplus <= MAX_MINOR:
        raise errors.AmountInvalid(field="surplus")
    if not 0 <= reserve <= surplus:
        raise errors.AmountInvalid(field="reserve")


def check_year(year: int, this_year: int) -> None:
    """A book year that is over.

    Raises:
        YearInvalid: it is not, or lies before 2000.
    """
    if not 2000 <= year < this_year:
        raise errors.YearInvalid(field="year")


def check_undivided(year: int, is_divided: bool) -> None:
    """The surplus of a book year is divided once; after it was taken back, again.

    Raises:
        YearDivided: a division of this year counts.
    """
    if is_divided:
        raise errors.YearDivided(year=year, field="year")


def check_not_proposed(year: int, is_open: bool) -> None:
    """Of a book year one proposal waits at a time.

    Raises:
        YearProposed: one waits.
    """
    if is_open:
        raise errors.YearProposed(year=year, field="year")


def read_units(text: str, numbers: frozenset[int]) -> dict[int, int]:
    """Member number → whole hours or euros, from rows as "12; 340".

    Raises:
        RowInvalid, MemberUnknown, MemberTwice, NobodyShares, TooMany: at the field `units`.
    """
    found: dict[int, int] = {}
    for row, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = re.fullmatch(r"\s*(\d{1,9})\s*[;,:\t ]\s*(\d{1,9})\s*", line)
        if parts is None:
            raise errors.RowInvalid(row=row, field="units")
        number = int(parts[1])
        if number not in numbers:
            raise errors.MemberUnknown(row=row, number=number, field="units")
        if number in found:
            raise errors.MemberTwice(number=number, field="units")
        found[number] = int(parts[2])
    if not any(found.values()):
        raise errors.NobodyShares(field="units")
    if len(found) > MOST_MEMBERS:
        raise errors.TooMany(most=MOST_MEMBERS, field="units")
    return found


def divide(surplus: int, reserve: int, units: Mapping[int, int]) -> dict[int, int]:
    """Member number → cents: by units, to the cent by largest remainder, the lower number first in a tie.

    Reserve and parts add up to the surplus.
    """
    numbers: Sequence[int] = sorted(units)
    parts = Money(surplus - reserve).allocate([units[number] for number in numbers])
    return {number: part.minor for number, part in zip(numbers, parts, strict=True)}


def check_decided(outcome: str | None, closed_at: datetime | None, proposed_at: datetime) -> None:
    """Members carried a motion after the distribution was proposed.

    Raises:
        NotCarried: they did not.
    """
    if outcome != "carried" or closed_at is None or closed_at < proposed_at:
        raise errors.NotCarried(field="motion")


def check_why(text: str) -> str:
    """Why a decided distribution is taken back, cleaned.

    Raises:
        WhyMissing: at the field.
    """
    told = text.strip()
    if not LEAST_WHY <= len(told) <= MOST_WHY:
        raise errors.WhyMissing(field="why")
    return told
