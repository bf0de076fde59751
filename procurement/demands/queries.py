"""Reading what tenders demand."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from procurement.demands.errors import DemandNotFound
from procurement.demands.models import SelectionDemand

_OF_TENDER = (
    select(SelectionDemand)
    .where(SelectionDemand.tender_id == bindparam("tender_id"))
    .order_by(SelectionDemand.id)
)


def demands(session: Session, tender_id: int) -> Sequence[SelectionDemand]:
    """The demands of a tender, in the order in which they were made."""
    return session.scalars(_OF_TENDER, {"tender_id": tender_id}).all()


def demand(session: Session, tender_id: int, demand_id: int) -> SelectionDemand:
    """One of them.

    Raises:
        DemandNotFound: none in this tender.
    """
    found = session.get(SelectionDemand, demand_id)
    if found is None or found.tender_id != tender_id:
        raise DemandNotFound
    return found
