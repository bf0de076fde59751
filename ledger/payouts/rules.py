"""When an entry on the bank is a payout, on bare values."""

import re
from datetime import timedelta

PAYOUT_DAYS = timedelta(days=10)
"""Within how many days the bank tells of a payout."""
UNSEEN_AFTER = timedelta(days=7)
"""After how many days a payout that the bank did not tell of stands on the work list (own choice)."""


def names_provider(name: str, text: str) -> bool:
    """Whether an entry says that it comes from the provider of online payments."""
    return bool(re.search(r"\bstripe\b", f"{name} {text}", re.IGNORECASE))
