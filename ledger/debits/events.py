"""What direct debits of the own bank tell the subjects above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BankDebitEnded:
    """A debit was refused, or returned after it came in. Inner id; `code`: `ledger.bounces`, or ""."""

    debit_id: int
    returned: bool
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BankDebitWithdrawn:
    """A debit was never sent: its file was withdrawn. Inner id."""

    debit_id: int
    at: datetime
