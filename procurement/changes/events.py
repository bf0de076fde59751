"""What a change tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContractChanging:
    """A change is proposed, or comes into force next: whoever holds a limit refuses it here. `delta_minor`: cents."""

    contract_id: int
    tender_id: int
    delta_minor: int


@dataclass(frozen=True, slots=True)
class ContractChanged:
    """A change is in force: price or end are other from now on."""

    contract_id: int
    tender_id: int
    number: int
