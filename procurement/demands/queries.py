"""Reading what tenders demand."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from procurement.demands.errors import DemandNotFound
from procurement.demands.models import SelectionDemand


def demands(session: Session, tender_id: int) -> Sequence[SelectionDemand]:
    """The demands of a tender, in the order in which they were made."""
    return session.scalars(
        select(SelectionDemand).where(SelectionDemand.tender_id == tender_id).order_by(SelectionDemand.id)
    ).all()


def demand(session: Session, tender_id: int, demand_id: int) -> SelectionDemand:
    """One of them.

    Raises:
        DemandNotFound: none in this tender.
    """
    found = session.get(SelectionDemand, demand_id)
    if found is None or found.tender_id != tender_id:
        raise DemandNotFound
    return found
