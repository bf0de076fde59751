"""Reads the terms of first refusal (`support.toml` of the area pack)."""

import tomllib
from functools import cache

from coops.property.rules import Window
from cwb import paths
from cwb.config import Config


def windows(area: str | None = None) -> tuple[Window, ...]:
    """Every term with its first day, source and certainty (default: of this installation's area)."""
    return _read(area or Config.from_environment().area)


@cache
def _read(area: str) -> tuple[Window, ...]:
    facts = tomllib.loads((paths.area(area) / "support.toml").read_text(encoding="utf-8"))
    return tuple(Window(**each) for each in facts["windows"])
