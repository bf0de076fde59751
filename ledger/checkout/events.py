"""What online payments tell the subjects above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PayoutSent:
    """The provider sent money to an organisation's bank. Inner id."""

    organisation_id: int
    at: datetime
