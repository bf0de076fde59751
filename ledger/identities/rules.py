"""What an address may carry from the work list and back."""

import re
from decimal import Decimal


def told_share(text: str | None) -> Decimal | None:
    """A share (0 to 1) as an address tells it; None for anything else."""
    found = re.fullmatch(r"(0(\.[0-9]{1,20})?|1(\.0{1,20})?)", text or "")
    return Decimal(found[0]) if found else None
