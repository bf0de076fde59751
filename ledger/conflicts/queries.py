"""Reading what waits for a decision."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.conflicts.errors import ConflictUnknown
from ledger.conflicts.models import SpendDecision
from ledger.spend.models import SpendLine, SpendUndo
from ledger.spend.rules import Kind

_OPEN = (
    SpendLine.kind == Kind.CONFLICT,
    ~exists().where(SpendDecision.line_id == SpendLine.id),
    ~exists().where(SpendUndo.import_id == SpendLine.import_id),
)

tasks = Tasks(
    Waiting(
        N_("Aankopen met twee bedragen: %(num)s"), "conflicts.index", {Role.PURCHASER},
        rows(num=func.count()).having(func.count() > 0).where(SpendLine.anchor_id == ORGANISATION, *_OPEN), {},
    )
)  # fmt: skip
"""What waits for a purchaser."""


class Clash(NamedTuple):
    """Lines with one document that are the same purchase as what counts, or not: cents each way."""

    public_id: UUID
    supplier: str
    document: str
    invoice_on: date | None
    waiting: int
    lines: int
    counting: int
    from_file: bool


_CLASHES = text("""
    SELECT (array_agg(line.public_id ORDER BY line.id))[1], min(supplier.name), min(line.document_number),
        min(line.invoice_on), sum(line.net_amount)::bigint, count(*),
        (SELECT coalesce(sum(other.net_amount), 0)::bigint FROM spend_line first JOIN spend_line other
            ON other.anchor_id = first.anchor_id AND other.supplier_id = first.supplier_id
                AND other.document_key = first.document_key AND other.weight <> 0
            WHERE first.id = line.same_as_id),
        bool_or(line.source = 'recorded')
    FROM spend_line line JOIN supplier ON supplier.id = line.supplier_id
    WHERE line.anchor_id = :anchor_id AND line.kind = 'conflict'
        AND NOT EXISTS (SELECT FROM spend_decision WHERE line_id = line.id)
        AND NOT EXISTS (SELECT FROM spend_undo WHERE import_id = line.import_id)
    GROUP BY line.same_as_id
    ORDER BY abs(sum(line.net_amount)) DESC, 1
    LIMIT :most
""")


def clashes(session: Session, anchor_id: int, most: int = 100) -> list[Clash]:
    """What waits for a decision of an anchor, by money at stake."""
    found = session.execute(_CLASHES, {"anchor_id": anchor_id, "most": most})
    return [Clash(*row) for row in found]


def clash(session: Session, anchor_id: int, public_id: UUID) -> Clash | None:
    """One of them by the first of its lines; None when it was decided, or its file taken back.

    Raises:
        ConflictUnknown: no such line, or another anchor's.
    """
    mine = SpendLine.public_id == public_id, SpendLine.anchor_id == anchor_id, SpendLine.kind == Kind.CONFLICT
    if session.scalar(select(SpendLine.id).where(*mine)) is None:
        raise ConflictUnknown
    return next((each for each in clashes(session, anchor_id, 10_000) if each.public_id == public_id), None)


def open_lines(session: Session, anchor_id: int, public_id: UUID) -> list[int]:
    """The lines that wait together with this one."""
    same_as = (
        select(SpendLine.same_as_id)
        .where(SpendLine.public_id == public_id, SpendLine.anchor_id == anchor_id)
        .scalar_subquery()
    )
    return list(
        session.scalars(
            select(SpendLine.id)
            .where(SpendLine.anchor_id == anchor_id, SpendLine.same_as_id == same_as, *_OPEN)
            .order_by(SpendLine.id)
        )
    )
