"""The one job of proof."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.proofs.services import remind

RUN = "procurement.proofs"
"""Every morning: who still has to show proof within two days hears it, once."""


def run(session: Session, at: datetime) -> None:
    """Tell who is not told yet."""
    remind(session, at=at)
