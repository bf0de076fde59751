"""The one job of ending contracts made elsewhere."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.endings.services import alert

RUN = "procurement.endings"
"""Every morning: who has a contract made elsewhere that is about to end hears it, once."""


def run(session: Session, at: datetime) -> None:
    """Tell who is not told yet."""
    alert(session, at=at)
