"""What agreements tell the subjects and storeys above them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgreementMade:
    """Buyer and suppliers agreed: invoices can be made from now on. Carries the inner id of the agreement."""

    agreement_id: int
