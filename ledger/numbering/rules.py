"""Decisions about series of numbers and payment references."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_uppercase, digits

from ledger.numbering.errors import SeriesLikeOther, SeriesNumberWrong, SeriesWrong

YEAR = "{jaar}"
"""Stands for the year of issue in a prefix; with it the numbers start at 1 each year."""

_PREFIX = re.compile(r"[A-Za-z0-9./-]{0,20}")
MOST_NUMBER = 99_999_999


@dataclass(frozen=True, slots=True)
class Series:
    """How a supplier numbers: a prefix (with `{jaar}` for the year), the next number and its least digits (0 to 8)."""

    prefix: str
    next_number: int
    least_digits: int = 4

    def __post_init__(self) -> None:
        if self.prefix.count(YEAR) > 1 or not _PREFIX.fullmatch(self.prefix.replace(YEAR, "")):
            raise SeriesWrong(field="prefix")
        if not 1 <= self.next_number <= MOST_NUMBER or not 0 <= self.least_digits <= 8:
            raise SeriesNumberWrong(field="next_number")

    def prefix_in(self, year: int) -> str:
        """The prefix as numbers of a year carry it."""
        return self.prefix.replace(YEAR, str(year))

    def number(self, year: int, sequence: int) -> str:
        """The number of a document."""
        return f"{self.prefix_in(year)}{sequence:0{self.least_digits}d}"


DEFAULT = Series(f"{YEAR}-", 1, 4)
"""For suppliers that chose nothing: the year, then 0001."""


def reference_body(number: str) -> str:
    """The letters and digits of a number in upper case: what an RF reference is made of."""
    return "".join(c for c in number.upper() if c in digits + ascii_uppercase)


def check_prefix(prefix: str, used: Iterable[str]) -> None:
    """No number under the new prefix may read like one under another prefix already used (RF drops the signs).

    Both are prefixes as numbers carry them, with the year filled in.

    Raises:
        SeriesLikeOther: one might.
    """
    new = reference_body(prefix)
    for other in used:
        old = reference_body(other)
        short, long = sorted((new, old), key=len)
        rest = long.removeprefix(short)
        if other != prefix and long.startswith(short) and (not rest or rest.isdigit()):
            raise SeriesLikeOther(other=other, field="prefix")


def rf_reference(number: str) -> str:
    """The creditor reference (ISO 11649) of a number: RF, check digits (ISO 7064 mod 97-10), its letters and digits.

    "2026000123" gives "RF462026000123". At most 21 letters and digits are used, the last ones.
    """
    body = reference_body(number)[-21:]
    figures = "".join(str(int(c, 36)) for c in body + "RF00")
    return f"RF{98 - int(figures) % 97:02d}{body}"


@dataclass(frozen=True, slots=True)
class Given:
    """A number given: the prefix with the year filled in, the sequence under it, the whole number, its RF reference."""

    prefix: str
    sequence: int
    number: str
    payment_reference: str
