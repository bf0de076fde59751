"""What the worker does every morning: hold the stop rules of experiments that run against what is measured."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.transaction import atomic
from ledger.experiment.queries import running
from ledger.experiment.services import watch


def watch_all(session: Session, at: datetime) -> None:
    """Each experiment in a transaction of its own."""
    for each in running(session):
        with atomic(session):
            watch(session, experiment=each, at=at)
