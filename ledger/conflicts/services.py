"""Use cases of conflicts: decide."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.bulk import insert_rows
from ledger.conflicts import queries
from ledger.conflicts.errors import ConflictDecided, NothingReplaced
from ledger.conflicts.models import SpendDecision
from ledger.corrections.services import count_after_all, hold, take_off
from ledger.spend.rules import check_reason


def decide(
    session: Session, *, anchor: Organisation, clash: UUID, same: bool, reason: str, actor_id: int, at: datetime,
    replaces: bool = False,
) -> int:  # fmt: skip
    """Say whether lines that wait are the purchase that counts already. If not, they count beside it.

    `replaces`: they are, and count in the place of what counted, which is taken off. How many lines it was about is
    returned.

    Raises:
        ReasonMissing: no reason. ConflictDecided: somebody was first, or the file was taken back.
        NothingReplaced: they name no other amount, or are no purchase of a file.
    """
    told = check_reason(reason)
    hold(session, anchor.id)
    found = queries.clash(session, anchor.id, clash)
    if replaces and (found is None or not found.changed):
        raise ConflictDecided if found is None else NothingReplaced(field="answer")
    lines = queries.open_lines(session, anchor.id, clash)
    said = Said(same, told, actor_id, at, f"spend_line:{clash}", replaces)
    return _decide(session, anchor, lines, said)


def decide_file(
    session: Session, *, anchor: Organisation, file: UUID, same: bool, reason: str, actor_id: int, at: datetime,
    changed: bool = False, replaces: bool = False,
) -> int:  # fmt: skip
    """The same for all lines of a file that seem to count already (`changed`: with another amount) and wait.

    Raises:
        ReasonMissing, ConflictDecided, NothingReplaced: as above.
    """
    if replaces and not changed:
        raise NothingReplaced(field="answer")
    told = check_reason(reason)
    hold(session, anchor.id)
    lines = queries.open_twins(session, anchor.id, file, changed=changed)
    said = Said(same, told, actor_id, at, f"spend_import:{file}", replaces)
    return _decide(session, anchor, lines, said)


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
    _write_down(session, lines, Said(same, told, actor_id, at, f"spend_line:{invoice}"))
    if same:
        take_off(session, anchor_id=anchor.id, line_ids=lines, reason=told, actor_id=actor_id, at=at)
    return len(lines)


class Said(NamedTuple):
    """What a person decided, why, and about what."""

    same: bool
    reason: str
    actor_id: int
    at: datetime
    subject: str
    replaces: bool = False


def _decide(session: Session, anchor: Organisation, lines: Sequence[int], said: Said) -> int:
    gone = (
        [each.id for each in queries.standing(session, queries.behind(session, lines))]
        if said.replaces
        else []
    )
    _write_down(session, lines, said)
    act: dict[str, Any] = {
        "anchor_id": anchor.id,
        "reason": said.reason,
        "actor_id": said.actor_id,
        "at": said.at,
    }
    if gone:
        take_off(session, line_ids=gone, **act)
    if said.replaces or not said.same:
        count_after_all(session, line_ids=lines, **act)
    return len(lines)


def _write_down(session: Session, lines: Sequence[int], said: Said) -> None:
    if not lines:
        raise ConflictDecided
    facts = {
        "same": said.same, "replaces": said.replaces, "reason": said.reason, "actor_id": said.actor_id, "at": said.at
    }  # fmt: skip
    insert_rows(session, SpendDecision, [{"line_id": each, **facts} for each in lines])
    record(
        session, action="spend.conflict_decided", subject=said.subject, actor_id=said.actor_id,
        facts={"same": said.same, "replaces": said.replaces, "lines": len(lines)}, at=said.at,
    )  # fmt: skip
