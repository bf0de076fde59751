"""The daily round."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.privacy import services

CLEAR_UP = "privacy.clear_up"


def clear_up(session: Session, at: datetime) -> None:
    """Clear what is over and ask or erase idle accounts."""
    services.clear_up(session, at)
