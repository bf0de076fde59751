"""What a seller types on an invoice without an agreement."""

from dataclasses import dataclass

from ledger.agreements.rules import AgreementLine
from ledger.vat.rules import VatCode

MOST_LINES = 12
"""Lines on one such invoice; more is work that deserves an agreement (project choice)."""

FIRST_LINES = 3
"""How many of these a page shows at once."""

DAYS = 30
"""The term of payment that is offered."""


@dataclass(frozen=True, slots=True)
class Typed(AgreementLine):
    """One typed line, checked as a line of an agreement is."""

    @property
    def vat_code(self) -> VatCode:
        """What the seller chose."""
        return VatCode(self.vat)
