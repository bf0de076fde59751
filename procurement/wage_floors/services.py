"""Setting the wage floor in a draft."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from coops.wages.rules import Wage
from procurement.tenders.models import Tender
from procurement.tenders.services import draft_changed, locked_draft
from procurement.wage_floors import rules
from procurement.wage_floors.models import TenderWage


def set_floor(
    session: Session, *, tender: Tender, floor_minor: int | None, wage: Wage, user_id: int, at: datetime, cao: str = "",
    cao_from: date | None = None, cao_until: date | None = None,
) -> Tender:  # fmt: skip
    """Say what an hour must pay at least, and which CAO holds; None: set no floor. The draft is checked again.

    Raises:
        NotDraft: it is published.
        FloorTooLow, FloorTooHigh, CaoIncomplete, CaoDaysWrong: at the field.
    """
    told = None
    if floor_minor is not None:
        told = rules.check_floor(floor_minor, wage, cao=cao, cao_from=cao_from, cao_until=cao_until)
    tender = locked_draft(session, tender, None)
    found = session.get(TenderWage, tender.id)
    if found is not None:
        session.delete(found)
        session.flush()
    if told is not None:
        session.add(
            TenderWage(
                tender_id=tender.id, floor_minor=told.floor_minor, minimum_minor=told.minimum_minor,
                factor=told.factor, cao=told.cao, cao_from=told.cao_from, cao_until=told.cao_until,
                set_by_id=user_id, set_at=at,
            )
        )  # fmt: skip
    return draft_changed(session, tender, "wages", user_id, at)
