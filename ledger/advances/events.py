"""What advances tell the storeys above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AdvanceReleased:
    """Nothing is owed any more: the assignment ended, invoices are paid to the supplier again. Inner id."""

    advance_id: int
    at: datetime
