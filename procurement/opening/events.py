"""What the opening tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BidsOpened:
    """The bids of a tender were opened. `count` are the readable ones; 0 means: nobody to evaluate."""

    tender_id: int
    count: int
