"""The measure of local spend, exact. Amounts are integer minor units, ratios fractions; rounding is display.

A unit is one supplier with one verdict. Its credit notes are netted before anything is taken as a minimum or
maximum. What is not proven counts against the figure in `lo` and for it in `hi`, so that missing evidence can
only lower the figure that targets are judged on. Definition: the project's own, version `DEFINITION`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ledger.share.errors import BandsInconclusive

DEFINITION = "local-spend-2"
"""Version of the formulas in this file and of what is folded before them; stands in every published figure."""

DEFINITIONS = ("local-spend-1", DEFINITION)
"""Versions that are recomputed. Since the second, small classes of an anchor are joined for its floor (ADR 57)."""

MIN_COVERAGE = Fraction(80, 100)
MAX_WIDTH = Fraction(10, 100)
"""Gate of publication (project rule, changed only by a dated decision of the alliance)."""


class Standing(StrEnum):
    """What is proven of a unit: local, not local, or neither (self-declared, split postcode, nothing)."""

    LOCAL = "local"
    NOT_LOCAL = "not_local"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Unit:
    """A supplier with one verdict. `high` equals `low` for an exact amount; None is a band without end."""

    supplier: str
    standing: Standing
    low: int
    high: int | None

    @property
    def exact(self) -> bool:
        """Whether the amount is known to the cent."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class Sums:
    """All that the exact measure needs, so that sums of parts add up to the sums of the whole.

    `local` and `not_local` are signed; `unknown_up` ≥ 0 and `unknown_down` ≤ 0 hold the unknown units of
    either sign; `known_size` and `unknown_size` are sums of absolute values.
    """

    local: int = 0
    not_local: int = 0
    unknown_up: int = 0
    unknown_down: int = 0
    known_size: int = 0
    unknown_size: int = 0

    @property
    def total(self) -> int:
        """The denominator, signed."""
        return self.local + self.not_local + self.unknown_up + self.unknown_down

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.local + other.local,
            self.not_local + other.not_local,
            self.unknown_up + other.unknown_up,
            self.unknown_down + other.unknown_down,
            self.known_size + other.known_size,
            self.unknown_size + other.unknown_size,
        )

    @classmethod
    def of(cls, standing: Standing, amount: int) -> "Sums":
        """The sums of one unit."""
        match standing:
            case Standing.LOCAL:
                return cls(local=amount, known_size=abs(amount))
            case Standing.NOT_LOCAL:
                return cls(not_local=amount, known_size=abs(amount))
            case Standing.UNKNOWN:
                return cls(unknown_up=max(0, amount), unknown_down=min(0, amount), unknown_size=abs(amount))


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its bounds. None where it is undefined (a total of zero or less).

    `total_low` and `total_high` are the denominator (equal when exact; `total_high` None for an open band).
    """

    lo: Fraction | None
    hi: Fraction | None
    coverage: Fraction | None
    total_low: int
    total_high: int | None

    @property
    def publishable(self) -> bool:
        """Whether the figure passes the gate, on exact fractions."""
        return self.why is None

    @property
    def why(self) -> str | None:
        """Why the figure is insufficient; None when it passes."""
        if self.lo is None or self.hi is None or self.coverage is None:
            return "undefined: the total is zero or less"
        faults = []
        if self.coverage < MIN_COVERAGE:
            faults.append(f"coverage {ratio(self.coverage)} is below {ratio(MIN_COVERAGE)}")
        if self.hi - self.lo > MAX_WIDTH:
            faults.append(f"the interval is {ratio(self.hi - self.lo)} wide, more than {ratio(MAX_WIDTH)}")
        return "insufficient: " + "; ".join(faults) if faults else None


def units(rows: Iterable[Unit]) -> list[Unit]:
    """Rows of the same supplier with the same verdict made one unit, its credit notes netted."""
    low: dict[tuple[str, Standing], int] = defaultdict(int)
    high: dict[tuple[str, Standing], int | None] = {}
    for row in rows:
        key = row.supplier, row.standing
        low[key] += row.low
        before = high.get(key, 0)
        high[key] = None if before is None or row.high is None else before + row.high
    return [Unit(*key, low[key], high[key]) for key in low]


def share_of(rows: Iterable[Unit]) -> Share:
    """The share proven local, for exact or banded amounts, pooled over all units.

    Raises:
        BandsInconclusive: see `banded_share`.
    """
    netted = units(rows)
    if all(unit.exact for unit in netted):
        return exact_share(sum((Sums.of(unit.standing, unit.low) for unit in netted), Sums()))
    return banded_share(netted)


def exact_share(sums: Sums) -> Share:
    """Bounds for amounts known to the cent. Not clipped: beyond 0 to 1, unproven credit notes dominate."""
    size = sums.known_size + sums.unknown_size
    coverage = Fraction(sums.known_size, size) if size else None
    if sums.total <= 0:
        return Share(None, None, coverage, sums.total, sums.total)
    lo = Fraction(sums.local + sums.unknown_down, sums.total)
    hi = Fraction(sums.local + sums.unknown_up, sums.total)
    return Share(lo, hi, coverage, sums.total, sums.total)


def banded_share(netted: list[Unit]) -> Share:
    """Bounds when some amounts are bands: unknowns on the adverse side, both sides of the ratio together.

    An open band on what is not local or unknown gives lo = 0, on what is local or unknown hi = 1. Coverage
    takes what is known at its lowest and what is unknown at its highest.

    Raises:
        BandsInconclusive: a band reaches below zero, or exact unknown credit notes outweigh one of the sides.
    """
    below = [unit.supplier for unit in netted if not unit.exact and unit.low < 0]
    if below:
        raise BandsInconclusive(why=f"een band onder nul ({', '.join(sorted(below)[:5])})")
    local, other, unknown = (_Side.of(netted, standing) for standing in Standing)
    down = unknown.down
    if local.low + down < 0 or other.low + down < 0:
        raise BandsInconclusive(why="onbekende creditnota's zijn groter dan een van de kanten")
    lo = _ratio(
        local.low + down,
        local.low + down + other.high + unknown.high,
        other.open or unknown.open,
        Fraction(0),
    )
    upper = local.high + unknown.high
    hi = _ratio(upper, upper + other.low + down, local.open or unknown.open, Fraction(1))
    known, doubt = local.size + other.size, unknown.size_high
    coverage = _ratio(known, known + doubt, unknown.open, Fraction(0))
    low = local.low + other.low + unknown.low + down
    high = None if any(unit.high is None for unit in netted) else sum(unit.high or 0 for unit in netted)
    if (high is not None and high <= 0) or lo is None or hi is None:
        return Share(None, None, coverage, low, high)
    return Share(lo, hi, coverage, low, high)


@dataclass(frozen=True, slots=True)
class _Side:
    """The units of one standing. For unknown ones exact credit notes stand apart in `down`."""

    low: int
    high: int
    down: int
    open: bool
    size: int
    size_high: int

    @classmethod
    def of(cls, netted: list[Unit], standing: Standing) -> "_Side":
        """Those of one standing among all units, netted before."""
        mine = [unit for unit in netted if unit.standing is standing]
        apart = [unit for unit in mine if standing is Standing.UNKNOWN and unit.low < 0]
        rest = [unit for unit in mine if unit not in apart]
        down = sum(unit.low for unit in apart)
        return cls(
            sum(unit.low for unit in rest),
            sum(unit.low if unit.high is None else unit.high for unit in rest),
            down,
            any(unit.high is None for unit in rest),
            sum(abs(unit.low) for unit in mine),
            sum(abs(unit.low if unit.high is None else unit.high) for unit in mine),
        )


def _ratio(part: int, whole: int, is_open: bool, limit: Fraction) -> Fraction | None:
    if is_open:
        return limit
    return Fraction(part, whole) if whole > 0 else None


def change(
    local_before: int, total_before: int, local_after: int, total_after: int
) -> tuple[Fraction, Fraction] | None:
    """How much of a change in share comes from the numerator and from the denominator, in this order.

    A₁/T₁ − A₀/T₀ = (A₁ − A₀)/T₁ + A₀(1/T₁ − 1/T₀). None when either share is undefined.
    """
    if total_before <= 0 or total_after <= 0:
        return None
    numerator = Fraction(local_after - local_before, total_after)
    denominator = local_before * (Fraction(1, total_after) - Fraction(1, total_before))
    return numerator, denominator


def ratio(value: Fraction | None, places: int = 4) -> str | None:
    """A ratio as text, rounded half-up (away from zero) to a number of decimals; None stays None."""
    if value is None:
        return None
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{whole // 10**places}.{whole % 10**places:0{places}d}"


def written(share: Share) -> dict[str, object]:
    """A share as the contract writes it: ratios to four decimals, amounts exact, None where undefined."""
    exact = share.total_low == share.total_high
    return {
        "lo": ratio(share.lo),
        "hi": ratio(share.hi),
        "coverage": ratio(share.coverage),
        "total": euro(share.total_low) if exact else [euro(share.total_low), euro(share.total_high)],
        "publishable": share.publishable,
        "why": share.why,
    }


def euro(minor: int | None) -> str | None:
    """Minor units as an exact text ("1250.00"); None stays None."""
    if minor is None:
        return None
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def minor(text: str) -> int:
    """Minor units of an exact text, as `euro` writes it.

    Raises:
        ValueError: it is no such text.
    """
    whole, _, cents = text.removeprefix("-").partition(".")
    if not (whole.isascii() and whole.isdigit() and cents.isascii() and cents.isdigit() and len(cents) == 2):
        raise ValueError(f"{text!r} is no amount")
    value = int(whole) * 100 + int(cents)
    return -value if text.startswith("-") else value
