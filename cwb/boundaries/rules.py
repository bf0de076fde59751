"""Boundaries as values: what a file may hold, and how a line of thousands of points becomes one that can be drawn.

Simplified with the method of Douglas and Peucker (1973): a point that lies closer to the line between its neighbours
than the tolerance is left out. Neighbours are simplified apart, so a sliver of at most twice the tolerance may show.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, hypot, radians

from cwb.boundaries.errors import BoundariesRefused
from cwb.places.rules import AreaPack

Point = tuple[float, float]
Ring = Sequence[Point]

MOST_POINTS = 200_000
"""More points than any area needs."""

WIDTH = 1000.0
"""Units across the drawing that is kept; one is about ten metres in an area of ten kilometres."""

TOLERANCE = 1.5
"""Units that a simplified line may be off."""

NAMES = (
    ("buurt", "buurt_code"), ("buurt", "buurtcode"), ("wijk", "wijk_code"), ("wijk", "wijkcode"), ("wijk", "code"),
)  # fmt: skip
"""Level and name of the properties that may tell the code of a place; the first that a feature has counts."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """Boundaries ready to be drawn: wijk code → its rings in units from the top left, `height` units high."""

    level: str
    height: float
    rings: Mapping[str, Sequence[Ring]]
    source: str = ""
    """Who published them."""
    borders: Mapping[str, Sequence[Ring]] = field(default_factory=dict)
    """Of boundaries of buurten: wijk code → the rings around all its buurten together."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One place of a file: the code it carries, its level, and its rings in degrees (longitude, latitude)."""

    level: str
    code: str
    rings: Sequence[Ring]


def outlines(features: Sequence[Feature], area: AreaPack) -> Outlines:
    """The boundaries of an area, checked, projected and simplified.

    Raises:
        BoundariesRefused: names the fault.
    """
    level = _level(features)
    known = area.wijken.keys() if level == "wijk" else area.buurten.keys()
    codes = [each.code for each in features]
    _refuse(sorted(set(codes) - known), "onbekende code")
    _refuse(sorted({code for code in codes if codes.count(code) > 1}), "code staat er twee keer")
    _refuse(sorted(known - set(codes)), "ontbreekt")
    for each in features:
        _check_rings(each)
    rings: dict[str, list[Ring]] = {code: [] for code in area.wijken}
    for each in features:
        rings[each.code if level == "wijk" else area.buurten[each.code].wijk].extend(each.rings)
    borders = {code: around(those) for code, those in rings.items()} if level == "buurt" else {}
    return _drawn(level, rings, borders)


def _level(features: Sequence[Feature]) -> str:
    names = ", ".join(name for _level, name in NAMES)
    if any(not each.code for each in features):
        raise BoundariesRefused(
            fault=f"een plaats heeft geen code. Een van deze eigenschappen is nodig: {names}"
        )
    levels = {each.level for each in features}
    if len(levels) != 1:
        raise BoundariesRefused(
            fault="het bestand heeft wijken of buurten, niet allebei en niet geen van beide"
        )
    return levels.pop()


def _refuse(codes: Sequence[str], why: str) -> None:
    if codes:
        raise BoundariesRefused(fault=f"{why}: {', '.join(codes[:5])}")


def _check_rings(feature: Feature) -> None:
    for ring in feature.rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise BoundariesRefused(fault=f"een grens is niet gesloten: {feature.code}")
        if not all(-180 <= x <= 180 and -85 <= y <= 85 for x, y in ring):
            raise BoundariesRefused(fault=f"geen lengte en breedte in graden (WGS84): {feature.code}")
        if area_of(ring) == 0:
            raise BoundariesRefused(fault=f"een grens zonder oppervlak: {feature.code}")
    if not feature.rings:
        raise BoundariesRefused(fault=f"geen grens: {feature.code}")


def around(rings: Sequence[Ring]) -> list[Ring]:
    """The rings around places that lie beside each other: lines that two of them share are left out.

    Places share a line where both have the same points on it, as official files do. Where one runs past the corner of
    another, the line stays.
    """
    steps = [
        step for ring in rings for step in pairwise((round(x, 7), round(y, 7)) for x, y in ring)
    ]  # a centimetre
    times = Counter(frozenset(step) for step in steps)
    ways: dict[Point, list[Point]] = {}
    for start, end in steps:
        if times[frozenset((start, end))] == 1:
            ways.setdefault(start, []).append(end)
    found: list[Ring] = []
    while ways:
        line = [next(iter(ways))]
        while line[-1] in ways:
            those = ways[line[-1]]
            if len(those) == 1:
                del ways[line[-1]]
            line.append(those.pop())
        if line[0] == line[-1] and len(line) >= 4:
            found.append(line)
    return found


def _drawn(
    level: str, rings: Mapping[str, Sequence[Ring]], borders: Mapping[str, Sequence[Ring]]
) -> Outlines:
    """In units from the top left. One degree of longitude is as wide as the middle of the area makes it."""
    every = [point for those in rings.values() for ring in those for point in ring]
    left, right = min(x for x, _ in every), max(x for x, _ in every)
    low, high = min(y for _, y in every), max(y for _, y in every)
    narrow = cos(radians((low + high) / 2))
    if (right - left) * narrow > 2 or high - low > 2:
        raise BoundariesRefused(fault="het is groter dan een gebied kan zijn")
    scale = WIDTH / ((right - left) * narrow)
    drawn, edged = (
        {
            code: [
                simplified([((x - left) * narrow * scale, (high - y) * scale) for x, y in ring], TOLERANCE)
                for ring in those
            ]
            for code, those in of_wijken.items()
        }
        for of_wijken in (rings, borders)
    )
    return Outlines(level, round((high - low) * scale, 1), drawn, borders=edged)


def area_of(ring: Ring) -> float:
    """The surface within a closed ring, in its own units squared (the shoelace formula)."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def simplified(ring: Ring, tolerance: float) -> list[Point]:
    """A closed ring with fewer points: still closed, of four points at least, nowhere further off than `tolerance`."""
    points = list(ring)
    far = max(range(len(points)), key=lambda at: _distance(points[0], points[at]))
    found = _line(points[: far + 1], tolerance)[:-1] + _line(points[far:], tolerance)
    return [(round(x, 1), round(y, 1)) for x, y in (found if len(found) >= 4 else points)]


def _line(points: list[Point], tolerance: float) -> list[Point]:
    """An open line with fewer points, its ends kept; without recursion, however long it is."""
    kept, waiting = {0, len(points) - 1}, [(0, len(points) - 1)]
    while waiting:
        start, end = waiting.pop()
        if end - start < 2:
            continue
        away = [(_off(points[at], points[start], points[end]), at) for at in range(start + 1, end)]
        most, at = max(away)
        if most > tolerance:
            kept.add(at)
            waiting += [(start, at), (at, end)]
    return [points[at] for at in sorted(kept)]


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _off(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from the stretch between two others."""
    long = _distance(start, end)
    if long < 1e-9:
        return _distance(point, start)
    along = (
        (point[0] - start[0]) * (end[0] - start[0]) + (point[1] - start[1]) * (end[1] - start[1])
    ) / long**2
    at = min(1.0, max(0.0, along))
    return _distance(point, (start[0] + at * (end[0] - start[0]), start[1] + at * (end[1] - start[1])))
