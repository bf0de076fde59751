"""Reading what tenders demand."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from cwb.kernel.prepared import Prepared, Record
from procurement.demands.errors import DemandNotFound
from procurement.demands.models import SelectionDemand
from procurement.demands.rules import DemandFacts

_ROW = Record(SelectionDemand)
_OF_TENDER = Prepared(
    _ROW,
    select(*_ROW.columns)
    .where(SelectionDemand.tender_id == bindparam("tender_id"))
    .order_by(SelectionDemand.id),
)


_COLUMNS = {
    name: getattr(SelectionDemand, name)
    for name in ("code", "text", "reason", "explanation", "minimum_minor", "number", "lot_id", "id", "asked")
}
_PAIRS: list[Any] = []
for _name, _column in _COLUMNS.items():
    _PAIRS += [literal_column(f"'{_name}'"), _column]

DEMANDED = select(
    func.jsonb_agg(aggregate_order_by(func.jsonb_build_object(*_PAIRS), SelectionDemand.id), type_=JSONB)
)
"""The demands of a tender as one value, to be asked along with something else: add `.where(…)`, read by `facts`."""


def facts(kept: Sequence[dict[str, Any]] | None) -> Sequence[DemandFacts]:
    """What `DEMANDED` answered, as values."""
    return [DemandFacts(**each) for each in kept or ()]


def demands(session: Session, tender_id: int) -> Sequence[SelectionDemand]:
    """The demands of a tender, in the order in which they were made; to change them, `to_change`."""
    return _OF_TENDER.all(session, tender_id=tender_id)


def to_change(session: Session, tender_id: int) -> Sequence[SelectionDemand]:
    """The same, for a use case that changes them."""
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
