"""From when a name and an account number are kept no longer.

Books are kept for seven years after their year (art. 52 AWR). A mandate of the cooperative's own bank is proof for
thirteen months after its last debit: so long a payer may say that there was none (SEPA Direct Debit Core Rulebook).
"""

from calendar import monthrange
from datetime import date

KEPT_YEARS = 7
MANDATE_MONTHS = 13

GONE = "–"
"""What stands in the place of a number or name that must not be empty."""


def books_before(today: date) -> date:
    """What is dated before this day is kept no longer."""
    return date(today.year - KEPT_YEARS, 1, 1)


def mandates_before(today: date) -> date:
    """An ended mandate that was last used, or ended, before this day is no longer needed as proof."""
    months = today.year * 12 + today.month - 1 - MANDATE_MONTHS
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))
