"""What is due and not done yet, over all tenders in one statement."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, literal, select, union_all
from sqlalchemy.orm import Session

from cwb.identity.models import Mandate, User
from cwb.kernel.policy import Role
from procurement.bids.models import Bid
from procurement.clock.models import ClockMark
from procurement.clock.rules import BEFORE_CLOSING, Act
from procurement.opening.models import OpenedBid
from procurement.sealing.models import KeyShare
from procurement.tenders.models import Tender

_MOMENTS: Sequence[tuple[Act, ColumnElement[datetime | None]]] = (
    (Act.QUESTIONS_CLOSED, Tender.questions_until.expression),
    (Act.APPLYING_CLOSED, Tender.apply_until.expression),
    (Act.REMIND_WEEK, Tender.closes_at - BEFORE_CLOSING[Act.REMIND_WEEK]),
    (Act.REMIND_DAY, Tender.closes_at - BEFORE_CLOSING[Act.REMIND_DAY]),
    (Act.CLOSED, Tender.closes_at.expression),
    (Act.NOTHING_RECEIVED, Tender.opened_at.expression),
    (Act.STANDSTILL_OVER, Tender.standstill_until.expression),
)
"""Each act with the moment it is due. Who received nothing is known once the bids were opened, to nobody before."""


def due(session: Session, at: datetime) -> Sequence[tuple[int, Act, datetime]]:
    """Tender, act and moment of everything that is due at an instant and has no mark, in order of moment."""
    parts: list[Select[int, str, datetime | None]] = []
    for act, moment in _MOMENTS:
        done = exists().where(
            ClockMark.tender_id == Tender.id, ClockMark.what == act.value, ClockMark.due_at == moment
        )
        wanted = [Tender.published_at.is_not(None), moment <= at, ~done]
        if act is Act.NOTHING_RECEIVED:
            wanted.append(~exists().where(OpenedBid.tender_id == Tender.id, OpenedBid.fault.is_(None)))
        if act in BEFORE_CLOSING:
            wanted.append(moment > Tender.published_at)
        parts.append(
            select(
                Tender.id.label("tender_id"), literal(act.value).label("what"), moment.label("due_at")
            ).where(*wanted)
        )
    every = union_all(*parts).subquery()
    rows = session.execute(
        select(every.c.tender_id, every.c.what, every.c.due_at).order_by(
            every.c.due_at, every.c.tender_id, every.c.what
        )
    ).all()
    return [(row.tender_id, Act(row.what), row.due_at) for row in rows]


def draft_keepers(session: Session, tender_id: int) -> Sequence[User]:
    """People of organisations with a draft that was not handed in as it is, each once."""
    return session.scalars(
        select(User)
        .join(Mandate, (Mandate.user_id == User.id) & Mandate.ended_at.is_(None))
        .join(Bid, Bid.organisation_id == Mandate.organisation_id)
        .where(
            Bid.tender_id == tender_id, Bid.withdrawn_at.is_(None), Mandate.role.in_((Role.BOARD, Role.MEMBER)),
            Bid.submitted_draft.is_distinct_from(Bid.draft_version), User.erased_at.is_(None),
        )
        .distinct()
        .order_by(User.id)
    ).all()  # fmt: skip


def officers(session: Session, key_id: int | None) -> Sequence[User]:
    """The two who open."""
    return session.scalars(
        select(User)
        .join(KeyShare, KeyShare.user_id == User.id)
        .where(KeyShare.key_id == key_id, KeyShare.part == "officer", User.erased_at.is_(None))
        .order_by(User.id)
    ).all()
