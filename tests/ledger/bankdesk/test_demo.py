"""The demo's statement: what was known counts once, what came twice stands ahead, the rest waits, sure or bare."""

from datetime import timedelta
from pathlib import Path

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from ledger.bank import queries
from ledger.bankdesk import demo
from ledger.payments.services import record_payment


def test_the_demo_has_entries_that_match_are_suggested_and_belong_nowhere(desk):
    trade = desk.trade
    paid, late = trade.approve(trade.send()), trade.approve(trade.send())
    record_payment(
        trade.session, invoice=paid, amount=paid.open, paid_on=local_date(trade.at), reference="", key="a",
        actor=trade.purchaser, at=trade.at,
    )  # fmt: skip
    trade.seller.iban = desk.seller.number
    later = trade.at + timedelta(days=40)
    cast = {"coop": trade.seller.id, "coop/board": trade.member.user_id}
    agenda = Agenda(ends_at=later, facts={}, data_dir=Path(), cast=cast)
    demo.take(agenda, "coop", trade.session, later)
    assert [(each.state.value, each.amount) for each in desk.rows()] == [
        ("booked", paid.total_amount), ("open", late.total_amount),
        ("booked", paid.total_amount), ("open", -995), ("open", 2500),
    ]  # fmt: skip
    total = paid.total_amount
    assert desk.bookings() == [("payment", total, "known"), ("credit", total, "double")]
    standing = queries.find_standing(trade.session, trade.seller.id)
    assert (standing.waiting, standing.difference) == (late.total_amount + 1505, 0)
    assert Money(standing.books) == Money(2 * paid.total_amount)
