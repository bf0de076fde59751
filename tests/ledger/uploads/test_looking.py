"""A look at a file leaves the anchor to others."""

from datetime import date

import pytest
from sqlalchemy import event, func, select

from cwb.identity.rules import Side
from cwb.kernel.money import Money
from ledger.spend.models import SpendLine
from ledger.spend.rules import Handed, LineFacts
from ledger.spend.services import record_rows
from ledger.suppliers.rules import SupplierFacts


@pytest.mark.parametrize(("dry", "held"), [(True, False), (False, True)])
def test_only_who_books_holds_the_anchor_and_the_sums(session, make_organisation, at, dry, held):
    anchor = make_organisation(Side.ANCHOR)
    lines = [LineFacts(SupplierFacts(name="Leverancier"), "F1", date(2026, 4, 5), Money.of("10"))]
    session.flush()
    said = []

    def hear(_connection, _cursor, statement, *_rest):
        said.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    try:
        undone = session.begin_nested()
        done = record_rows(session, anchor=anchor, rows=Handed(lines), actor_id=None, at=at, dry=dry)
        undone.rollback()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    assert done.added == 1
    assert (
        any("FROM party JOIN organisation" in each and "FOR NO KEY UPDATE" in each for each in said) is held
    )
    assert any("spend_rollup" in each for each in said) is held
    assert session.scalar(select(func.count()).select_from(SpendLine)) == 0
