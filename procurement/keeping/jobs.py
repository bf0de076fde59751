"""What is forgotten in time."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.keeping.services import forget_drafts

FORGET = "bids.forget_drafts"
"""Daily: drafts of tenders that closed a month ago."""


def forget(session: Session, at: datetime) -> None:
    """Erase drafts nobody can hand in any more."""
    forget_drafts(session, at=at)
