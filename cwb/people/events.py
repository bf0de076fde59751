"""What other subjects may hear about people who come in."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HelpBegan:
    """`user_id` said yes to helping `organisation_id`."""

    user_id: int
    organisation_id: int
    at: datetime
