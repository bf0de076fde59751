"""What reports of hours tell upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkTold:
    """A report of hours was judged or corrected: what is published of a contract may be other from now on."""

    contract_id: int
    tender_id: int
