"""The one job of ending contracts."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.renewals.services import alert

RUN = "procurement.renewals"
"""Every morning: who has a contract that is about to end hears it, once."""


def run(session: Session, at: datetime) -> None:
    """Tell who is not told yet."""
    alert(session, at=at)
