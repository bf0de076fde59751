"""What agreements tell the subjects and storeys above them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AgreementMade:
    """Buyer and suppliers agreed: invoices can be made from now on. Carries the inner id of the agreement."""

    agreement_id: int


@dataclass(frozen=True, slots=True)
class AgreementReduced:
    """A change took something off the worth of an agreement."""

    agreement_id: int
    at: datetime
