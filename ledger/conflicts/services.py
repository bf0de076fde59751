"""Use cases of conflicts: decide."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.bulk import insert_rows
from ledger.conflicts import queries
from ledger.conflicts.errors import ConflictDecided
from ledger.conflicts.models import SpendDecision
from ledger.corrections.services import count_after_all, hold, take_off
from ledger.spend.rules import check_reason


def decide(
    session: Session, *, anchor: Organisation, clash: UUID, same: bool, reason: str, actor_id: int, at: datetime,
) -> int:  # fmt: skip
    """Say whether lines that wait are the purchase that counts already. If not, they count beside it.

    How many lines it was about is returned.

    Raises:
        ReasonMissing: no reason. ConflictDecided: somebody was first, or the file was taken back.
    """
    told = check_reason(reason)
    hold(session, anchor.id)
    lines = queries.open_lines(session, anchor.id, clash)
    return _decide(session, anchor, lines, same, told, actor_id, at, subject=f"spend_line:{clash}")


def decide_file(
    session: Session, *, anchor: Organisation, file: UUID, same: bool, reason: str, actor_id: int, at: datetime,
) -> int:  # fmt: skip
    """The same for all lines of a file that seem to count already and wait.

    Raises:
        ReasonMissing, ConflictDecided: as above.
    """
    told = check_reason(reason)
    hold(session, anchor.id)
    lines = queries.open_twins(session, anchor.id, file)
    return _decide(session, anchor, lines, same, told, actor_id, at, subject=f"spend_import:{file}")


def decide_beside(
    session: Session, *, anchor: Organisation, invoice: UUID, same: bool, reason: str, actor_id: int, at: datetime,
) -> int:  # fmt: skip
    """Say whether lines that count beside an invoice made here are that purchase. If so, only the invoice counts on.

    Raises:
        ReasonMissing, ConflictDecided: as above.
    """
    told = check_reason(reason)
    hold(session, anchor.id)
    lines = queries.lines_beside(session, anchor.id, invoice)
    _write_down(session, lines, same, told, actor_id, at, subject=f"spend_line:{invoice}")
    if same:
        take_off(session, anchor_id=anchor.id, line_ids=lines, reason=told, actor_id=actor_id, at=at)
    return len(lines)


def _decide(
    session: Session, anchor: Organisation, lines: Sequence[int], same: bool, told: str, actor_id: int, at: datetime,
    *, subject: str,
) -> int:  # fmt: skip
    _write_down(session, lines, same, told, actor_id, at, subject=subject)
    if not same:
        count_after_all(session, anchor_id=anchor.id, line_ids=lines, reason=told, actor_id=actor_id, at=at)
    return len(lines)


def _write_down(
    session: Session, lines: Sequence[int], same: bool, told: str, actor_id: int, at: datetime, *, subject: str
) -> None:  # fmt: skip
    if not lines:
        raise ConflictDecided
    insert_rows(
        session, SpendDecision,
        [{"line_id": each, "same": same, "reason": told, "actor_id": actor_id, "at": at} for each in lines],
    )  # fmt: skip
    record(
        session, action="spend.conflict_decided", subject=subject, actor_id=actor_id,
        facts={"same": same, "lines": len(lines)}, at=at,
    )  # fmt: skip
