"""Reads the ceilings of de-minimis aid (`support.toml` of the area pack)."""

import tomllib
from functools import cache

from coops.aid.rules import Ceiling
from cwb import paths
from cwb.config import Config


def ceilings(area: str | None = None) -> tuple[Ceiling, ...]:
    """Every ceiling with its days, source and certainty (default: of this installation's area)."""
    return _read(area or Config.from_environment().area)


@cache
def _read(area: str) -> tuple[Ceiling, ...]:
    facts = tomllib.loads((paths.area(area) / "support.toml").read_text(encoding="utf-8"))
    return tuple(
        Ceiling(
            each["sector"], each["valid_from"], each["valid_until"], each["amount"] * 100, each["source"],
            each["certain"],
        )
        for each in facts["ceilings"]
    )  # fmt: skip
