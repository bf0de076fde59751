"""What the worker does for plans."""

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.recurring import services


def enqueue_due(session: Session, at: datetime) -> None:
    """Every day: have each plan looked at; a second run on one day makes nothing twice."""
    services.enqueue_due(session, at)


def make_one(session: Session, at: datetime, *, plan_id: int) -> None:
    """Make what is due of one plan."""
    services.make_due(session, plan_id=plan_id, at=at)
