"""What the worker does for saved interests."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.interests import services

DIGEST = "interests.digest"


def digest(session: Session, at: datetime) -> None:
    """Send what is new to whoever's moment came."""
    services.send_due(session, at=at)
