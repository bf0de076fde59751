"""Suppression before publication: no cell of fewer than five suppliers leaves the house.

Folding goes step by step into coarser cells. An anchor's category with a small class is pooled whole; a small cell
loses its evidence grade, then the parts of the area. If it is still small, others of its class
join it; if that fails its class becomes unknown. So what is suppressed counts as unproven, and can only lower the
figure. What is still too small takes others of the anchor along, joins other small anchors, or is withheld. Published
figures are computed from what is left here, and nothing else.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add
from typing import NamedTuple, TypeVar

from ledger.share.rules import Standing

Name = TypeVar("Name", bound=Hashable)

LEAST_SUPPLIERS = 5
"""Cells below this are suppressed (project rule)."""

POOLED = "*"
"""Stands for any category, grade or anchor after folding."""

PERSONAL_CODES = frozenset({"X5"})
"""Exclusion codes whose payees are persons (transfers to individuals): small cells of these are withheld."""

EXCLUSIONS = ("X1", "X2", "X3", "X4", "X5", "X6", "X7")
"""The closed list: payroll; taxes; debt; grants; transfers to persons; between reporting anchors; land, buildings."""


class Purchase(NamedTuple):
    """What one anchor bought of one supplier with one verdict in one category, net, in minor units.

    `verdict` tells two verdicts of one supplier apart. `exclusion` is a code of the closed list or None.
    `influence` is "yes", "no" or "unknown": whether the contract started or could be renewed in the period.
    `declared` and `landed`: parts of the amount; `contract` where it declared by itself; `branch`: proven as L1b;
    `wijk`: where it is proven to sit, or ""; `ring`: the same of areas around (`suppliers.rules.ring`).
    """

    anchor: str
    supplier: str
    verdict: str
    category: str
    standing: Standing
    grade: str
    variants: tuple[Standing, ...]
    amount: int
    lines: int
    exclusion: str | None = None
    influence: str = "unknown"
    contract: str = ""
    declared: int = 0
    landed: int = 0
    branch: bool = False
    wijk: str = ""
    ring: str = ""


class Key(NamedTuple):
    """What a cell is about. `variants` in the order of the area pack."""

    anchor: str
    category: str
    standing: Standing
    grade: str
    variants: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that may be shown: how many suppliers and lines, its positive and its negative units apart."""

    key: Key
    suppliers: int
    lines: int
    up: int
    down: int


class Netting(NamedTuple):
    """What units of the same suppliers at different anchors cancel out, per class and variants."""

    standing: Standing
    variants: tuple[Standing, ...]
    suppliers: int
    amount: int


class Excluded(NamedTuple):
    """What was taken off the denominator for one reason at one anchor."""

    anchor: str
    code: str
    lines: int
    amount: int


class Influence(NamedTuple):
    """What of an anchor's third-party purchasing could be influenced in the period."""

    anchor: str
    status: str
    amount: int


@dataclass(slots=True)
class Part:
    """A unit's share of a cell: before, while and after it is folded. Never leaves the house."""

    supplier: str
    verdict: str
    anchor: str
    amount: int
    lines: int
    key: Key
    declared: int
    landed: int
    branch: bool
    wijk: str
    ring: str

    @property
    def unit(self) -> tuple[str, str, str]:
        """Who paid whom, and what was decided about it."""
        return self.anchor, self.supplier, self.verdict


@dataclass(frozen=True, slots=True)
class Public:
    """All that may be shown of one period. `withheld_cells` counts what could not be shown at all."""

    cells: Sequence[Cell]
    nettings: Sequence[Netting]
    excluded: Sequence[Excluded]
    influence: Sequence[Influence]
    top: tuple[int, int] | None
    local_suppliers: int | None
    withheld_cells: int
    parts: Sequence[Part] = ()


class _Groups(dict[Key, list[Part]]):
    """The parts by key, and who stands in each cell, kept right while parts move."""

    def __init__(self, parts: Iterable[Part]) -> None:
        super().__init__(_grouped(parts))
        self.names = {key: _suppliers(mine) for key, mine in self.items()}

    def move(self, key: Key, to: Key, leaving: Sequence[Part]) -> None:
        """Take parts of one cell to another; all of them, or some."""
        if key == to:
            return
        for part in leaving:
            part.key = to
        stay = [part for part in self.pop(key) if part.key is not to]
        del self.names[key]
        if stay:
            self[key], self.names[key] = stay, _suppliers(stay)
        self.setdefault(to, []).extend(leaving)
        self.names.setdefault(to, set()).update(_suppliers(leaving))


def public(purchases: Iterable[Purchase]) -> Public:
    """What may be shown to everyone of these purchases."""
    every = list(purchases)
    third = [each for each in every if each.exclusion is None]
    parts = _netted(third)
    withheld = _fold(parts)
    anchors = {part.anchor: part.key.anchor for part in parts}
    shown = [part for part in parts if part.key.anchor]
    seen = [each for each in third if anchors[each.anchor]]
    excluded, kept_back = _excluded([each for each in every if each.exclusion], anchors)
    return Public(
        _cells(shown), _nettings(shown), excluded, _influence(third, anchors), _top(seen), _local(seen),
        withheld + kept_back, shown,
    )  # fmt: skip


def _netted(purchases: Sequence[Purchase]) -> list[Part]:
    """One part per unit, anchor and category; one with a negative part is netted into its main category."""
    units: dict[tuple[str, str, str], list[Purchase]] = defaultdict(list)
    for each in purchases:
        units[each.anchor, each.supplier, each.verdict].append(each)
    parts = []
    for mine in units.values():
        first = mine[0]
        wijk = first.wijk if all(each.wijk == first.wijk for each in mine) else ""
        by_category: dict[str, list[int]] = {}
        for each in mine:
            facts = [each.amount, each.lines, each.declared, each.landed]
            before = by_category.get(each.category)
            by_category[each.category] = [*map(add, before, facts)] if before else facts
        if len(by_category) > 1 and any(sums[0] < 0 for sums in by_category.values()):
            main = min(by_category, key=lambda name: (-by_category[name][0], name))
            by_category = {main: [sum(column) for column in zip(*by_category.values(), strict=True)]}
        for category, (amount, lines, declared, landed) in by_category.items():
            key = Key(first.anchor, category, first.standing, first.grade, first.variants)
            who = first.supplier, first.verdict, first.anchor
            parts.append(Part(*who, amount, lines, key, declared, landed, first.branch, wijk, first.ring))
    return parts


def _no_grade(key: Key) -> Key:
    return key._replace(grade=POOLED)


def _no_variants(key: Key) -> Key:
    """Of the variants only what the class says: what is outside the area is outside each part of it."""
    said = key.standing if key.standing is Standing.NOT_LOCAL else Standing.UNKNOWN
    return key._replace(grade=POOLED, variants=(said,) * len(key.variants))


def _unproven(key: Key) -> Key:
    unknown = Standing.UNKNOWN
    return key._replace(
        category=POOLED, standing=unknown, grade=POOLED, variants=(unknown,) * len(key.variants)
    )


def _no_anchor(key: Key) -> Key:
    return _unproven(key)._replace(anchor=POOLED)


def _fold(parts: Sequence[Part]) -> int:
    """Coarsen the keys of small cells in place; the number of cells withheld (key with an empty anchor)."""
    _pool_categories(parts)
    groups = _Groups(parts)
    _coarsen(groups, _no_grade)
    _coarsen(groups, _no_variants)
    _drag(groups, _siblings)
    _coarsen(groups, _unproven)
    _drag(groups, _others)
    _coarsen(groups, _no_anchor)
    return _coarsen(groups, lambda key: key._replace(anchor=""))


def _pool_categories(parts: Sequence[Part]) -> None:
    """Of an anchor's category all classes are shown or none: a part of them would make its share a lie."""
    suppliers: dict[tuple[str, str], dict[Standing, set[str]]] = defaultdict(lambda: defaultdict(set))
    for part in parts:
        suppliers[part.key.anchor, part.key.category][part.key.standing].add(part.supplier)
    small = {
        place
        for place, classes in suppliers.items()
        if any(len(those) < LEAST_SUPPLIERS for those in classes.values())
    }
    for part in parts:
        if (part.key.anchor, part.key.category) in small:
            part.key = part.key._replace(category=POOLED)


def _coarsen(groups: _Groups, step: Callable[[Key], Key]) -> int:
    """Take one step with every small cell; how many there were. A second such step changes nothing."""
    small = [key for key, names in groups.names.items() if len(names) < LEAST_SUPPLIERS]
    for key in small:
        groups.move(key, step(key), groups[key])
    return len(small)


def _drag(groups: _Groups, donors_of: Callable[[Mapping[Key, list[Part]], Key], list[Key]]) -> None:
    """Where a cell is still small, suppliers of other cells join it until it is not.

    First cells of the same class, so that what is proven stays proven; then, for an anchor's unproven rest, any.
    Just enough of the smallest ones join, out of a cell that stays large enough without them, if there is one: an
    unproven cell before a proven one, what is not local before what is. Else a whole cell joins.
    """
    while True:
        thin = (key for key, names in groups.names.items() if len(names) < LEAST_SUPPLIERS)
        small = min((key for key in thin if donors_of(groups, key)), default=None)
        if small is None:
            return
        missing = LEAST_SUPPLIERS - len(groups.names[small])
        donors = [key for key in donors_of(groups, small) if key.category == small.category]
        if not donors:  # the anchor's own categories are whole: none is shown rather than one without a part
            for key in [key for key in groups if key.anchor == small.anchor]:
                groups.move(key, key._replace(category=POOLED), groups[key])
            continue
        donor = min(donors, key=lambda key: (_HARM[key.standing], key))
        rich = [key for key in donors if len(groups.names[key]) >= LEAST_SUPPLIERS + missing]
        leaving: list[Part] = []
        if rich:
            donor_rich = min(rich, key=lambda key: (_HARM[key.standing], key))
            leaving = _smallest(groups[donor_rich], missing, groups.names[small])
            if leaving:
                donor = donor_rich
        groups.move(donor, small, leaving or groups[donor])


_HARM = {Standing.UNKNOWN: 0, Standing.NOT_LOCAL: 1, Standing.LOCAL: 2}


def _smallest(parts: Sequence[Part], count: int, known: set[str]) -> list[Part]:
    """The parts of so many suppliers with the smallest amounts, those who are there already left out."""
    sizes = _sums((part.supplier, abs(part.amount)) for part in parts if part.supplier not in known)
    chosen = sorted(sizes, key=lambda name: (sizes[name], name))[:count]
    return [part for part in parts if part.supplier in chosen]


def _siblings(groups: Mapping[Key, list[Part]], small: Key) -> list[Key]:
    same = small.standing, small.category
    return [key for key in _others(groups, small) if (key.standing, key.category) == same]


def _others(groups: Mapping[Key, list[Part]], small: Key) -> list[Key]:
    return [key for key in groups if key.anchor == small.anchor and key != small]


def _grouped(parts: Iterable[Part]) -> dict[Key, list[Part]]:
    groups: dict[Key, list[Part]] = defaultdict(list)
    for part in parts:
        groups[part.key].append(part)
    return groups


def _suppliers(parts: Iterable[Part]) -> set[str]:
    return {part.supplier for part in parts}


def _cells(parts: Sequence[Part]) -> list[Cell]:
    found = []
    for key, mine in sorted(_grouped(parts).items()):
        units = _sums((part.unit, part.amount) for part in mine).values()
        lines = sum(part.lines for part in mine)
        up, down = sum(max(0, amount) for amount in units), sum(min(0, amount) for amount in units)
        found.append(Cell(key, len(_suppliers(mine)), lines, up, down))
    return found


def _nettings(parts: Sequence[Part]) -> list[Netting]:
    """Across anchors a supplier with one verdict is one unit: its cells on both sides cancel out."""
    by_unit = _sums(((part.key.standing, part.key.variants, *part.unit), part.amount) for part in parts)
    sides: dict[tuple[Standing, tuple[Standing, ...], str, str], list[int]] = defaultdict(list)
    for (standing, variants, _anchor, supplier, verdict), amount in by_unit.items():
        sides[standing, variants, supplier, verdict].append(amount)
    cancelled: dict[tuple[Standing, tuple[Standing, ...]], dict[str, int]] = defaultdict(dict)
    for (standing, variants, supplier, _verdict), amounts in sides.items():
        up, down = sum(a for a in amounts if a > 0), -sum(a for a in amounts if a < 0)
        if min(up, down):
            mine = cancelled[standing, variants]
            mine[supplier] = mine.get(supplier, 0) + min(up, down)
    return [
        Netting(*signature, len(mine), sum(mine.values()))
        for signature, mine in sorted(cancelled.items())
        if len(mine) >= LEAST_SUPPLIERS
    ]


def _excluded(purchases: Sequence[Purchase], anchors: Mapping[str, str]) -> tuple[list[Excluded], int]:
    cells: dict[tuple[str, str], list[Purchase]] = defaultdict(list)
    for each in purchases:
        cells[anchors.get(each.anchor, each.anchor) or POOLED, each.exclusion or ""].append(each)
    personal = {
        key: {each.supplier for each in mine} for key, mine in cells.items() if key[1] in PERSONAL_CODES
    }
    small = {key for key, names in personal.items() if len(names) < LEAST_SUPPLIERS}
    shown = [
        Excluded(*key, sum(each.lines for each in mine), sum(each.amount for each in mine))
        for key, mine in sorted(cells.items())
        if key not in small
    ]
    return shown, len(small)


def _influence(purchases: Sequence[Purchase], anchors: Mapping[str, str]) -> list[Influence]:
    cells: dict[tuple[str, str], list[Purchase]] = defaultdict(list)
    for each in purchases:
        if anchors[each.anchor]:
            cells[anchors[each.anchor], each.influence].append(each)
    amounts: dict[tuple[str, str], int] = defaultdict(int)
    for (anchor, status), mine in cells.items():
        small = len({each.supplier for each in mine}) < LEAST_SUPPLIERS
        amounts[anchor, "unknown" if small else status] += sum(each.amount for each in mine)
    return [Influence(anchor, status, amount) for (anchor, status), amount in sorted(amounts.items())]


def _top(purchases: Sequence[Purchase], most: int = 10) -> tuple[int, int] | None:
    """How many and how much the largest suppliers are; None when there are too few to show."""
    largest = sorted(_sums((each.supplier, each.amount) for each in purchases).values(), reverse=True)[:most]
    return (len(largest), sum(largest)) if len(largest) >= LEAST_SUPPLIERS else None


def _local(purchases: Sequence[Purchase]) -> int | None:
    """How many suppliers are proven local; None when there are some but too few to show."""
    count = len({each.supplier for each in purchases if each.standing is Standing.LOCAL})
    return count if count == 0 or count >= LEAST_SUPPLIERS else None


def _sums(pairs: Iterable[tuple[Name, int]]) -> dict[Name, int]:
    table: dict[Name, int] = defaultdict(int)
    for name, amount in pairs:
        table[name] += amount
    return table
