"""Reading outages, and the tenders they touch."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from procurement.outages.models import Outage
from procurement.sealing.models import ShareRelease
from procurement.tenders.models import Tender


def outages(session: Session) -> Sequence[Outage]:
    """Every outage, latest first."""
    return session.scalars(select(Outage).order_by(Outage.began_at.desc()).limit(200)).all()


def overlaps(session: Session, began_at: datetime, ended_at: datetime) -> bool:
    """Whether some of this time was noted before."""
    return bool(
        session.scalar(select(exists().where(Outage.began_at < ended_at, Outage.ended_at > began_at)))
    )


def touched(session: Session, began_at: datetime) -> Sequence[int]:
    """Published tenders that took bids or applications when it began or later, and whose opening has not begun."""
    return session.scalars(
        select(Tender.id)
        .where(
            Tender.published_at.is_not(None), or_(Tender.closes_at > began_at, Tender.apply_until > began_at),
            Tender.opened_at.is_(None), Tender.cancelled_at.is_(None), Tender.unsuccessful_at.is_(None),
            ~exists().where(ShareRelease.key_id == Tender.key_id),
        )
        .order_by(Tender.id)
    ).all()  # fmt: skip
