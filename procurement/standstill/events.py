"""What the end of a standstill tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AwardDefinitive:
    """An award is definitive: a contract may be made."""

    tender_id: int
    decision_id: int


@dataclass(frozen=True, slots=True)
class DecisionWithdrawn:
    """A sent decision was taken back."""

    tender_id: int
    decision_id: int
