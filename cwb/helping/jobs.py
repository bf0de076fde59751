"""The daily round of helping."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.helping import services

END = "helping.end"


def end(session: Session, at: datetime) -> None:
    """End the help whose last day has passed."""
    services.end_what_is_over(session, at=at)
