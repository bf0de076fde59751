"""The one job of the clock."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.clock.services import run_due

RUN = "procurement.clock"
"""Every minute: letters for what has just closed, ended or is near."""


def run(session: Session, at: datetime) -> None:
    """Do what is due."""
    run_due(session, at=at)
