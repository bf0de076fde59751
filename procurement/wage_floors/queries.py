"""Reading the wage floor of a tender."""

from sqlalchemy.orm import Session

from procurement.wage_floors.models import TenderWage
from procurement.wage_floors.rules import Floor


def find_floor(session: Session, tender_id: int) -> Floor | None:
    """The floor of a tender; None when it sets none."""
    found = session.get(TenderWage, tender_id)
    return None if found is None else found.floor
