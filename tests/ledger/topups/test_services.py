"""A payment brings local money once; what goes back takes it along, and what was spent meanwhile is owed."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from cwb.notifications.models import Mail
from ledger.checkout import services as payments
from ledger.checkout.errors import TillClosed
from ledger.checkout.gateway import Provider
from ledger.checkout.models import PaymentCall, PaymentTill
from ledger.checkout.rules import OrderState
from ledger.instruments import services as instruments
from ledger.instruments.errors import IssuingStopped
from ledger.instruments.rules import Code
from ledger.topups import errors, queries, services
from ledger.topups.rules import Standing, Why
from ledger.wallets.errors import OldSimulation
from ledger.webhooks.models import Webhook
from ledger.webhooks.services import keep_event, work_on


def test_a_payment_is_backed_and_issued_in_one_act_and_the_float_bears_the_fee(desk):
    order = desk.paid("50.00")
    assert order.state is OrderState.PAID
    assert desk.held() == 50_00
    assert desk.topup(order).standing == Standing(50_00, 0, 0, 0)
    desk.sound()
    assert desk.balances("EURX") == {
        "bank:float": 50_00, "fund:float": -100_00, "backing:": 50_00, "issued:": -50_00, "clearing:topup": 49_71,
        "fee_expense:topup": 29,
    }  # fmt: skip
    assert desk.balances("EUR") == {
        "clearing:stripe": 49_71, "fee_expense:": 29, "advance_received:topup": -50_00
    }  # fmt: skip
    pot = desk.pot()
    assert (pot.there, pot.coming, pot.fees, pot.running) == (50_00, 49_71, 29, 0)
    services.fill_float(
        desk.session, code=Code.NWE, amount=Money(49_71), given=False, reference="NL-2", actor=desk.circle.actor,
        at=desk.at,
    )  # fmt: skip
    assert desk.pot().there == 99_71  # the fee is gone, nothing else


def test_messages_and_the_page_of_return_in_any_number_bring_it_once(desk):
    order = desk.place()
    event = desk.twin.pay(order.session)
    raw, header = desk.twin.sign(event, int(desk.at.timestamp()))
    for _ in range(3):
        keep_event(desk.session, desk.door.parse_event(raw, header, desk.at), desk.at)
        desk.look(order)
        for row in desk.session.query(Webhook):
            work_on(desk.session, webhook_id=row.id, provider=desk.door, at=desk.at)
    assert desk.held() == 50_00
    assert desk.topup(order).acts == 1
    desk.sound()


def test_what_is_refunded_leaves_the_wallet_and_what_was_spent_is_owed(desk):
    order = desk.paid("50.00")
    desk.spend("30.00")
    payments.refund_order(desk.session, order=order, amount=Money(50_00), actor=desk.circle.actor, at=desk.at)
    desk.call(order)
    found = desk.topup(order)
    assert found.standing == Standing(30_00, 30_00, 0, 0)
    assert desk.held() == 0
    desk.sound()  # the shop keeps its thirty, and they are backed
    assert desk.balances("EURX")["receivable:topup"] == 30_00
    [(claim, _wallet)] = desk.session.execute(queries.claims(Code.NWE, live=False)).all()
    asked = {"public_id": claim.public_id, "actor": desk.circle.actor, "at": desk.at}
    assert services.settle_claim(desk.session, paid=False, **asked) == Money(30_00)
    assert desk.balances("EURX")["loss:topup"] == 30_00
    assert "receivable:topup" not in desk.balances("EURX")
    with pytest.raises(errors.ClaimClosed):
        services.settle_claim(desk.session, paid=True, **asked)
    desk.sound()


def test_a_dispute_takes_it_back_and_one_that_is_won_brings_it_again(desk):
    order = desk.paid("40.00")
    desk.spend("15.00")
    desk.twin.dispute(order.session)
    assert desk.look(order).state is OrderState.DISPUTED
    assert desk.topup(order).standing == Standing(15_00, 15_00, 0, 0)
    assert desk.held() == 0
    desk.sound()
    desk.twin.close_dispute(order.session, won=True)
    assert desk.look(order).state is OrderState.PAID
    assert desk.topup(order).standing == Standing(40_00, 0, 0, 0)
    assert desk.held() == 25_00
    desk.sound()
    other = desk.paid("20.00")
    desk.twin.dispute(other.session)
    desk.look(other)
    desk.twin.close_dispute(other.session, won=False)
    assert desk.look(other).state is OrderState.LOST
    assert desk.topup(other).standing == Standing(0, 0, 0, 0)
    assert desk.held() == 25_00
    desk.sound()


def test_a_payment_that_can_be_taken_back_brings_nothing_and_goes_back_by_itself(desk):
    order = desk.paid("50.00", method="card")
    assert (desk.held(), desk.topup(order).why) == (0, Why.METHOD)
    assert desk.session.query(Mail).filter(Mail.recipient == desk.circle.user.email).count() == 1
    desk.look(order)
    assert desk.session.query(PaymentCall).filter_by(order_id=order.id, act="refund").count() == 1
    desk.call(order)
    assert desk.topup(order).order.state is OrderState.REFUNDED
    assert desk.held() == 0
    desk.sound()


@pytest.mark.parametrize(("change", "why"), [("full", Why.FULL), ("stop", Why.STOPPED), ("live", Why.OVER)])
def test_what_fits_no_more_when_it_is_paid_goes_back(desk, change, why):
    order = desk.place("50.00")
    if change == "full":
        desk.circle.issue(desk.circle.mine, "120.00")
    elif change == "stop":
        desk.circle.issue(desk.circle.shop, "10.00")
        instruments.count_backing(
            desk.session, code=Code.NWE, counted=Money(9_99), actor=desk.circle.actor, at=desk.at
        )
    else:
        desk.circle.go_live()
    before = desk.held()
    desk.twin.pay(order.session)
    desk.look(order)
    assert (desk.held(), desk.topup(order).why) == (before, why)
    desk.call(order)
    assert desk.topup(order).order.state is OrderState.REFUNDED


def test_a_payer_gets_back_what_is_left_for_fourteen_days(desk):
    order = desk.paid("50.00")
    desk.spend("12.00")
    asked = {"public_id": order.public_id, "actor": desk.payer, "at": desk.at}
    with pytest.raises(errors.BackAboveRest):
        services.give_back(desk.session, amount=Money(38_01), **asked)
    with pytest.raises(errors.TopUpUnknown):
        services.give_back(desk.session, amount=Money(1_00), **asked | {"actor": desk.circle.actor})
    with pytest.raises(errors.NothingBack):
        services.give_back(desk.session, amount=Money(1_00), **asked | {"at": desk.at + timedelta(days=15)})
    services.give_back(desk.session, amount=Money(20_00), **asked)
    assert desk.held() == 18_00  # at once, before the provider answers
    with pytest.raises(errors.BackAboveRest):
        services.give_back(desk.session, amount=Money(18_01), **asked)
    desk.call(order)
    assert desk.held() == 18_00
    assert desk.topup(order).standing == Standing(30_00, 0, 0, 0)
    desk.sound()


def test_caps_are_asked_before_paying(desk):
    circle = desk.circle
    for amount, fault in (
        ("4.99", errors.AmountSmall),
        ("150.01", errors.RoomSmall),
        ("100.01", errors.FloatSmall),
    ):
        with pytest.raises(fault):
            desk.place(amount)
    with pytest.raises(errors.ResidentsOnly):
        desk.place(wallet=circle.shop)
    circle.issue(circle.mine, "110.00")
    with pytest.raises(errors.RoomSmall):
        desk.place("40.01")
    order = desk.place("40.00")
    assert desk.place("30.00").id == order.id  # one runs already
    assert desk.pot().free == 60_00
    instruments.count_backing(
        desk.session, code=Code.NWE, counted=Money(109_99), actor=circle.actor, at=desk.at
    )
    with pytest.raises(IssuingStopped):
        desk.place("10.00")
    circle.go_live()
    with pytest.raises(OldSimulation):
        desk.place("10.00")
    live = circle.open(circle.resident)
    with pytest.raises(errors.TopUpClosed):  # practice money brings no real money
        desk.place("10.00", wallet=live)
    desk.session.execute(text("DELETE FROM payment_till"))
    with pytest.raises(TillClosed):
        desk.place("10.00", wallet=live)


class Real(Provider):
    """The twin in the place of the real provider."""

    practice = False


def test_real_money_goes_through_the_books_in_euros_and_back(desk):
    circle = desk.circle
    circle.go_live()
    live = circle.mine = circle.open(circle.resident)
    desk.session.query(PaymentTill).update({"account": "acct_real00001"})
    with pytest.raises(errors.FloatSmall):  # the float of the simulation is no real one
        desk.place("50.00", wallet=live)
    facts = {"code": Code.NWE, "actor": circle.actor, "at": desk.at}
    services.fill_float(desk.session, amount=Money(80_00), given=True, reference="R-1", **facts)
    desk.door = Real("sk_test_twin", "", desk.twin)
    order = desk.paid("50.00")
    assert desk.held() == 50_00
    assert desk.balances("EUR") == {
        "bank:float": 30_00, "fund:float": -80_00, "backing:": 50_00, "issued:": -50_00, "clearing:stripe": 49_71,
        "fee_expense:": 29,
    }  # fmt: skip
    desk.sound()
    payments.refund_order(desk.session, order=order, amount=Money(50_00), actor=circle.actor, at=desk.at)
    desk.call(order)
    assert desk.balances("EUR") == {
        "bank:float": 80_00, "fund:float": -80_00, "clearing:stripe": -29, "fee_expense:": 29
    }  # fmt: skip
    with pytest.raises(errors.NotCome):
        services.fill_float(desk.session, amount=Money(5_00), given=False, reference="R-2", **facts)


def test_the_database_keeps_payment_and_amount_and_issues_on_a_payment_alone(desk):
    order = desk.place()
    found = desk.topup(order)
    for change in (
        "UPDATE topup SET issued = 5000, acts = 1",
        "UPDATE topup SET amount = amount + 1",
        "UPDATE topup SET acts = 3",
        "DELETE FROM topup",
    ):
        with pytest.raises(DatabaseError), desk.session.begin_nested():
            desk.session.execute(text(change))
    desk.twin.pay(order.session)
    desk.look(order)
    with pytest.raises(DatabaseError), desk.session.begin_nested():
        desk.session.execute(text("UPDATE topup SET issued = 5001, acts = acts + 1"))
    assert desk.topup(order).id == found.id
