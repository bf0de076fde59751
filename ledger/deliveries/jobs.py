"""What the worker does for the calendar."""

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.deliveries import services


def remind(session: Session, at: datetime) -> None:
    """Remind who still has to hand in; a second run on the same day writes nothing."""
    services.remind(session, at=at)
