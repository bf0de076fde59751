"""What the worker does for the outbox."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cwb.config import Config
from cwb.notifications import services
from cwb.notifications.gateway import sender

KEPT = timedelta(days=90)


def send(session: Session, at: datetime) -> None:
    """Send what waits, and forget what was sent long ago."""
    services.send_waiting(session, at, sender=sender(Config.from_environment()))
    services.clear_sent(session, at - KEPT)
