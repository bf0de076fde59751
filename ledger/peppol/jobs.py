"""What the worker does for the network: send what was handed over, and ask what became of it."""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from cwb.kernel.transaction import atomic
from ledger.peppol import queries
from ledger.peppol.errors import PointBusy
from ledger.peppol.gateway import access_point
from ledger.peppol.services import deliver

log = structlog.get_logger()


def deliver_one(session: Session, at: datetime, *, delivery_id: int) -> None:
    """Send one document; no answer: the queue tries again, under the same key."""
    if (point := access_point(session)) is not None:
        deliver(session, delivery_id=delivery_id, point=point, at=at)


def follow(session: Session, at: datetime) -> None:
    """Go on with all that did not end; one without an answer holds up no other."""
    point = access_point(session)
    if point is None:
        return
    for delivery_id in queries.under_way(session):
        try:
            with atomic(session):
                deliver(session, delivery_id=delivery_id, point=point, at=at)
        except PointBusy:
            log.warning("peppol", delivery=delivery_id)
