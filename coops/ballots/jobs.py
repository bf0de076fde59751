"""What the worker does for votes: count those that are over."""

from datetime import datetime

from sqlalchemy.orm import Session

from coops.ballots import queries
from coops.ballots.services import count
from cwb.kernel.transaction import atomic

COUNT = "coops.ballots_count"


def count_due(session: Session, at: datetime) -> None:
    """Each vote that is over in a transaction of its own."""
    for ballot_id in queries.due(session, at):
        with atomic(session):
            count(session, ballot_id=ballot_id, at=at)
