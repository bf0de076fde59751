"""What online payments tell the subjects above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PayoutSent:
    """The provider sent money to an organisation's bank. Inner id."""

    organisation_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DebitEnded:
    """A debit by mandate was refused, or returned after it came in. Inner id; `code`: `ledger.bounces`, or ""."""

    order_id: int
    returned: bool
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """How an order stands at the provider was looked at, and all of it is booked. Inner id; it may be told often."""

    order_id: int
    at: datetime
