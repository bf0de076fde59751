"""What is told of a figure before anybody signed it: nothing of one buyer, category or wijk.

An unsigned figure moves with each import. Whoever subtracts what stood there before and after one invoice reads its
amount (domain/spend.md §5.4, attack 19). So a page tells the bounds of the whole and the coverage, to one decimal of a
percentage, and a file holds all buyers together. Why: docs/adr/0033-what-is-shown-before-a-signature.md.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_STEP = Decimal("0.001")


def coarse(ratio: str | None) -> str | None:
    """A ratio of an export to one decimal of its percentage, half up; None where undefined."""
    return None if ratio is None else str(Decimal(ratio).quantize(_STEP, ROUND_HALF_UP))


def provisional(export: Mapping[str, Any]) -> dict[str, str | None]:
    """The bounds and the coverage of an export that is not signed, as a page tells them."""
    total = export["figures"]["local_supplier_share"]["total"]
    return {part: coarse(total[part]) for part in ("lo", "hi", "coverage")}
