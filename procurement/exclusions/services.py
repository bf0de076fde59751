"""Writing down that a supplier is excluded."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from procurement.exclusions.errors import ExclusionUnfounded
from procurement.exclusions.models import Exclusion


def exclude_supplier(
    session: Session, *, buyer: Organisation, organisation: Organisation, reason: str, starts_on: date,
    ends_on: date, decided_by_id: int, at: datetime,
) -> Exclusion:  # fmt: skip
    """Write down a buyer's decision that a supplier may not bid for a while.

    Raises:
        ExclusionUnfounded: no reason, or an end that is not after the start.
    """
    if not reason.strip() or ends_on <= starts_on:
        raise ExclusionUnfounded(field="reason")
    made = Exclusion(
        buyer_id=buyer.id, organisation_id=organisation.id, reason=reason.strip(), starts_on=starts_on,
        ends_on=ends_on, decided_by_id=decided_by_id, decided_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    facts: dict[str, object] = {"buyer": str(buyer.public_id), "until": ends_on.isoformat()}
    record(
        session, action="bids.supplier_excluded", subject=f"organisation:{organisation.public_id}",
        actor_id=decided_by_id, facts=facts, at=at,
    )  # fmt: skip
    return made
