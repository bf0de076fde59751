"""One takes a file back while another hands in a file with the same lines."""

import pytest
from sqlalchemy import func, select

from cwb.identity.models import Organisation
from ledger.corrections.services import undo_import
from ledger.rollups.queries import verify
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.rules import Handed
from tests.ledger.spend.test_at_once import AT, LINES, anchor_id, import_rows

__all__ = ["anchor_id"]


@pytest.mark.slow
def test_a_file_is_taken_back_while_another_with_its_lines_is_saved(at_once, anchor_id):
    with at_once.atomic() as session:
        import_id = import_rows(session, anchor_id, Handed(LINES[:15])).import_id

    def take_back(session):
        made = session.get_one(SpendImport, import_id)
        return undo_import(session, made=made, reason="x", actor_id=None, at=AT).line_count

    def save(session):
        assert session.get_one(Organisation, anchor_id)
        return import_rows(session, anchor_id, Handed(LINES)).added

    assert at_once.run(take_back, save) in ([0, 5], [15, 20])
    with at_once.atomic() as session:
        assert session.scalar(select(func.sum(SpendLine.weight))) == 20
        assert verify(session).differences == 0
