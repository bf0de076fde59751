"""Use cases of the bridge: write down what the ledger says."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.bridge import queries
from ledger.bridge.models import LedgerTotal
from ledger.bridge.rules import check_total
from ledger.spend.errors import NotAnAnchor


def declare_total(
    session: Session,
    *,
    anchor: Organisation,
    period: Period,
    amount: Money,
    source: str,
    actor_id: int,
    at: datetime,
) -> LedgerTotal:
    """Write down what an anchor's ledger says it bought in a quarter. Typed again, the last one counts.

    Raises:
        NotAnAnchor: the organisation is no anchor.
        NotOneQuarter, SourceUnnamed: input.
    """
    if anchor.anchor_type is None:
        raise NotAnAnchor
    made = LedgerTotal(
        anchor_id=anchor.id, quarter_on=period.start, amount=amount.minor, source=check_total(period, source),
        lines_amount=queries.bridge(session, anchor.id, period, ()).total,
        lines_since=queries.lines_since(session, anchor.id, period), actor_id=actor_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="spend.total_declared", subject=f"organisation:{anchor.public_id}", actor_id=actor_id,
        facts={"quarter": str(period), "cents": amount.minor}, at=at,
    )  # fmt: skip
    return made
