"""What is told of a figure before anybody signed it: coarse enough that no invoice follows from two looks at it.

An unsigned figure moves with each import. Whoever subtracts what stood there before and after one invoice reads its
amount (domain/spend.md §5.4, attack 19). So nothing is told but the bounds of the whole and the coverage, to one
decimal of a percentage: no group, no sum, no number of lines. Why: docs/adr/0033-what-is-shown-before-a-signature.md.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

SCHEMA = "cwb-spend-provisional-1"
"""The shape of what everybody gets of a period that nobody signed."""

_STEP = Decimal("0.001")


def coarse(ratio: str | None) -> str | None:
    """A ratio of an export to one decimal of its percentage, half up; None where undefined."""
    return None if ratio is None else str(Decimal(ratio).quantize(_STEP, ROUND_HALF_UP))


def provisional(export: Mapping[str, Any]) -> dict[str, Any]:
    """What everybody may read of an export that is not signed: period, area, definition, bounds and coverage."""
    total = export["figures"]["local_supplier_share"]["total"]
    return {
        "schema": SCHEMA,
        "status": "provisional",
        "signed": False,
        "period": export["period"],
        "area": {name: export["area"][name] for name in ("id", "version", "name")},
        "definition": export["definition"],
        **{part: coarse(total[part]) for part in ("lo", "hi", "coverage")},
    }
