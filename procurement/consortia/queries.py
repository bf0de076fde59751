"""Reading who takes part in joint bids."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, inspect, select
from sqlalchemy.orm import Session, joinedload, undefer

from procurement.consortia.errors import NotTakingPart
from procurement.consortia.models import Backer, BidMember


def running(session: Session, bid_id: int) -> Sequence[BidMember]:
    """Those who take part in a bid now, beside its lead, in order of invitation, with their organisations."""
    return [each for each in asked(session, bid_id) if each.left_at is None]


def asked(session: Session, bid_id: int) -> Sequence[BidMember]:
    """All who were ever asked for a bid, also who said no or left."""
    return session.scalars(
        select(BidMember)
        .where(BidMember.bid_id == bid_id)
        .options(joinedload(BidMember.organisation), joinedload(BidMember.statement))
        .order_by(BidMember.id)
        .execution_options(populate_existing=True)
    ).all()


def backers(session: Session, bid_id: int, *, sealed: bool = False) -> Sequence[Backer]:
    """On whose means a bid relies now, in order of asking; `sealed`: with what they stated, locked."""
    statement = (
        select(Backer)
        .where(Backer.bid_id == bid_id, Backer.left_at.is_(None))
        .options(joinedload(Backer.organisation))
        .order_by(Backer.id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement.options(undefer(Backer.content)) if sealed else statement).all()


def refresh(session: Session, member: BidMember) -> None:
    """A member's row as it is now; whoever changes it holds its bid.

    Raises:
        NotTakingPart: it left.
    """
    session.refresh(member, [each.key for each in inspect(BidMember).column_attrs])
    if member.left_at is not None:
        raise NotTakingPart


def takes_part_elsewhere(
    session: Session, *, lot_id: int, bid_id: int, organisation_ids: Sequence[int]
) -> bool:
    """Whether one of these organisations stands in another bid on a lot that counts, alone or with others.

    Asked of the database past the fence of rows (migration 0027): the answer is yes or no, not who.
    """
    found: bool = session.scalar(
        select(func.takes_part_elsewhere(lot_id, bid_id, list(organisation_ids)))
    ) or False  # fmt: skip
    return found


def in_version(
    bid_id: SQLColumnExpression[int], version: SQLColumnExpression[Any], organisation_id: Any
) -> ColumnElement[bool]:
    """Whether an organisation signed along for a version of a bid."""
    return exists().where(
        and_(
            BidMember.bid_id == bid_id, BidMember.in_version == version,
            BidMember.organisation_id == organisation_id,
        )
    )  # fmt: skip


def takes_part(bid_id: SQLColumnExpression[int], organisation_id: Any) -> ColumnElement[bool]:
    """Whether an organisation joined a bid and did not leave."""
    return exists().where(
        BidMember.bid_id == bid_id, BidMember.organisation_id == organisation_id, BidMember.joined_at.is_not(None),
        BidMember.left_at.is_(None),
    )  # fmt: skip
