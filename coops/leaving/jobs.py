"""What the worker does for who left."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.leaving import services

FORGET = "leaving.forget"


def forget(session: Session, at: datetime) -> None:
    """Wipe why members left who are forgotten."""
    services.forget_reasons(session, at=at)
