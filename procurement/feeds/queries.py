"""Reading what stands in feeds: published tenders that everyone may know of, with their last change."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.feeds import rules
from procurement.lots.models import LotStop
from procurement.lots.queries import STOPS, stopped_lots
from procurement.tenders.models import Amendment, Lot, Nota, Tender
from procurement.tenders.queries import visible_to

_AMENDED = (
    select(func.max(Amendment.made_at))
    .where(Amendment.tender_id == Tender.id)
    .correlate(Tender)
    .scalar_subquery()
)
_CHANGES = (
    select(func.count())
    .select_from(Amendment)
    .where(Amendment.tender_id == Tender.id)
    .correlate(Tender)
    .scalar_subquery()
)
_ANSWERED = (
    select(func.max(Nota.published_at)).where(Nota.tender_id == Tender.id).correlate(Tender).scalar_subquery()
)
_STOPPED = (
    select(func.max(LotStop.stopped_at))
    .where(LotStop.tender_id == Tender.id)
    .correlate(Tender)
    .scalar_subquery()
)


class Fed(NamedTuple):
    """A tender in a feed: with its buyer, its last change, and how often its content or dates changed.

    `stopped`: its lots that were stopped alone, while the others go on.
    """

    tender: Tender
    changed: datetime
    changes: int
    stopped: Sequence[Lot] = ()


def fed(
    session: Session, at: datetime, *, number: str | None = None, among: Sequence[ColumnElement[bool]] = ()
) -> list[Fed]:
    """Public tenders that run or changed of late, newest change first; `among` narrows, `number` asks for one."""
    statement = (
        select(Tender, _AMENDED, _ANSWERED, _STOPPED, _CHANGES + STOPS)
        .where(Tender.published_at <= at, visible_to(None), *among)
        .options(joinedload(Tender.buyer))
    )
    if number is not None:
        statement = statement.where(Tender.number == number)
    else:
        recent = at - rules.KEPT
        statement = statement.where(
            or_(
                Tender.closes_at >= recent,
                Tender.awarded_at >= recent,
                Tender.cancelled_at >= recent,
                recent <= _STOPPED,
            )
        )
    statement = statement.order_by(Tender.published_at.desc(), Tender.id.desc()).limit(rules.MOST)
    rows = session.execute(statement).all()
    stopped = stopped_lots(session, [tender.id for tender, _, _, at_last, _ in rows if at_last is not None])
    found = [
        Fed(
            tender,
            rules.changed(
                tender.published_at, amended, answered, stopped_at, tender.opened_at, tender.decided_at,
                tender.awarded_at, tender.completed_at, tender.cancelled_at, tender.unsuccessful_at, tender.selected_at,
            ),
            changes + (tender.cancelled_at is not None) + (tender.unsuccessful_at is not None),
            stopped.get(tender.id, ()),
        )
        for tender, amended, answered, stopped_at, changes in rows
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.changed, each.tender.id), reverse=True)
