"""Reading notes about TenderNed, and which tenders still lack theirs."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from procurement.announcements.models import Announcement
from procurement.tenders.models import Tender


def notes(session: Session, tender_id: int) -> Sequence[Announcement]:
    """All notes, newest first, with who made them."""
    return session.scalars(
        select(Announcement)
        .where(Announcement.tender_id == tender_id)
        .options(joinedload(Announcement.noted_by))
        .order_by(Announcement.id.desc())
    ).all()


tasks = Tasks(
    Waiting(
        N_("Zet %(number)s op TenderNed en noteer het kenmerk: %(title)s"), "announcements.show",
        frozenset({Role.PURCHASER}),
        rows(number=Tender.number, title=Tender.title)
        .where(
            Tender.buyer_id == ORGANISATION, Tender.published_at.is_not(None), Tender.cancelled_at.is_(None),
            Tender.unsuccessful_at.is_(None), Tender.completed_at.is_(None),
            Tender.procedure_facts["row"]["announced"].as_boolean(),
            ~exists().where(Announcement.tender_id == Tender.id, Announcement.published_on.is_not(None)),
        )
        .order_by(Tender.published_at),
        {"number": "number"},
    ),
)  # fmt: skip
"""Public tenders that must stand on TenderNed, and of which that was not noted yet."""
