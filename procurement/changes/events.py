"""What a change tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContractChanged:
    """A change is in force: price or end are other from now on."""

    contract_id: int
    tender_id: int
    number: int
