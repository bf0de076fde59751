"""What is forgotten in time."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.neighbours.services import forget_old

FORGET = "neighbours.forget"
"""Daily: offers, wants and talks of residents that ended."""


def forget(session: Session, at: datetime) -> None:
    """Delete what need not be kept any longer."""
    forget_old(session, at=at)
