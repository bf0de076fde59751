"""What a contract tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContractSigned:
    """Both parties signed: invoices may be made from the agreement."""

    contract_id: int
    tender_id: int
    agreement_id: int
