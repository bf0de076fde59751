"""What is forgotten in time."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.sealing.services import forget_attempts

FORGET = "sealing.forget_attempts"
"""Daily: tries of passphrases older than a year."""


def forget(session: Session, at: datetime) -> None:
    """Erase old tries."""
    forget_attempts(session, at=at)
