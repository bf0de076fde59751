"""The one job of fair work."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.pay_statements.services import tell_lapsing
from procurement.resident_work.services import forget_drafts

RUN = "procurement.fair_work"
"""Every morning: whose pay statement lapses hears it, once; reports that nobody sent for half a year go."""


def run(session: Session, at: datetime) -> None:
    """Tell who is not told yet, and tidy."""
    tell_lapsing(session, at=at)
    forget_drafts(session, at=at)
