"""What received invoices tell the subjects above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PurchaseApproved:
    """A received invoice or credit note stands in the books of its buyer. Inner id."""

    incoming_id: int
