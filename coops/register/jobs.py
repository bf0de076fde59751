"""The one job of the register."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.register.services import count_again, remind_of_falling

RUN = "coops.register"
"""Every morning: whose evidence will fall within thirty days hears it, once; what facts make of each is counted."""


def run(session: Session, at: datetime) -> None:
    """Tell who is not told yet."""
    remind_of_falling(session, at=at)
    count_again(session, at=at)
