"""What reminders tell the subjects above."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReminderSent:
    """A person sent a reminder of an invoice (inner id). `subject` and `text` are marked texts with their `facts`.

    The letter goes out above, where an invoice becomes a file. `key` keeps it at one.
    """

    invoice_id: int
    subject: str
    text: str
    facts: Mapping[str, object]
    key: str
    at: datetime
