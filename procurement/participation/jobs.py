"""The one job of frameworks with several parties."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.participation.services import remind

RUN = "procurement.participation"
"""Every morning: who was asked to take part and did not answer for a week hears it again, once."""


def run(session: Session, at: datetime) -> None:
    """Remind who is not reminded yet."""
    remind(session, at=at)
