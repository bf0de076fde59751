"""What a till gives back at most, and what a day came to. Amounts are cents."""

from cwb.kernel.money import Money
from ledger.shops.errors import TooMuchBack


def left(paid: Money, returned: Money) -> Money:
    """What of a payment was not given back."""
    return paid - returned


def check_back(amount: Money, paid: Money, returned: Money, shown: str) -> None:
    """Whether this much may go back; `shown` says what is left.

    Raises:
        TooMuchBack: it may not.
    """
    if amount > left(paid, returned):
        raise TooMuchBack(left=shown, field="amount")
