"""Each shown class of an anchor, split into what its suppliers declared and what they did not.

A split is nested in what is shown already: the two parts of an anchor's class add up to its rows. Both parts hold at
least five suppliers, or one of them is empty: else the declared part joins those of other anchors (`POOLED`), and
what is still too small counts as silent. So hiding can only lower the floor.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ledger.disclosure.rules import LEAST_SUPPLIERS, POOLED, Part
from ledger.rows.rules import Body, Row
from ledger.share.rules import Share, Standing, euro, minor, ratio


@dataclass(frozen=True, slots=True)
class Split:
    """An anchor's class: its declared part with what of it landed, and its silent part, positive and negative apart."""

    anchor: str
    standing: Standing
    suppliers: int
    declared_up: int
    declared_down: int
    landed: int
    silent_suppliers: int
    silent_up: int
    silent_down: int


@dataclass(slots=True)
class _Unit:
    supplier: str
    declared: int = 0
    landed: int = 0
    silent: int = 0

    def hush(self) -> None:
        """Count it as if nothing was declared."""
        self.silent, self.declared, self.landed = self.silent + self.declared, 0, 0


def splits(parts: Iterable[Part]) -> list[Split]:
    """Every shown anchor and class, split."""
    groups: dict[tuple[str, Standing], dict[tuple[str, str, str], _Unit]] = defaultdict(dict)
    for each in parts:
        # Parts of several anchors that were pooled stay apart: a supplier is a unit at each anchor.
        anchor = each.key.anchor
        key = each.supplier, each.verdict, each.anchor if anchor == POOLED else ""
        unit = groups[anchor, each.key.standing].setdefault(key, _Unit(each.supplier))
        unit.declared += each.declared
        unit.landed += each.landed
        unit.silent += each.amount - each.declared
    found: list[Split] = []
    small: dict[Standing, list[_Unit]] = defaultdict(list)
    for (anchor, standing), units in sorted(groups.items()):
        mine = list(units.values())
        _grow_silence(mine)
        if 0 < _count(mine, declared=True) < LEAST_SUPPLIERS:
            small[standing] += mine
        else:
            found.append(_split(anchor, standing, mine))
    for standing, mine in sorted(small.items()):
        _grow_silence(mine)
        if _count(mine, declared=True) < LEAST_SUPPLIERS:
            for unit in mine:
                unit.hush()
        found.append(_split(POOLED, standing, mine))
    return found


def _count(units: Iterable[_Unit], *, declared: bool) -> int:
    return len({each.supplier for each in units if (each.declared if declared else each.silent)})


def _grow_silence(units: Sequence[_Unit]) -> None:
    """Where one to four suppliers are silent, the smallest that declared join them: else they could be told apart."""
    for unit in sorted(units, key=lambda each: (abs(each.declared), each.supplier)):
        if not 0 < _count(units, declared=False) < LEAST_SUPPLIERS:
            return
        unit.hush()


def _split(anchor: str, standing: Standing, units: Sequence[_Unit]) -> Split:
    return Split(
        anchor, standing, _count(units, declared=True),
        sum(max(0, each.declared) for each in units), sum(min(0, each.declared) for each in units),
        sum(each.landed for each in units), _count(units, declared=False),
        sum(max(0, each.silent) for each in units), sum(min(0, each.silent) for each in units),
    )  # fmt: skip


def branches(parts: Iterable[Part]) -> dict[str, tuple[int, int] | None]:
    """Of what is shown as local: how many suppliers and how much, by seat (L1a) and by branch (L1b) apart.

    None for both when either has suppliers, but too few to show.
    """
    sums = {"L1a": 0, "L1b": 0}
    whose: dict[str, set[str]] = {"L1a": set(), "L1b": set()}
    for each in parts:
        if each.key.standing is Standing.LOCAL:
            level = "L1b" if each.branch else "L1a"
            sums[level] += each.amount
            whose[level].add(each.supplier)
    if any(0 < len(mine) < LEAST_SUPPLIERS for mine in whose.values()):
        return {"L1a": None, "L1b": None}
    return {level: (len(whose[level]), sums[level]) for level in sums}


def landed_share(body: Body) -> dict[str, Any]:
    """The landed share as a floor with its coverage, of all anchors and of each whose parts are all its own."""
    rows: Sequence[Row] = body["landed"]
    anchors = sorted({row["anchor"] for row in rows} - {POOLED})
    whole = {
        name: sum(minor(row["up"]) + minor(row["down"]) for row in body["rows"] if row["anchor"] == name)
        for name in anchors
    }
    found = {name: _floor([row for row in rows if row["anchor"] == name]) for name in anchors}
    return {
        **_floor(rows),
        "by_anchor": {name: each for name, each in found.items() if each["total"] == euro(whole[name])},
    }


def _floor(rows: Sequence[Row]) -> dict[str, Any]:
    """What landed at least, over all that was spent, and which part of it was declared."""
    share = exact_floor(rows)
    measured = any(row["suppliers"] for row in rows)
    return {
        "floor": ratio(share.lo), "hi": ratio(share.hi), "coverage": ratio(share.coverage),
        "total": euro(share.total_low), "measured": measured and share.lo is not None,
        "why": None if measured else "no declaration that a second person checked can be shown yet",
    }  # fmt: skip


def exact_floor(rows: Sequence[Row]) -> Share:
    """The bounds as exact fractions: declared parts at what landed of them, silent ones at nothing or at all.

    A supplier that is silent at one anchor is not netted with itself at another: that can only lower the floor.
    """
    sums = {
        name: sum(minor(row[name]) for row in rows)
        for name in ("declared_up", "declared_down", "landed", "silent_up", "silent_down")
    }
    total = sums["declared_up"] + sums["declared_down"] + sums["silent_up"] + sums["silent_down"]
    known = sums["declared_up"] - sums["declared_down"]
    size = known + sums["silent_up"] - sums["silent_down"]
    coverage = Fraction(known, size) if size else None
    if total <= 0:
        return Share(None, None, coverage, total, total)
    lo, hi = (Fraction(sums["landed"] + sums[name], total) for name in ("silent_down", "silent_up"))
    return Share(lo, hi, coverage, total, total)


def check_splits(body: Body) -> list[str]:
    """Where the split parts do not add up to the rows they split."""
    whole, split = (sum(minor(row[name]) for row in rows for name in names) for rows, names in (
        (body["rows"], ("up", "down")),
        (body["landed"], ("declared_up", "declared_down", "silent_up", "silent_down")),
    ))  # fmt: skip
    return [] if whole == split else [f"landed: the parts add up to {euro(split)}, the rows to {euro(whole)}"]
