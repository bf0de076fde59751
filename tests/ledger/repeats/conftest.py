"""Files that hold the same lines."""

import pytest
from sqlalchemy import func, select

from ledger.corrections.services import undo_import
from ledger.rollups.queries import verify
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.rules import File, Handed
from ledger.spend.services import record_rows
from tests.ledger.spend.conftest import spend

__all__ = ["spend"]


@pytest.fixture
def book(session, spend):
    """Book lines as a file of that name; the import."""

    def book(*lines, name="a.csv", anchor=None):
        done = record_rows(
            session, anchor=anchor or spend.anchor, rows=Handed(lines), file=File(name, name), actor_id=None, at=spend.at
        )  # fmt: skip
        return session.get_one(SpendImport, done.import_id)

    return book


@pytest.fixture
def counts(session):
    """What counts in all, in cents; the sums that are kept say the same."""

    def counts():
        assert verify(session).differences == 0
        return session.scalar(
            select(func.coalesce(func.sum(SpendLine.net_amount), 0)).where(SpendLine.weight != 0)
        )

    return counts


@pytest.fixture
def take_back(session, spend):
    """Take a file back; how many lines count no more."""

    def take_back(made):
        return undo_import(session, made=made, reason="verkeerd", actor_id=None, at=spend.at).line_count

    return take_back
