"""Reading what stands in feeds: published tenders that everyone may know of, with their last change."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from procurement.feeds import rules
from procurement.tenders.models import Amendment, Nota, Tender
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


class Fed(NamedTuple):
    """A tender in a feed: with its buyer, its last change, and how often its content or dates changed."""

    tender: Tender
    changed: datetime
    changes: int


def fed(
    session: Session, at: datetime, *, number: str | None = None, among: Sequence[ColumnElement[bool]] = ()
) -> list[Fed]:
    """Public tenders that run or changed of late, newest change first; `among` narrows, `number` asks for one."""
    statement = (
        select(Tender, _AMENDED, _ANSWERED, _CHANGES)
        .where(Tender.published_at <= at, visible_to(None), *among)
        .options(joinedload(Tender.buyer))
    )
    if number is not None:
        statement = statement.where(Tender.number == number)
    else:
        recent = at - rules.KEPT
        statement = statement.where(
            or_(Tender.closes_at >= recent, Tender.awarded_at >= recent, Tender.cancelled_at >= recent)
        )
    statement = statement.order_by(Tender.published_at.desc(), Tender.id.desc()).limit(rules.MOST)
    found = [
        Fed(
            tender,
            rules.changed(
                tender.published_at, amended, answered, tender.opened_at, tender.decided_at, tender.awarded_at,
                tender.completed_at, tender.cancelled_at, tender.unsuccessful_at, tender.selected_at,
            ),
            changes + (tender.cancelled_at is not None) + (tender.unsuccessful_at is not None),
        )
        for tender, amended, answered, changes in session.execute(statement)
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.changed, each.tender.id), reverse=True)
