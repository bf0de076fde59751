"""Reading stops of issuing."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from ledger.instruments.models import IssuingStop
from ledger.issuing.errors import StopUnknown


def stops() -> Select[IssuingStop]:
    """All stops, open ones first, then the latest."""
    return (
        select(IssuingStop)
        .options(joinedload(IssuingStop.lifted_by))
        .order_by(IssuingStop.lifted_at.is_not(None), IssuingStop.id.desc())
    )


def stop(session: Session, public_id: UUID, *, lock: bool = False) -> IssuingStop:
    """One stop. `lock`: nobody else decides on it meanwhile.

    Raises:
        StopUnknown: there is none.
    """
    statement = select(IssuingStop).where(IssuingStop.public_id == public_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise StopUnknown
    return found
