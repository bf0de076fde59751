"""The one job of registering."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.enrolment.services import forget

FORGET = "coops.enrolment.forget"
"""Every night: registrations that nobody touched for half a year go, with their papers."""


def forget_old(session: Session, at: datetime) -> None:
    """Throw them away."""
    forget(session, at=at)
