"""What a till gives back, and what a day came to."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from ledger.pins.errors import PinMissing
from ledger.pins.rules import Hand, How
from ledger.proof.queries import verdict
from ledger.shops import errors, queries, services
from ledger.shops.models import PaymentReturn
from tests.ledger.wallets.conftest import build

BARE, PINNED = Hand(How.NONE, Money(25_00)), Hand(How.PIN, Money(25_00))


def back(circle, paid, amount, hand=PINNED, **more):
    facts = {"party_id": circle.shop.party_id, "token": uuid4()} | circle.facts() | more
    services.give_back(circle.session, public_id=paid.public_id, amount=Money.of(amount), hand=hand, **facts)


def sold(circle, amount="30.00", **more):
    circle.issue(circle.mine, amount)
    return circle.pay(circle.mine, circle.shop, amount, uuid4(), **more)


def test_a_payment_goes_back_in_parts_and_never_more_than_was_paid(circle):
    paid = sold(circle)
    back(circle, paid, "10.00")
    with pytest.raises(errors.TooMuchBack):
        back(circle, paid, "20.01")
    with pytest.raises(PinMissing), circle.session.begin_nested():
        sold(circle, "100.00")
        back(circle, paid, "20.00", Hand(How.NONE, Money(5_00)))
    back(circle, paid, "20.00")
    with pytest.raises(errors.TooMuchBack):
        back(circle, paid, "0.01")
    assert queries.returned(circle.session, [paid.id]) == {paid.id: Money(30_00)}
    assert verdict(circle.session).sound


def test_only_who_received_gives_back_and_what_went_back_is_no_sale(circle):
    paid, token = sold(circle), uuid4()
    with pytest.raises(errors.SaleUnknown):
        back(circle, paid, "1.00", party_id=circle.resident.id)
    for _ in range(2):  # the same form twice
        back(circle, paid, "1.00", token=token)
    given = circle.session.query(PaymentReturn).one()
    again = type("Back", (), {"public_id": circle.session.get_one(type(paid), given.back_id).public_id})
    with pytest.raises(errors.SaleUnknown):
        back(circle, again, "1.00", party_id=circle.resident.id)


def test_a_day_is_what_came_in_from_midnight_to_midnight_less_what_went_back(circle):
    one = sold(circle)
    sold(circle, "5.00", at=circle.at - timedelta(days=1))
    back(circle, one, "10.00")
    ids, on = [circle.shop.id], local_date(circle.at)
    found = queries.days(circle.session, ids, on)[circle.shop.id]
    assert (found.received, found.count, found.returned, found.total) == (
        Money(30_00),
        1,
        Money(10_00),
        Money(20_00),
    )
    yesterday = queries.days(circle.session, ids, on - timedelta(days=1))[circle.shop.id]
    assert (yesterday.received, yesterday.total) == (Money(5_00), Money(5_00))
    assert queries.days(circle.session, [], on) == {}
    both = queries.days(circle.session, [circle.mine.id, circle.shop.id], on)
    assert both[circle.mine.id].count == 0  # what a resident got back is nothing they sold
    assert both[circle.shop.id] == found  # and no wallet is in the sum of another


def test_the_database_lets_no_more_go_back_and_to_nobody_else(circle):
    paid = sold(circle)
    circle.issue(circle.shop, "50.00")
    for payer, payee, amount in ((circle.shop, circle.mine, "30.01"), (circle.mine, circle.shop, "1.00")):
        with pytest.raises(DatabaseError, match="not given back so"), circle.session.begin_nested():
            circle.issue(circle.mine, "1.00")
            other = circle.pay(payer, payee, amount, uuid4())
            circle.session.execute(
                text(
                    "INSERT INTO payment_return (payment_id, back_id, made_at, made_by_id) VALUES (:paid, :back, now(), :by)"
                ),
                {"paid": paid.id, "back": other.id, "by": circle.actor.user_id},
            )
    back(circle, paid, "1.00")
    for change in ("DELETE FROM payment_return", "UPDATE payment_return SET made_at = now()"):
        with pytest.raises(DatabaseError), circle.session.begin_nested():
            circle.session.execute(text(change))


@pytest.mark.slow
def test_two_tills_give_the_same_payment_back_once(at_once, build_trade, at):
    with at_once.atomic() as session:
        circle = build(session, at, build_trade(session, at))
        paid, party, actor = sold(circle).public_id, circle.shop.party_id, circle.actor

    def act(session):
        services.give_back(
            session,
            public_id=paid,
            party_id=party,
            amount=Money(30_00),
            token=uuid4(),
            hand=PINNED,
            actor=actor,
            at=at,
        )
        return "back"

    assert sorted(at_once.run(*[act] * 6)) == ["TooMuchBack"] * 5 + ["back"]
