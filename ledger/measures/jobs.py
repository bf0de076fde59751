"""What the worker does every night: measure what local money did, up to the midnight before."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.transaction import atomic
from ledger.instruments.queries import instruments
from ledger.instruments.rules import Code
from ledger.measures.queries import MEASURED
from ledger.measures.services import measure


def measure_all(session: Session, at: datetime) -> None:
    """Each instrument in a transaction of its own."""
    for each in instruments(session):
        if each.code in MEASURED:
            with atomic(session):
                measure(session, code=Code(each.code), at=at)
