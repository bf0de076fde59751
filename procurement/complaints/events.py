"""What a complaint tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ComplaintPublished:
    """The buyer published what came of a complaint about a tender."""

    tender_id: int
