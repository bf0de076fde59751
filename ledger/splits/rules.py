"""Each shown class of an anchor, split into what its suppliers declared and what they did not.

A split is nested in what is shown already: the parts of an anchor add up to its rows. Both parts of a split hold at
least five suppliers, or one of them is empty. Where a class has fewer, it joins another class of its anchor
(`POOLED`), so that one line of one supplier does not take the anchor's floor along. Where all classes together have
too few, the smallest that declared count as silent; and where one to four are left, the anchor is told together with
others, or counts as silent. So hiding can only lower the floor. (ADR 57; until `local-spend-1` no classes were joined.)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ledger.disclosure.rules import LEAST_SUPPLIERS, POOLED, Part
from ledger.rows.rules import Body, Row
from ledger.share.rules import DEFINITIONS, Share, Standing, euro, minor, ratio

UNTOLD = "fewer than five of its suppliers declared, or did not"
"""Why the export gives no floor of an anchor."""


@dataclass(frozen=True, slots=True)
class Split:
    """An anchor's class: its declared part with what of it landed, and its silent part, positive and negative apart.

    `standing`: the class, or `POOLED` for several that were joined.
    """

    anchor: str
    standing: str
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
    """Every shown anchor, split by class; classes in which too few declared or too few did not are joined."""
    groups: dict[str, dict[Standing, dict[tuple[str, str, str], _Unit]]] = {}
    for each in parts:
        # Parts of several anchors that were pooled stay apart: a supplier is a unit at each anchor.
        anchor = each.key.anchor
        key = each.supplier, each.verdict, each.anchor if anchor == POOLED else ""
        of_class = groups.setdefault(anchor, {}).setdefault(each.key.standing, {})
        unit = of_class.setdefault(key, _Unit(each.supplier))
        unit.declared += each.declared
        unit.landed += each.landed
        unit.silent += each.amount - each.declared
    found: list[Split] = []
    small: list[_Unit] = []
    for anchor, classes in sorted(groups.items()):
        joined = _joined({standing.value: [*units.values()] for standing, units in classes.items()})
        for standing, mine in sorted(joined.items()):
            _grow_silence(mine)
            if 0 < _count(mine, declared=True) < LEAST_SUPPLIERS:
                small += mine
            else:
                found.append(_split(anchor, standing, mine))
    if small:
        _grow_silence(small)
        if _count(small, declared=True) < LEAST_SUPPLIERS:
            for unit in small:
                unit.hush()
        found.append(_split(POOLED, POOLED, small))
    return found


def _joined(classes: dict[str, list[_Unit]]) -> dict[str, list[_Unit]]:
    """The classes of one anchor; where one has one to four that declared, or that did not, it joins another.

    It joins the one with the fewest that declared that is enough for it, else the one with the most. At most one group
    of joined classes (`POOLED`) is left. Nothing is joined while no class is small.
    """
    while len(classes) > 1:
        thin = [name for name, units in classes.items() if _missing(units)]
        if not thin:
            break
        one = (
            POOLED
            if POOLED in classes
            else min(thin, key=lambda name: (_count(classes[name], declared=True), name))
        )
        others = sorted(classes.keys() - {one}, key=lambda name: (_count(classes[name], declared=True), name))
        enough = [each for each in others if not _missing(classes[one] + classes[each])]
        other = (enough or others[-1:])[0] if one in thin else min(thin)
        classes = {name: units for name, units in classes.items() if name not in {one, other}} | {
            POOLED: classes[one] + classes[other]
        }
    return classes


def _missing(units: Sequence[_Unit]) -> bool:
    """Whether one to four suppliers of a group declared, or did not."""
    return any(0 < _count(units, declared=declared) < LEAST_SUPPLIERS for declared in (True, False))


def _count(units: Iterable[_Unit], *, declared: bool) -> int:
    return len({each.supplier for each in units if (each.declared if declared else each.silent)})


def _grow_silence(units: Sequence[_Unit]) -> None:
    """Where one to four suppliers are silent, the smallest that declared join them: else they could be told apart."""
    for unit in sorted(units, key=lambda each: (abs(each.declared), each.supplier)):
        if not 0 < _count(units, declared=False) < LEAST_SUPPLIERS:
            return
        unit.hush()


def _split(anchor: str, standing: str, units: Sequence[_Unit]) -> Split:
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
    told = {name: each for name, each in found.items() if each["total"] == euro(whole[name])}
    return {**_floor(rows), "by_anchor": told, **_without(body, told)}


def _without(body: Body, told: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Why anchors whose purchases are shown have no floor; what was made by the first definition does not say so."""
    if body["definition"] == DEFINITIONS[0]:
        return {}
    shown = sorted({row["anchor"] for row in body["rows"]} - {POOLED})
    return {"untold": {name: UNTOLD for name in shown if not told.get(name, {}).get("measured")}}


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
