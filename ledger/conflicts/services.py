"""Use cases of conflicts: decide."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from ledger.conflicts import queries
from ledger.conflicts.errors import ConflictDecided
from ledger.conflicts.models import SpendDecision
from ledger.corrections.services import count_after_all, hold
from ledger.spend.rules import check_reason


def decide(
    session: Session,
    *,
    anchor: Organisation,
    clash: UUID,
    same: bool,
    reason: str,
    actor_id: int,
    at: datetime,
) -> int:
    """Say whether lines in conflict are the purchase that counts already. If not, they count beside it.

    How many lines it was about is returned.

    Raises:
        ReasonMissing: no reason. ConflictDecided: somebody was first.
    """
    told = check_reason(reason)
    hold(session, anchor.id)
    lines = queries.open_lines(session, anchor.id, clash)
    if not lines:
        raise ConflictDecided
    session.execute(
        insert(SpendDecision),
        [{"line_id": each, "same": same, "reason": told, "actor_id": actor_id, "at": at} for each in lines],
    )
    if not same:
        count_after_all(session, anchor_id=anchor.id, line_ids=lines, reason=told, actor_id=actor_id, at=at)
    record(
        session, action="spend.conflict_decided", subject=f"spend_line:{clash}", actor_id=actor_id,
        facts={"same": same, "lines": len(lines)}, at=at,
    )  # fmt: skip
    return len(lines)
