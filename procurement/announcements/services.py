"""Noting that a tender stands on TenderNed, or why not yet."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from procurement.announcements import errors
from procurement.announcements.models import Announcement
from procurement.announcements.rules import Notice, check_notice
from procurement.procedures.rules import row_of
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act


def is_needed(tender: Tender) -> bool:
    """Whether the procedure that a tender started with asks for a notice on TenderNed."""
    row = row_of(tender.procedure_facts)
    return row is not None and row.announced


def note_at_publication(
    session: Session, *, tender: Tender, notice: Notice | None, user_id: int, at: datetime
) -> None:
    """Keep what is said about TenderNed when a tender goes public; nothing where none is needed.

    Raises:
        AnnouncementMissing: needed, and nothing was said.
        RuleBroken: one of `rules.check_notice`.
    """
    if is_needed(tender):
        _note(session, tender, notice or Notice(), user_id, at)


def note_announcement(
    session: Session, *, tender: Tender, notice: Notice, user_id: int, at: datetime
) -> Announcement:
    """Note it later, or better; earlier notes stay.

    Raises:
        NotAnnounced: not needed, not public, or stopped.
        RuleBroken: one of `rules.check_notice`.
    """
    if not is_needed(tender) or tender.published_at is None or tender.cancelled_at is not None:
        raise errors.NotAnnounced
    return _note(session, tender, notice, user_id, at)


def _note(session: Session, tender: Tender, notice: Notice, user_id: int, at: datetime) -> Announcement:
    check_notice(notice, local_date(at))
    notice = notice.tidy()
    made = Announcement(
        tender_id=tender.id, published_on=notice.published_on, reference=notice.reference, why_not=notice.why_not,
        noted_by_id=user_id, noted_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note_act(
        session, "tender.announced" if notice.published_on else "tender.not_announced", tender, user_id, at,
        reference=notice.reference,
    )  # fmt: skip
    return made
