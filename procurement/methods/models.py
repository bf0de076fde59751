"""What the tables of tenders and lots hold about a method: checks beside those of the rules (0026)."""

from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from procurement.scoring.rules import PRICE_ALONE

METHOD_CHECKS = (
    CheckConstraint(
        "method IN ('value_award', 'fixed_price_range', 'log_price', 'meat_coefficient', 'lowest_price', "
        "'relative_price', 'superformule', 'life_cycle_cost')",
        name="method",
    ),
    CheckConstraint(
        "published_at IS NULL OR method NOT IN ('lowest_price', 'life_cycle_cost')"
        " OR (price_only_reason <> '' AND tie_break = 'lot')",
        name="price_only",
    ),
    CheckConstraint(
        "published_at IS NULL OR (method = 'life_cycle_cost') = (life_cycle IS NOT NULL)", name="life_cycle"
    ),
)
"""On a tender."""

PARAMETER_CHECKS = (
    CheckConstraint("log_base > 1 AND log_base <= 1000", name="log_base"),
    CheckConstraint("reference_minor > 0", name="reference_minor"),
    CheckConstraint("reference_quality > 0 AND reference_quality <= 100", name="reference_quality"),
    CheckConstraint("exponent <> 0 AND exponent BETWEEN -10 AND 10", name="exponent"),
)
"""On a lot."""


class Ranked:
    """What a tender keeps about its method besides its own columns (`procurement.lifecycle`). No row of its own."""

    method: Mapped[str | None]
    tie_break: Mapped[str | None]
    price_only_reason: Mapped[str]
    life_cycle: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    @property
    def is_price_alone(self) -> bool:
        """Whether nothing but price or costs counts."""
        return self.method in PRICE_ALONE
