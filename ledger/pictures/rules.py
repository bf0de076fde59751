"""What the pictures of an export say, from the export alone: how money flows, and which rows a figure opens."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from ledger.beside.rules import NAMELESS, THIRD
from ledger.cuts.rules import net
from ledger.rows.rules import Row
from ledger.share.rules import euro, minor

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


def at_least(lo: Decimal | None, hi: Decimal | None) -> Decimal | None:
    """The least that goes to a place, where that says something; None while nothing is proven and something may go."""
    return None if lo is None or hi is None or lo <= 0 < hi else lo


def shade(lo: Decimal | None) -> int | None:
    """How dark a place is on the map, 0 to 4; None for no figure."""
    return None if lo is None else sum(lo > limit for limit in LIMITS)


CUTS = ("wijk", "novelty", "top")
"""Filters for a part of what is local, or of all suppliers: the export holds their sums, and no rows within."""

_WITHIN = {"anchor": "anchor", "class": "standing", "category": "category", "grade": "grade"}
"""A name in a row of the export → the filter that asks for it."""


class Opened(NamedTuple):
    """What a figure opens: `what` ("rows", "excluded" or one of `CUTS`), its rows, and what they come to, in cents."""

    what: str
    rows: Sequence[Row]
    total: int


def opened(export: Mapping[str, Any], asked: Mapping[str, str]) -> Opened:
    """The rows of an export that filters ask for. No rows: there are none, or too few suppliers to show.

    A cut within another filter is never shown: the export does not hold it.
    """
    wanted = {name: "" if asked.get(name) == NAMELESS else asked[name] for name in asked if asked.get(name)}
    if wanted.get("exclusion") == THIRD:
        del wanted["exclusion"]  # groups hold nothing else
    anchor = wanted.get("anchor")
    if cut := next((name for name in CUTS if name in wanted), None):
        others = {name for name in wanted if name not in {cut, "standing"}}
        local = cut != "top" and wanted.get("standing", "local") == "local"
        allowed = not others and (local or (cut == "top" and "standing" not in wanted))
        rows = _cut_rows(export, cut, wanted[cut]) if allowed else []
        return Opened(cut, rows, sum(net(row) for row in rows))
    if code := wanted.get("exclusion"):
        rows = [row for row in export["excluded"] if row["code"] == code and anchor in {None, row["anchor"]}]
        return Opened("excluded", rows, sum(minor(row["amount"]) for row in rows))
    rows = [
        row
        for row in export["rows"]
        if all(name not in wanted or wanted[name] == row[part] for part, name in _WITHIN.items())
    ]
    return Opened("rows", rows, sum(net(row) for row in rows))


def _cut_rows(export: Mapping[str, Any], cut: str, key: str) -> list[Row]:
    if cut != "top":
        return [row for row in export["wijken" if cut == "wijk" else cut] if row["id"] == key]
    facts, whole = export["facts"], minor(export["figures"]["bridge"]["total"]["d1"])
    if facts["top_amount"] is None or key not in {"largest", "others"}:
        return []
    largest = minor(facts["top_amount"])
    amount = largest if key == "largest" else whole - largest
    count = facts["top_suppliers"] if key == "largest" else None
    return [{"id": key, "suppliers": count, "up": euro(amount), "down": euro(0)}]
