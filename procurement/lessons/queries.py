"""Reading letters as lessons."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from cwb.identity.models import Organisation
from procurement.awards.models import AwardDecision, AwardLetter, LotAward
from procurement.awards.queries import STANDS
from procurement.lessons.errors import LessonsNotShared
from procurement.lessons.models import LessonConsent
from procurement.opening.models import OpenedBid
from procurement.tenders.models import Tender


def letters(session: Session, organisation_id: int) -> Sequence[AwardLetter]:
    """The letters an organisation got, the latest first; what was withdrawn stays out."""
    return session.scalars(
        select(AwardLetter)
        .join(AwardLetter.decision)
        .join(AwardDecision.tender)
        .join(Tender.buyer)
        .join(OpenedBid, OpenedBid.id == AwardLetter.opened_bid_id)
        .join(
            LotAward, (LotAward.decision_id == AwardDecision.id) & (LotAward.lot_id == OpenedBid.lot_id)
        )
        .options(
            contains_eager(AwardLetter.decision)
            .contains_eager(AwardDecision.tender)
            .contains_eager(Tender.buyer),
            joinedload(AwardLetter.bid).joinedload(OpenedBid.lot),
        )
        .where(
            AwardLetter.organisation_id == organisation_id, AwardDecision.sent_at.is_not(None), STANDS,
        )
        .order_by(AwardDecision.sent_at.desc(), AwardLetter.id.desc())
    ).all()  # fmt: skip


def may_coach_read(session: Session, organisation_id: int) -> bool:
    """Whether the organisation's last word was yes."""
    last = (
        select(LessonConsent.is_given)
        .where(LessonConsent.organisation_id == organisation_id)
        .order_by(LessonConsent.id.desc())
        .limit(1)
    )
    return bool(session.scalar(last))


def shared(session: Session, public_id: UUID) -> Organisation:
    """An organisation whose coach may read.

    Raises:
        LessonsNotShared: none, or it said no.
    """
    found = session.scalars(select(Organisation).where(Organisation.public_id == public_id)).one_or_none()
    if found is None or not may_coach_read(session, found.id):
        raise LessonsNotShared
    return found


def sharing(session: Session) -> Sequence[Organisation]:
    """Organisations whose coach may read, by name."""
    latest = select(func.max(LessonConsent.id)).group_by(LessonConsent.organisation_id)
    return session.scalars(
        select(Organisation)
        .join(LessonConsent, LessonConsent.organisation_id == Organisation.id)
        .where(LessonConsent.id.in_(latest), LessonConsent.is_given)
        .order_by(Organisation.search_name)
    ).all()
