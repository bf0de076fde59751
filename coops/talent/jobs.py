"""The weekly round."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.talent import services

TIDY = "talent.tidy"


def tidy(session: Session, at: datetime) -> None:
    """Ask about silent profiles, and erase those not answered for."""
    services.tidy(session, at)
