"""A holder takes back what was asked: the units are free again, and of this and paying it one wins."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from ledger.instruments import queries as reading
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from ledger.wallets import errors, queries, services
from ledger.wallets.models import Wallet
from tests.ledger.wallets.conftest import build


def out(circle):
    return reading.supply(circle.session, reading.instrument(circle.session, Code.NWE)).minor


def test_who_takes_a_request_back_may_spend_again_and_nobody_pays_it(circle):
    circle.issue(circle.mine, "30.00")
    facts = circle.facts(party_id=circle.resident.id)
    asked = services.ask_refund(circle.session, wallet=circle.mine, amount=Money(29_00), **circle.facts())
    with pytest.raises(errors.WalletUnknown):
        services.withdraw_refund(
            circle.session, public_id=asked.public_id, **facts | {"party_id": circle.shop.party_id}
        )
    services.withdraw_refund(circle.session, public_id=asked.public_id, **facts)
    assert (asked.withdrawn_at, queries.waiting(circle.session, circle.mine.id)) == (circle.at, None)
    assert queries.free(circle.session, circle.mine) == Money(30_00)
    for act, more in ((services.pay_refund, circle.facts()), (services.withdraw_refund, facts)):
        with pytest.raises(errors.RefundWithdrawn):
            act(circle.session, public_id=asked.public_id, **more)
    circle.pay(circle.mine, circle.shop, "20.00", uuid4())
    again = services.ask_refund(circle.session, wallet=circle.mine, amount=Money(10_00), **circle.facts())
    services.pay_refund(circle.session, public_id=again.public_id, **circle.facts())
    with pytest.raises(errors.RefundDone):
        services.withdraw_refund(circle.session, public_id=again.public_id, **facts)
    assert (out(circle), verdict(circle.session).sound) == (20_00, True)


def test_after_the_simulation_there_is_nothing_to_take_back(circle):
    circle.issue(circle.mine, "30.00")
    asked = services.ask_refund(circle.session, wallet=circle.mine, amount=Money(9_00), **circle.facts())
    circle.go_live()
    with pytest.raises(errors.OldSimulation):
        services.withdraw_refund(
            circle.session, public_id=asked.public_id, **circle.facts(party_id=circle.resident.id)
        )


def test_a_request_taken_back_stays_so_in_the_database(circle):
    circle.issue(circle.mine, "30.00")
    asked = services.ask_refund(circle.session, wallet=circle.mine, amount=Money(10_00), **circle.facts())
    half = f"UPDATE wallet_refund SET withdrawn_at = asked_at WHERE id = {asked.id}"
    with pytest.raises(DatabaseError, match="ck_wallet_refund_withdrawn"), circle.session.begin_nested():
        circle.session.execute(text(half))
    services.withdraw_refund(
        circle.session, public_id=asked.public_id, **circle.facts(party_id=circle.resident.id)
    )
    for change in (
        "UPDATE wallet_refund SET withdrawn_at = NULL, withdrawn_by_id = NULL",
        "UPDATE wallet_refund SET fee = 0, transfer_id = reserved_id, paid_at = asked_at, paid_by_id = asked_by_id",
    ):
        with pytest.raises(DatabaseError, match="kept as it is"), circle.session.begin_nested():
            circle.session.execute(text(change))


@pytest.mark.slow
def test_of_paying_a_request_and_taking_it_back_one_wins(at_once, build_trade, at):
    with at_once.atomic() as session:
        circle = build(session, at, build_trade(session, at))
        circle.issue(circle.mine, "100.00")
        asked = services.ask_refund(session, wallet=circle.mine, amount=Money(40_00), **circle.facts())
        public_id, party_id, mine, actor = asked.public_id, circle.resident.id, circle.mine.id, circle.actor

    def paying(session):
        services.pay_refund(session, public_id=public_id, actor=actor, at=at)
        return "paid"

    def taking(session):
        services.withdraw_refund(session, public_id=public_id, party_id=party_id, actor=actor, at=at)
        return "back"

    answers = at_once.run(*[paying, taking] * 4)
    won = [each for each in answers if each in {"paid", "back"}]
    assert len(won) == 1
    assert set(answers) - set(won) == {"RefundDone" if won == ["paid"] else "RefundWithdrawn"}
    with at_once.atomic() as session:
        account = queries.account(session, session.get_one(Wallet, mine))
        assert (account.posted, account.pending_out) == (60_00 if won == ["paid"] else 100_00, 0)
        assert verdict(session).sound
