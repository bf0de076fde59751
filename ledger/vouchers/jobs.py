"""What the worker does for paper vouchers, every night: what nobody redeemed goes back."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.transaction import atomic
from ledger.books.errors import CeilingPassed
from ledger.vouchers import queries, services


def bring_back(session: Session, at: datetime) -> None:
    """Each sheet in a transaction of its own; one whose wallet is full waits for another night."""
    for sheet_id in queries.due(session, at):
        try:
            with atomic(session):
                services.expire(session, sheet_id=sheet_id, at=at)
        except CeilingPassed:
            continue
