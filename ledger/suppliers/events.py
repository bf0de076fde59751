"""What suppliers tell the subjects above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SupplierLinked:
    """A supplier of a purchase ledger was linked to a party, or (None) loosened from one."""

    supplier_id: int
    party_id: int | None
    actor_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StandingsChanged:
    """Something else is proven of these suppliers, or they are somebody else: what was summed up with them is stale."""

    supplier_ids: tuple[int, ...]
