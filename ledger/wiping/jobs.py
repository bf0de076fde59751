"""What the worker wipes, every night."""

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.wiping import services


def wipe(session: Session, at: datetime) -> None:
    """Names and account numbers that are kept no longer."""
    services.wipe_numbers(session, at=at)
