"""What the worker publishes by itself: the end of contracts, and what was there before open data began."""

from datetime import datetime

from sqlalchemy.orm import Session

from procurement.publication import gateway, services

CATCH_UP = "publication.catch_up"


def catch_up(session: Session, at: datetime) -> None:  # noqa: ARG001 (the database's clock decides)
    """Once a night. Twice the same adds nothing."""
    services.catch_up(session, setting=gateway.setting())
