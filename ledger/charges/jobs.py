"""What the worker does for charges, every morning: tell holders of what lapses at the end of the quarter."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.transaction import atomic
from ledger.charges import services
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code


def tell_all(session: Session, at: datetime) -> None:
    """Each instrument in a transaction of its own; nobody is told twice within thirty days."""
    for code in [Code(each.code) for each in instruments.instruments(session) if each.rule.backed]:
        with atomic(session):
            services.tell(session, code=code, at=at)
