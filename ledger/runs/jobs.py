"""What the worker does with files."""

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.runs import services


def work_on_file(session: Session, at: datetime, *, run_id: int) -> None:
    """Read, book or take back one file."""
    services.work_on_file(session, run_id=run_id, at=at)


def ask_again(session: Session, _at: datetime) -> None:
    """Begin anew what a worker left when it died."""
    services.ask_again(session)
