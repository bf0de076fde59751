"""Putting together the needs of the anchors: pure, so no database is asked.

10,000 needs of 100 anchors over a year, in the wijken and kinds of work of the area. The target is five seconds. The
yardstick is sorting the same needs by kind, day and number: what any grouping must do at least.
"""

import time
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from coops.clusters.rules import Reach, Wish, clusters
from coops.viability.gateway import settings
from cwb.places.gateway import area_pack

NEEDS, ANCHORS, TARGET = 10_000, 100, 5.0
"""How many needs, of how many anchors; seconds at most."""

FIRST = date(2027, 1, 1)


def run(size: str, _url: str) -> list[dict[str, Any]]:
    """The slowest reach of the three, at 10,000 needs (a tenth of it with `--size small`)."""
    wishes = _needs(NEEDS // (10 if size == "small" else 1))
    tiles = {code: (wijk.tile_row, wijk.tile_column) for code, wijk in area_pack().wijken.items()}
    begun = time.perf_counter()
    sorted(wishes, key=lambda each: (each.category, each.wanted_from, each.number))
    sorting = time.perf_counter() - begun
    took, found = 0.0, 0
    for reach in Reach:
        begun = time.perf_counter()
        made = clusters(wishes, tiles=tiles, per_unit=settings().hours, reach=reach)
        took, found = max(took, time.perf_counter() - begun), max(found, len(made))
    return [
        {
            "name": f"{len(wishes)} needs into clusters", "unit": "s", "figure": round(took, 3),
            "yardstick": round(sorting, 4), "yardstick_name": "sorting them",
            "ratio": round(took / sorting, 2) if sorting else 0.0, "target": TARGET, "reached": took <= TARGET,
            "note": f"{found} clusters",
        }
    ]  # fmt: skip


def _needs(count: int) -> list[Wish]:
    chance = Random(2026)
    pack = area_pack()
    kinds, places = [each.id for each in pack.categories], [*sorted(pack.wijken), None]
    units = ("hour_week", "hour_week", "hour_year", "meal_week", "object")
    return [
        Wish(
            f"N-2027-{number:05}", (chance.randrange(ANCHORS),), chance.choice(kinds), chance.choice(places),
            FIRST + timedelta(days=chance.randrange(365)), Decimal(chance.randrange(1, 200)), chance.choice(units),
            1000, 2000,
        )
        for number in range(count)
    ]  # fmt: skip
