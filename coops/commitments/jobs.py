"""The daily round over what anchors said they would do."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.commitments import services

WRITE = "commitments.days"


def write(session: Session, at: datetime) -> None:
    """Remind of days that are near, and tell of those that went by."""
    services.write_of_days(session, at)
