"""Asking, and paying what was asked: once, in time, by another."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from ledger.books.errors import CeilingPassed, FloorPassed
from ledger.pins.errors import PinMissing
from ledger.pins.rules import Hand, How
from ledger.proof.queries import verdict
from ledger.requests import errors, queries, rules, services
from ledger.requests.models import PaymentRequest
from ledger.requests.rules import Lasting, State
from ledger.wallets.errors import AmountMissing, OldSimulation
from ledger.wallets.models import WalletPayment
from tests.ledger.wallets.conftest import build

ABOVE = Money(25_00)
BARE, PINNED = Hand(How.NONE, ABOVE), Hand(How.PIN, ABOVE)


def ask(circle, amount="10.00", lasting=Lasting.QUARTER, payee=None):
    return services.ask(
        circle.session, payee=payee or circle.shop, amount=Money.of(amount), note="brood", lasting=lasting,
        **circle.facts(),
    )  # fmt: skip


def pay(circle, found, hand=BARE, party=None, at=None):
    party_id = circle.resident.id if party is None else party
    return services.pay_request(
        circle.session, public_id=found.public_id, party_id=party_id, hand=hand, **circle.facts(at=at or circle.at)
    )  # fmt: skip


def test_what_was_asked_is_paid_once_and_both_can_show_it(circle):
    circle.issue(circle.mine, "30.00")
    found = ask(circle)
    assert rules.state(found, circle.at) is State.WAITS
    paid = pay(circle, found)
    assert (paid.amount, paid.payee_id, paid.note, paid.confirmed) == (10_00, circle.shop.id, "brood", "none")
    assert rules.state(found, circle.at + timedelta(days=1)) is State.PAID
    assert pay(circle, found).id == paid.id  # a second tab of the payer
    other = circle.open(circle.keeper)
    with pytest.raises(errors.AlreadyPaid):
        pay(circle, found, party=other.party_id)
    assert queries.request(circle.session, found.public_id).payment_id == paid.id
    for party, side in ((circle.resident.id, True), (circle.shop.party_id, False)):
        assert queries.receipt(circle.session, paid.public_id, party).paid is side
    for stranger in (circle.keeper.id, None):
        with pytest.raises(errors.RequestUnknown):
            queries.receipt(circle.session, paid.public_id, stranger)
    assert verdict(circle.session).sound


def test_a_code_photographed_yesterday_is_refused(circle):
    circle.issue(circle.mine, "30.00")
    found = ask(circle)
    with pytest.raises(errors.RequestExpired):
        pay(circle, found, at=found.expires_at)
    with pytest.raises(errors.RequestExpired):
        services.withdraw(
            circle.session, public_id=found.public_id, party_id=circle.shop.party_id,
            **circle.facts(at=circle.at + timedelta(days=1)),
        )  # fmt: skip
    pay(circle, found, at=found.expires_at - timedelta(microseconds=1))


def test_who_asked_takes_it_back_and_nobody_else(circle):
    circle.issue(circle.mine, "30.00")
    found = ask(circle)
    facts = circle.facts(public_id=found.public_id)
    with pytest.raises(errors.RequestUnknown):
        services.withdraw(circle.session, party_id=circle.resident.id, **facts)
    services.withdraw(circle.session, party_id=circle.shop.party_id, **facts)
    with pytest.raises(errors.RequestWithdrawn):
        pay(circle, found)


def test_one_pays_neither_oneself_nor_without_a_wallet_nor_nothing(circle):
    found = ask(circle)
    with pytest.raises(errors.OwnRequest):
        pay(circle, found, party=circle.shop.party_id)
    with pytest.raises(errors.NoWallet):
        pay(circle, found, party=circle.keeper.id)
    with pytest.raises(FloorPassed), circle.session.begin_nested():
        pay(circle, found)
    with pytest.raises(AmountMissing):
        ask(circle, "0.00")


def test_no_more_is_asked_than_fits_and_a_shop_that_filled_up_meanwhile_receives_nothing(circle):
    with pytest.raises(errors.NoRoom):
        ask(circle, "150.01", payee=circle.mine)
    found = ask(circle, "150.00", payee=circle.mine)
    circle.issue(circle.mine, "0.01")
    circle.issue(circle.shop, "200.00")
    with pytest.raises(CeilingPassed), circle.session.begin_nested():
        pay(circle, found, PINNED, party=circle.shop.party_id)


def test_a_large_amount_is_confirmed_and_small_ones_together_too(circle):
    circle.issue(circle.mine, "150.00")
    with pytest.raises(PinMissing), circle.session.begin_nested():
        pay(circle, ask(circle, "25.01"))
    assert pay(circle, ask(circle, "25.01"), PINNED).confirmed == "pin"
    pay(circle, ask(circle, "25.00"))
    pay(circle, ask(circle, "25.00"))
    with pytest.raises(PinMissing), circle.session.begin_nested():
        pay(circle, ask(circle, "0.01"))
    later = circle.at + timedelta(hours=24)
    pay(circle, ask(circle, "0.01", Lasting.WEEK), at=later)


def test_a_request_of_the_simulation_ends_with_it(circle):
    found = ask(circle)
    circle.go_live()
    with pytest.raises(OldSimulation):
        pay(circle, found)
    with pytest.raises(OldSimulation):
        ask(circle)


def test_a_code_that_hangs_in_a_shop_takes_what_the_payer_chose_once_per_token(circle):
    circle.issue(circle.mine, "30.00")
    facts = circle.facts(
        code=circle.shop.code, party_id=circle.resident.id, note="", token=uuid4(), hand=BARE
    )
    one, same = (services.pay_code(circle.session, amount=Money(3_00), **facts) for _ in range(2))
    assert one.id == same.id
    with pytest.raises(errors.NoWallet):
        services.pay_code(circle.session, amount=Money(3_00), **(facts | {"party_id": circle.keeper.id}))


def test_the_database_keeps_a_request_as_it_was_and_takes_no_other_payment_for_it(circle):
    circle.issue(circle.mine, "30.00")
    found, other = ask(circle), ask(circle, "9.00")
    paid = pay(circle, found)
    circle.session.flush()
    for change in (
        "UPDATE payment_request SET amount = 1",
        f"UPDATE payment_request SET paid_at = NULL, payment_id = NULL WHERE id = {found.id}",
        f"UPDATE payment_request SET withdrawn_at = now(), withdrawn_by_id = made_by_id WHERE id = {found.id}",
        f"UPDATE payment_request SET payment_id = {paid.id}, paid_at = made_at WHERE id = {other.id}",
        f"UPDATE payment_request SET expires_at = made_at + interval '32 days' WHERE id = {other.id}",
        "DELETE FROM payment_request",
        "UPDATE wallet_payment SET confirmed = 'pin'",
    ):
        with pytest.raises(DatabaseError), circle.session.begin_nested():
            circle.session.execute(text(change))


def test_the_database_holds_no_large_payment_that_a_person_did_not_confirm(circle):
    circle.issue(circle.mine, "150.00")
    with pytest.raises(DatabaseError, match="ck_wallet_payment_small"), circle.session.begin_nested():
        circle.pay(circle.mine, circle.shop, "50.01", uuid4(), hand=Hand(How.NONE, Money(100_00)))


@pytest.mark.slow
def test_of_many_who_scan_one_code_at_once_one_pays(at_once, build_trade, at):
    with at_once.atomic() as session:
        circle = build(session, at, build_trade(session, at))
        circle.issue(circle.mine, "100.00")
        third = circle.open(circle.keeper)
        circle.issue(third, "100.00")
        found = ask(circle, "20.00").public_id
        parties, actor = [circle.resident.id, circle.keeper.id], circle.actor

    def scan(party_id):
        def act(session):
            return services.pay_request(
                session, public_id=found, party_id=party_id, hand=BARE, actor=actor, at=at
            ).payer_id

        return act

    answers = at_once.run(*[scan(parties[place % 2]) for place in range(10)])
    with at_once.atomic() as session:
        assert session.query(WalletPayment).count() == 1
        assert session.query(PaymentRequest).one().payment_id is not None
        assert verdict(session).sound
    first = [each for each in answers if each != "AlreadyPaid"]
    assert (
        len(set(first)) == 1
    )  # the five tabs of who paid read that it is paid; the five of the other that it was
    assert (len(first), answers.count("AlreadyPaid")) == (5, 5)


@pytest.mark.slow
def test_small_payments_at_once_pass_the_days_limit_no_more_than_one_after_another(at_once, build_trade, at):
    with at_once.atomic() as session:
        circle = build(session, at, build_trade(session, at))
        circle.issue(circle.mine, "150.00")
        payer, code, actor = circle.resident.id, circle.shop.code, circle.actor

    def tap(session):
        services.pay_code(
            session, code=code, party_id=payer, amount=Money(20_00), note="", token=uuid4(), hand=BARE, actor=actor,
            at=at,
        )  # fmt: skip
        return "paid"

    answers = at_once.run(*[tap] * 8)
    assert sorted(answers) == ["PinMissing"] * 6 + ["paid"] * 2
