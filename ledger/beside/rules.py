"""What a heading may say of shares beside each other: only what their bounds carry.

A share lies anywhere between its bounds. So one is the larger of two only when its lower bound is above the upper
bound of the other; else they may change places, and a heading says what is certain of all.
"""

from collections.abc import Mapping
from decimal import Decimal

from cwb.kernel.text import N_
from ledger.disclosure.rules import POOLED

VERDICTS = {True: N_("genoeg bewijs"), False: N_("onvoldoende bewijs")}
"""Whether a figure passed the gate, as pages, drawings and the report say it."""

THIRD = "D1"
"""Stands in the address of a list of lines for those without a code of the closed list."""

NAMELESS = "-"
"""Asks for what has no category at all, since an empty filter asks for every one."""

Bound = Decimal | None


def drawn(lo: Bound, hi: Bound) -> tuple[Bound, Bound]:
    """Bounds as a drawing has them; None where no share is given.

    A share is given where its bounds lie within 0 to 1 as they are written, in tenths of a percent. Beyond, unproven
    credit notes dominate: the words say that no share can be given, and no bar says otherwise.
    """
    if lo is None or hi is None or lo < Decimal("-0.0005") or hi > Decimal("1.0005"):
        return None, None
    return max(lo, Decimal(0)), min(hi, Decimal(1))


def leader(bounds: Mapping[str, tuple[Bound, Bound]]) -> str | None:
    """Which of these is certainly the largest, by lower and upper bound; None when two may change places.

    One without bounds may be anything, so nobody is certainly above it.
    """
    for name, (lo, _) in bounds.items():
        others = [hi for key, (_, hi) in bounds.items() if key != name]
        if lo is not None and all(hi is not None and lo > hi for hi in others):
            return name
    return None


def finding_of(shares: Mapping[str, tuple[Bound, Bound, bool]]) -> tuple[str, str | None, Bound]:
    """What may be said of shares (lower bound, upper bound, enough evidence): kind, whose, and the least of all.

    "none": none has enough evidence; "one": one alone has; "first": one is certainly the largest; "open": nobody is.
    """
    sure = {key: lo for key, (lo, _, enough) in shares.items() if enough and lo is not None}
    if not sure:
        return "none", None, None
    floor = min(sure.values())
    if len(sure) == 1:
        return "one", next(iter(sure)), floor
    first = leader({key: (lo, hi) for key, (lo, hi, _) in shares.items()})
    return ("first", first, floor) if first in sure else ("open", None, floor)


def hidden(totals: Mapping[str, int]) -> Decimal | None:
    """Which part of the money is in groups put together (`POOLED`); None without any."""
    whole = sum(totals.values())
    return Decimal(totals[POOLED]) / whole if totals.get(POOLED, 0) > 0 and whole > 0 else None
