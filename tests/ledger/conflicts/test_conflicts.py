"""Two amounts for one invoice: a person decides once, and the purchase counts once either way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from cwb.kernel.policy import Role
from ledger.conflicts import queries
from ledger.conflicts.errors import ConflictDecided, ConflictUnknown
from ledger.conflicts.models import SpendDecision
from ledger.conflicts.services import decide
from ledger.rollups.queries import verify
from ledger.spend.errors import ReasonMissing
from ledger.spend.models import SpendLine


@pytest.fixture
def clash(session, trade, spend):
    """The invoice says 325, the ledger 100 and 300."""
    invoice = trade.approve(trade.send())
    lines = [
        spend.line(trade.seller.name, euros, invoice.number, supplier_kvk_number=trade.seller.kvk_number)
        for euros in ("100.00", "300.00")
    ]
    spend.record(*lines, anchor=trade.buyer)
    return queries.clashes(session, trade.buyer.id)[0]


@pytest.fixture
def say(session, trade, make_user, at):
    user = make_user()

    def say(clash, *, same, reason="nagevraagd"):
        return decide(
            session,
            anchor=trade.buyer,
            clash=clash.public_id,
            same=same,
            reason=reason,
            actor_id=user.id,
            at=at,
        )

    return say


def counted(session):
    return session.scalar(select(func.sum(SpendLine.net_amount)).where(SpendLine.weight != 0))


def test_both_amounts_are_shown_and_the_same_purchase_counts_once(session, trade, clash, say):
    assert (clash.waiting, clash.lines, clash.counting, clash.from_file) == (40_000, 2, 32_500, True)
    with pytest.raises(ReasonMissing):
        say(clash, same=True, reason=" ")
    assert say(clash, same=True) == 2
    assert (counted(session), queries.clashes(session, trade.buyer.id)) == (32_500, [])
    with pytest.raises(ConflictDecided):
        say(clash, same=False)
    assert counted(session) == 32_500


def test_what_is_not_alike_is_named_where_the_amounts_are(session, trade, spend, sign_in):
    invoice = trade.approve(trade.send())
    first = spend.line(trade.seller.name, "325", invoice.number, supplier_kvk_number=trade.seller.kvk_number)
    for line in (first, replace(first, invoice_on=first.invoice_on - timedelta(days=4))):
        spend.record(line, anchor=trade.buyer)
    [found] = queries.clashes(session, trade.buyer.id)
    assert (found.waiting, found.differs) == (found.counting, ("day",))
    session.commit()
    page = sign_in(Role.PURCHASER, trade.buyer).get("/spend/conflicts").text
    assert 'data-label="Wat verschilt?">de dag (' in page


def test_two_purchases_both_count_and_the_sums_say_so(session, trade, clash, say):
    say(clash, same=False)
    assert (counted(session), queries.clash(session, trade.buyer.id, clash.public_id)) == (72_500, None)
    assert verify(session).differences == 0
    with pytest.raises(ConflictUnknown):
        queries.clash(session, trade.seller.id, clash.public_id)


def test_a_ledger_that_was_earlier_counts_until_somebody_decides(session, trade, spend, say):
    sent = trade.send()
    line = spend.line(trade.seller.name, "400.00", sent.number, supplier_kvk_number=trade.seller.kvk_number)
    spend.record(line, anchor=trade.buyer)
    trade.approve(sent)
    clash = queries.clashes(session, trade.buyer.id)[0]
    assert (clash.waiting, clash.counting, clash.from_file, counted(session)) == (
        32_500,
        40_000,
        False,
        40_000,
    )
    say(clash, same=False)
    assert counted(session) == 72_500


def test_a_decision_is_never_changed(session, clash, say):
    say(clash, same=True)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(delete(SpendDecision))


def test_a_purchaser_finds_it_among_what_waits_and_decides(session, trade, clash, sign_in):
    browser = sign_in(Role.PURCHASER, trade.buyer)
    assert "Aankopen die misschien dubbel zijn: " in browser.get("/").get_data(as_text=True)
    assert str(clash.public_id) in browser.get("/spend/conflicts").get_data(as_text=True)
    address = f"/spend/conflicts/{clash.public_id}"
    page = browser.get(address).get_data(as_text=True)
    assert ["325,00" in page, "400,00" in page, "75,00" in page] == [True] * 3
    assert browser.post(address, data={"reason": "x"}).status_code == 422
    assert browser.post(address, data={"answer": "no", "reason": "twee leveringen"}).status_code == 303
    assert (counted(session), browser.get(address).status_code) == (72_500, 303)
    assert "Er wacht niets op u" in browser.get("/spend/conflicts").get_data(as_text=True)
    assert sign_in(Role.PURCHASER).get(address).status_code == 404
