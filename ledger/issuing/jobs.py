"""What the worker does every morning: see whether the backing was counted."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.transaction import atomic
from ledger.instruments.queries import instruments
from ledger.instruments.rules import Code
from ledger.issuing.services import watch_count


def watch(session: Session, at: datetime) -> None:
    """Each instrument in a transaction of its own."""
    for code in [Code(each.code) for each in instruments(session)]:
        with atomic(session):
            watch_count(session, code=code, at=at)
