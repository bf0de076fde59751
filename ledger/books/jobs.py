"""What the worker does for the books."""

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.books import services


def expire_reservations(session: Session, at: datetime) -> None:
    """End the reservations whose time is over."""
    services.expire_due(session, at=at)
