"""How an amount is taken out of the fund, in cents: first the euros of fees, then the units of charges at par."""

from typing import NamedTuple

from cwb.kernel.money import Money
from ledger.feefund.errors import FundTooSmall


class Held(NamedTuple):
    """What the fund holds, in cents: euros that fees brought, and units that charges brought."""

    euros: int
    units: int

    @property
    def total(self) -> Money:
        """Both together: a unit is a euro."""
        return Money(self.euros + self.units)


def taken(held: Held, amount: int) -> Held:
    """What of each goes when an amount is paid.

    Raises:
        FundTooSmall: it holds less.
    """
    if amount > held.total.minor:
        raise FundTooSmall(there=f"€ {held.total.plain().replace('.', ',')}", field="amount")
    euros = min(amount, max(0, held.euros))
    return Held(euros, amount - euros)
