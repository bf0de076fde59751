"""What the worker does for the proof: the pulse that seals, the daily head, the nightly verification."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.proof import queries, services
from ledger.proof.errors import BooksUnsound


def seal(session: Session) -> None:
    """Seal what was committed since the last beat."""
    services.seal_transfers(session)


def publish_head(session: Session, at: datetime) -> None:
    """Publish the head of the day."""
    services.publish_head(session, at=at)


def verify(session: Session, at: datetime) -> None:  # noqa: ARG001 (every job is given the instant)
    """Recompute everything; a fault makes the job fail, and the operator is told.

    Raises:
        BooksUnsound: something is wrong.
    """
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    found = queries.verdict(session)
    if not found.sound:
        raise BooksUnsound(faults=asdict(found))
