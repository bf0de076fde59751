"""Message, page of return and holder at the same moment: money comes once, and leaves once."""

from uuid import uuid4

from cwb.kernel import clock
from cwb.kernel.money import Money
from ledger.checkout import services as payments
from ledger.topups import queries, services
from ledger.topups.rules import Standing
from ledger.wallets import queries as wallets
from ledger.wallets import services as wallet_services
from tests.keeping import hear_all
from tests.ledger.topups.conftest import open_desk


def test_four_who_look_at_once_issue_once_and_a_refund_meets_a_purchase(at_once, build_trade):
    at = clock.now()
    with at_once.atomic() as session:
        hear_all(session)
        desk = open_desk(session, at, build_trade(session, at))
        order = desk.place("50.00")
        order_id, public_id, page = order.id, order.public_id, order.session
        mine, shop, actor = desk.circle.mine.public_id, desk.circle.shop.code, desk.payer
        party_id = desk.circle.mine.party_id
    desk.twin.pay(page)

    def look(session):
        hear_all(session)
        payments.settle(session, order_id=order_id, provider=desk.door, at=at)
        return "looked"

    assert at_once.run(*[look] * 4) == ["looked"] * 4
    with at_once.atomic() as session:
        own = wallets.wallet(session, mine, party_id)
        assert wallets.free(session, own) == Money(50_00)
        assert queries.of_order(session, order_id).acts == 1

    def spend(session):
        hear_all(session)
        own = wallets.wallet(session, mine, party_id)
        wallet_services.pay(
            session, payer=own, to=shop, amount=Money(30_00), note="", token=uuid4(), actor=actor, at=at
        )
        return "spent"

    def back(session):
        hear_all(session)
        services.give_back(session, public_id=public_id, amount=Money(40_00), actor=actor, at=at)
        return "back"

    answers = sorted(at_once.run(spend, back))
    assert answers in (["FloorPassed", "back"], ["BackAboveRest", "spent"], ["back", "spent"])
    with at_once.atomic() as session:
        desk.circle.session, desk.circle.mine = session, wallets.wallet(session, mine, party_id)
        standing = queries.of_order(session, order_id).standing
        if answers == ["back", "spent"]:  # it was spent between the look and the booking: then it is owed
            assert standing == Standing(30_00, 20_00, 0, 0)
        else:
            assert standing.owed == 0
        desk.sound()
