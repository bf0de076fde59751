"""Sealing transfers and publishing the head of the chain, in the caller's transaction."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.kernel import clock
from ledger.proof.models import ChainHead
from ledger.proof.queries import chain_tip

BATCH = 2000
"""Transfers per sealing: a batch takes about a tenth of a second."""


def seal_transfers(session: Session, *, limit: int = BATCH) -> int:
    """Link committed transfers that have no seal yet, at most `limit`; says how many.

    One sealer works at a time; posting never waits for it.
    """
    return session.scalar(select(func.books_seal(limit))) or 0


def publish_head(session: Session, *, at: datetime) -> ChainHead:
    """The head of the chain for the day (Amsterdam) of `at`, made at the first call of that day."""
    day = clock.local_date(at)
    if there := session.get(ChainHead, day):
        return there
    while seal_transfers(session) == BATCH:
        pass
    tip = chain_tip(session)
    head = ChainHead(day_on=day, seq=tip.seq, hash=tip.hash, published_at=at)
    session.add(head)
    session.flush()
    return head
