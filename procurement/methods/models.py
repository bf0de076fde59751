"""What the tables of tenders and lots hold about a method: checks beside those of the rules (0026)."""

from sqlalchemy import CheckConstraint

METHOD_CHECKS = (
    CheckConstraint(
        "method IN ('value_award', 'fixed_price_range', 'log_price', 'meat_coefficient', 'lowest_price', "
        "'relative_price', 'superformule')",
        name="method",
    ),
    CheckConstraint(
        "published_at IS NULL OR method <> 'lowest_price' OR (price_only_reason <> '' AND tie_break = 'lot')",
        name="price_only",
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
