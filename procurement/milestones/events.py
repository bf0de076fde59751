"""What a milestone tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MilestoneVerified:
    """The buyer said what came of a promise: public from now on."""

    contract_id: int
    tender_id: int
