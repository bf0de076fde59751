"""What a stopped lot tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LotStopped:
    """One lot of a published tender was stopped, with a reason; the others go on."""

    tender_id: int
    lot_id: int
