"""What is forgotten in time."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.exchange.services import forget_adverts

FORGET = "exchange.forget"
"""Daily: adverts that ended long ago."""


def forget(session: Session, at: datetime) -> None:
    """Delete adverts whose term of keeping is over."""
    forget_adverts(session, at=at)
