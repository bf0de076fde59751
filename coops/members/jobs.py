"""What the worker does for the member register."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.members import services

FORGET = "members.forget"


def forget(session: Session, at: datetime) -> None:
    """Wipe members who left long ago."""
    services.forget_members(session, at=at)
