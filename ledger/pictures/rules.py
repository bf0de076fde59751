"""What the pictures of an export say, from the export alone: which comes first, and how money flows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledger.share.rules import minor

MOST_SECTORS = 7
"""As many kinds of purchasing as the drawing of flows names; the others are one."""

REST = "+"
"""The sector of all others."""

LIMITS = (Decimal(0), Decimal("0.01"), Decimal("0.025"), Decimal("0.05"))
"""Upper ends of the shades of a map, from light to dark; the last shade has none."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What went from an anchor by way of a sector to a class of suppliers, net, in cents."""

    anchor: str
    sector: str
    standing: str
    amount: int


def flows(export: Mapping[str, Any]) -> list[Flow]:
    """The rows of an export as flows, largest sectors first."""
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in export["rows"]:
        sums[row["anchor"], row["category"], row["class"]] += minor(row["up"]) + minor(row["down"])
    by_sector = _sums((sector, amount) for (_, sector, _), amount in sums.items())
    by_anchor = _sums((anchor, amount) for (anchor, _, _), amount in sums.items())
    order = {"local": 0, "unknown": 1, "not_local": 2}

    def place(flow: Flow) -> tuple[object, ...]:
        return (
            -by_anchor[flow.anchor],
            flow.anchor,
            -by_sector[flow.sector],
            flow.sector,
            order[flow.standing],
        )

    return sorted((Flow(*key, amount) for key, amount in sums.items()), key=place)


def drawn(every: Iterable[Flow]) -> list[Flow]:
    """The same with the smaller sectors made one, for a drawing."""
    found = list(every)
    by_sector = _sums((each.sector, each.amount) for each in found)
    named = sorted(by_sector, key=lambda sector: (-by_sector[sector], sector))[:MOST_SECTORS]
    sums = _sums(
        ((each.anchor, each.sector if each.sector in named else REST, each.standing), each.amount)
        for each in found
    )
    return [Flow(anchor, sector, place, amount) for (anchor, sector, place), amount in sums.items()]


def _sums(pairs: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    table: dict[Any, int] = defaultdict(int)
    for name, amount in pairs:
        table[name] += amount
    return table


def shade(lo: Decimal | None) -> int | None:
    """How dark a place is on the map, 0 to 4; None for no figure."""
    return None if lo is None else sum(lo > limit for limit in LIMITS)
