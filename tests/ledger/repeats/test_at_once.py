"""One takes a file back, or approves an invoice, while another hands in a file with its lines."""

import pytest
from sqlalchemy import func, select

from cwb.identity.models import Organisation
from ledger.corrections.services import undo_import
from ledger.rollups.queries import verify
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.rules import Handed
from ledger.spend.services import record_invoice
from tests.ledger.spend.conftest import purchase
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


@pytest.mark.slow
def test_an_invoice_is_approved_while_the_rest_of_it_comes_in_a_file(at_once, build_trade):
    with at_once.atomic() as session:
        trade = build_trade(session, AT)
        sent, seller, buyer_id = trade.send(), trade.seller, trade.buyer.id
        facts = {"number": sent.number, "supplier_kvk_number": seller.kvk_number}
        parts = [purchase(seller.name, euros, **facts) for euros in ("200.00", "125.00")]
        whole, invoice_id, seller_id = purchase(seller.name, "325.00", sent.number), sent.id, seller.id
        import_rows(session, buyer_id, Handed(parts[:1]))

    def approve(session):
        anchor, by = (session.get_one(Organisation, each) for each in (buyer_id, seller_id))
        record_invoice(session, anchor=anchor, seller=by, line=whole, invoice_id=invoice_id, at=AT)

    def save(session):
        return import_rows(session, buyer_id, Handed(parts)).added

    assert at_once.run(approve, save) == [None, 1]
    with at_once.atomic() as session:
        counts = select(func.sum(SpendLine.net_amount)).where(SpendLine.weight != 0)
        assert session.scalar(counts) == 32_500
        assert verify(session).differences == 0
