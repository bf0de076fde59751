"""What handing in tells the subjects above it, in the same transaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BidOffered:
    """A whole bid is about to be stored; whoever knows why it may not be, refuses. `bidders`: all who bid together."""

    tender_id: int
    lead_id: int
    bidders: frozenset[int]
