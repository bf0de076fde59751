"""What the worker does for received invoices: fetch what the network brought."""

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from cwb.config import Config
from cwb.kernel.transaction import atomic
from ledger.incoming.services import keep_inbound
from ledger.peppol.errors import PointBusy
from ledger.peppol.gateway import AccessPoint, access_point

log = structlog.get_logger()


def fetch(session: Session, at: datetime) -> None:
    """Take in all that came, each in a transaction of its own."""
    point = access_point(session, Config.from_environment().data_dir / "practice" / "peppol")
    if point is not None:
        take_all(session, point, at)


def take_all(session: Session, point: AccessPoint, at: datetime) -> int:
    """Take in what an access point has, and thank for it afterwards: what comes again is known. How many came."""
    try:
        arrived = point.arrived()
    except PointBusy:
        log.warning("peppol", fetched="no answer")
        return 0
    for each in arrived:
        with atomic(session):
            keep_inbound(session, provider_id=each.number, content=each.document, at=at)
        point.thank(each.number)
    return len(arrived)
