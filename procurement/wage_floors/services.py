"""Setting the wage floor in a draft, keeping a framework's under it, and changing it after publication."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from coops.wages.gateway import wages
from coops.wages.rules import Wage
from cwb.kernel.clock import local_date
from procurement.tenders.models import Tender
from procurement.tenders.services import draft_changed, locked_draft
from procurement.wage_floors import errors, rules
from procurement.wage_floors.models import TenderWage
from procurement.wage_floors.rules import Floor


def set_floor(
    session: Session, *, tender: Tender, floor_minor: int | None, wage: Wage, user_id: int, at: datetime, cao: str = "",
    cao_from: date | None = None, cao_until: date | None = None,
) -> Tender:  # fmt: skip
    """Say what an hour must pay at least, and which CAO holds; None: set no floor. The draft is checked again.

    Raises:
        NotDraft: it is published.
        FloorTooLow, FloorTooHigh, FloorBelowFramework, CaoIncomplete, CaoDaysWrong: at the field.
        FloorWithdrawn: the framework of this competition has one.
    """
    tender = locked_draft(session, tender, None)
    found = session.get(TenderWage, tender.id)
    framework_minor = found.least_minor if found is not None else None
    told = None
    if floor_minor is not None:
        told = rules.check_floor(
            floor_minor,
            wage,
            framework_minor=framework_minor,
            cao=cao,
            cao_from=cao_from,
            cao_until=cao_until,
        )
    elif framework_minor is not None:
        raise errors.FloorWithdrawn(field="floor")
    if found is not None:
        session.delete(found)
        session.flush()
    if told is not None:
        session.add(_row(tender, told, user_id, at))
    return draft_changed(session, tender, "wages", user_id, at)


def _row(tender: Tender, told: Floor, user_id: int, at: datetime) -> TenderWage:
    return TenderWage(
        tender_id=tender.id, floor_minor=told.floor_minor, minimum_minor=told.minimum_minor,
        least_minor=told.framework_minor, factor=told.factor, cao=told.cao, cao_from=told.cao_from,
        cao_until=told.cao_until, set_by_id=user_id, set_at=at,
    )  # fmt: skip


def take_over(session: Session, *, parent: Tender, made: Tender, user_id: int, at: datetime) -> None:
    """Give a new competition the floor and the CAO of its framework, or today's minimum where that is higher since."""
    found = session.get(TenderWage, parent.id)
    if found is None:
        return
    wage = wages().wage(local_date(at))
    told = rules.check_floor(
        max(found.floor_minor, wage.minimum_minor), wage, framework_minor=found.floor_minor, cao=found.cao,
        cao_from=found.cao_from, cao_until=found.cao_until,
    )  # fmt: skip
    session.add(_row(made, told, user_id, at))
    session.flush()


def amend_floor(
    session: Session, *, tender: Tender, changes: Mapping[str, Any], user_id: int, at: datetime
) -> None:
    """Change a published floor or its CAO (names of `rules.AMENDABLE`), as an amendment written before tells.

    The factor stays that of the publication: bidders reckon with it.

    Raises:
        FloorWithdrawn, FloorTooLow, FloorTooHigh, FloorBelowFramework, CaoIncomplete, CaoDaysWrong: at the field.
    """
    found = session.get_one(TenderWage, tender.id)
    floor_minor = changes.get("floor_minor", found.floor_minor)
    if floor_minor is None:
        raise errors.FloorWithdrawn(field="floor")
    told = rules.check_floor(
        floor_minor, wages().wage(local_date(at)), framework_minor=found.least_minor,
        cao=changes.get("cao", found.cao), cao_from=changes.get("cao_from", found.cao_from),
        cao_until=changes.get("cao_until", found.cao_until),
    )  # fmt: skip
    found.floor_minor, found.minimum_minor, found.cao = told.floor_minor, told.minimum_minor, told.cao
    found.cao_from, found.cao_until = told.cao_from, told.cao_until
    found.set_by_id, found.set_at = user_id, at
