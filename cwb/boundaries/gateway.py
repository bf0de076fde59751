"""Reads a GeoJSON file of boundaries, and keeps what is drawn beside the installation's other files of its area."""

import json
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any

from cwb.boundaries.errors import BoundariesUnreadable
from cwb.boundaries.rules import MOST_POINTS, NAMES, Feature, Outlines, Ring
from cwb.config import Config

MOST_BYTES = 50_000_000


def read_features(path: Path) -> list[Feature]:
    """The places of a GeoJSON FeatureCollection (RFC 7946): polygons with a code of a wijk or buurt.

    Raises:
        BoundariesUnreadable: names the fault.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BoundariesUnreadable(fault="> 50 MB")
        whole = json.loads(path.read_text(encoding="utf-8-sig"))
        found = [_feature(each) for each in whole["features"]]
    except OSError as fault:
        raise BoundariesUnreadable(fault=fault.strerror or path.name) from None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as fault:
        raise BoundariesUnreadable(fault=f"{type(fault).__name__} {str(fault)[:80]}") from None
    if sum(len(ring) for each in found for ring in each.rings) > MOST_POINTS:
        raise BoundariesUnreadable(fault=f"> {MOST_POINTS} punten")
    return found


def _feature(facts: Any) -> Feature:
    properties, shape = facts["properties"], facts["geometry"]
    named = [(level, str(properties[name])) for level, name in NAMES if properties.get(name)]
    level, code = next(iter(named), ("", ""))
    parts = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}[shape["type"]]
    return Feature(level, code, [_ring(ring) for polygon in parts for ring in polygon])


def _ring(points: Any) -> Ring:
    ring = [(float(each[0]), float(each[1])) for each in points]
    if not all(isfinite(x) and isfinite(y) for x, y in ring):
        raise ValueError("NaN")
    return ring


def _kept(config: Config) -> Path:
    return config.data_dir / "areas" / config.area / "boundaries.json"


def keep(config: Config, found: Outlines, source: str = "") -> Path:
    """Keep what is drawn and who published it; the file is replaced whole or not at all."""
    path = _kept(config)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    facts = {
        "level": found.level,
        "height": found.height,
        "rings": found.rings,
        "source": source,
        "borders": found.borders,
    }
    new.write_text(json.dumps(facts), encoding="utf-8")
    return new.replace(path)


def stamp(config: Config) -> int:
    """Changes with every import, for what is kept of a page with a map; 0 when nothing was imported."""
    path = _kept(config)
    return path.stat().st_mtime_ns if path.is_file() else 0


def find_outlines(config: Config) -> Outlines | None:
    """What was imported for the area of this installation; None when nothing was."""
    found = stamp(config)
    return _read(_kept(config), found) if found else None


@lru_cache(maxsize=4)
def _read(path: Path, _stamp: int) -> Outlines:
    facts = json.loads(path.read_text(encoding="utf-8"))
    rings, borders = (
        {code: [[(x, y) for x, y in ring] for ring in those] for code, those in facts.get(name, {}).items()}
        for name in ("rings", "borders")
    )
    return Outlines(facts["level"], facts["height"], rings, facts.get("source", ""), borders)
