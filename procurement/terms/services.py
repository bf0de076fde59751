"""Telling in a draft how a contract can be extended."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.tenders.models import Tender
from procurement.tenders.services import draft_changed, locked_draft
from procurement.terms import rules
from procurement.terms.models import TenderExtension


def set_extensions(
    session: Session, *, tender: Tender, times: int, months: int, notice_days: int, user_id: int, at: datetime
) -> Tender:
    """Say how often, how long and how early; 0 times: none. A draft that was checked is checked again.

    Raises:
        NotDraft: it is published.
        TimesWrong, MonthsWrong, NoticeWrong: at the field.
    """
    told = rules.check(times, months, notice_days)
    tender = locked_draft(session, tender, None)
    found = session.get(TenderExtension, tender.id)
    if told is None and found is not None:
        session.delete(found)
    elif told is not None:
        if found is None:
            found = TenderExtension(
                tender_id=tender.id, times=told.times, months=told.months, notice_days=told.notice_days,
                set_by_id=user_id, set_at=at,
            )  # fmt: skip
            session.add(found)
        found.times, found.months, found.notice_days = told.times, told.months, told.notice_days
        found.set_by_id, found.set_at = user_id, at
    return draft_changed(session, tender, "extensions", user_id, at)
