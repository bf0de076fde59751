"""The matrix of payments at a provider (docs/payments-online.md), by number, and what stands around it."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from cwb.notifications.models import Mail
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.checkout import errors, queries, services
from ledger.checkout.models import PaymentPart
from ledger.checkout.rules import OrderState


def parts(shop):
    return [each.part.value for each in shop.session.query(PaymentPart).order_by(PaymentPart.id)]


def test_2_page_of_return_and_message_book_one_payment(shop):
    order = shop.order()
    event = shop.twin.pay(order.session)
    assert shop.settle(order) is OrderState.PAID  # the page of return
    shop.tell(event)
    assert parts(shop) == ["payment", "fee"]
    assert shop.balances() == {"clearing:stripe": 2471, "fee_expense:": 29, "revenue:dues": -2500}
    assert (order.method, order.url, order.credited_id) == ("ideal", None, shop.debt)


def test_3_the_order_of_messages_does_not_matter(shop):
    order = shop.order()
    completed = shop.twin.pay(order.session, later=True)
    succeeded = shop.twin.confirm(order.session)
    shop.tell(succeeded)
    assert order.state is OrderState.PAID
    shop.tell(completed)
    assert order.state is OrderState.PAID
    assert parts(shop) == ["payment", "fee"]


def test_4_a_debit_that_fails_books_nothing_and_the_payer_is_told(shop):
    order = shop.order()
    shop.tell(shop.twin.pay(order.session, later=True))
    assert order.state is OrderState.PROCESSING
    assert queries.under_way(shop.session, [order.subject, "other"]) == [order]
    assert parts(shop) == []
    shop.tell(shop.twin.confirm(order.session, succeeds=False))
    assert order.state is OrderState.FAILED
    assert queries.under_way(shop.session, [order.subject]) == []
    assert parts(shop) == []
    [mail] = shop.session.query(Mail).order_by(Mail.id)
    assert mail.recipient == shop.user.email
    assert "25,00" in mail.text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount_total": 2400}, "wrong_amount"),
        ({"currency": "usd"}, "wrong_currency"),
        ({"client_reference_id": "another"}, "wrong_reference"),
    ],
)
def test_6_another_amount_currency_or_reference_is_set_apart(shop, change, reason):
    order = shop.order()
    event = shop.twin.pay(order.session)
    right = {name: shop.twin.session(order.session)[name] for name in change}
    shop.twin.session(order.session).update(change)
    shop.tell(event)
    assert order.state is OrderState.QUARANTINED
    assert shop.issues() == [reason]
    assert parts(shop) == []
    assert shop.balances() == {"receivable:dues": 2500, "revenue:dues": -2500}
    shop.twin.session(order.session).update(right)
    assert shop.settle(order) is OrderState.PAID  # looked at again, it is what was asked


def test_8_an_answer_that_is_lost_gives_the_same_page_the_next_time(shop):
    order = shop.order(call=False)
    shop.twin.lost = 1
    call = shop.call(order)
    assert (order.session, call.attempts, call.fault) == (None, 1, "ProviderBusy")
    shop.call(order, shop.at + timedelta(minutes=1))
    made = [each for each in shop.twin._state["objects"].values() if each["object"] == "checkout.session"]
    assert [each["id"] for each in made] == [order.session]


def test_8_a_refund_whose_answer_is_lost_goes_back_once(shop):
    order = shop.paid()
    shop.twin.lost = 1
    shop.refund(order, 1000)
    assert order.refunded == 0
    with pytest.raises(errors.RefundAboveRest):  # it is on its way
        shop.refund(order, 1600)
    shop.call(order, shop.at + timedelta(minutes=1))
    assert (order.refunded, order.state) == (1000, OrderState.PART_REFUNDED)
    assert parts(shop) == ["payment", "fee", "refund"]


def test_9_a_key_with_other_content_parks_the_call(shop):
    order = shop.order(call=False)
    [call] = queries.calls_of(shop.session, order.id)
    asked = services.Ask("another", order.till, 100, "x", "/", shop.at)
    shop.provider.create_checkout(asked, str(call.public_id))
    shop.call(order)
    assert call.parked_at is not None
    assert order.state is OrderState.FAILED
    assert shop.issues() == ["call_parked"]
    shop.twin.faults = [500]  # a parked call is not made again
    shop.call(order)
    assert shop.twin.faults == [500]


@pytest.mark.parametrize("fault", [409, 429, 500, 503, 0])
def test_10_who_does_not_answer_is_asked_again_a_bounded_number_of_times(shop, fault):
    order = shop.order(call=False)
    at, calls = shop.at, 0
    while (call := queries.calls_of(shop.session, order.id)[0]).parked_at is None:
        shop.twin.faults = [fault]
        shop.call(order, at)
        assert order.state is (OrderState.CREATED if call.parked_at is None else OrderState.FAILED)
        calls, at = calls + 1, max(call.next_at, at + timedelta(minutes=1))
    assert 8 <= calls <= 30
    assert shop.issues() == ["call_parked"]


def test_11_refunds_part_double_and_over(shop):
    order = shop.paid()
    shop.refund(order, 1000)
    assert (order.state, order.refunded) == (OrderState.PART_REFUNDED, 1000)
    with pytest.raises(errors.RefundAboveRest):
        shop.refund(order, 1501)
    with pytest.raises(errors.RefundNotPositive):
        shop.refund(order, 0)
    shop.refund(order, 1500)
    assert order.state is OrderState.REFUNDED
    with pytest.raises(errors.NothingToRefund):
        shop.refund(order, 1)
    assert shop.settle(order) is OrderState.REFUNDED
    assert shop.balances() == {
        "receivable:dues": 2500, "clearing:stripe": -29, "fee_expense:": 29, "revenue:dues": -2500,
    }  # fmt: skip


def test_11_a_refund_that_the_bank_sends_back_is_taken_back(shop):
    order = shop.paid()
    call = shop.refund(order, 2500)
    shop.tell(shop.twin.fail_refund(call.answer))
    assert (order.refunded, order.state) == (0, OrderState.PAID)
    assert shop.issues() == ["refund_failed"]
    assert shop.balances() == {"clearing:stripe": 2471, "fee_expense:": 29, "revenue:dues": -2500}


def test_11_what_was_paid_twice_is_a_debt_to_the_payer_that_goes_back(shop):
    order = shop.order()
    bank = services.open_account(shop.session, party_id=shop.organisation.id, role=services.Role.BANK)
    legs = [Leg(bank, 2500), Leg(shop.debt, -2500)]
    post(shop.session, key="by-bank", kind="dues_paid", at=shop.at, legs=legs)
    shop.tell(shop.twin.pay(order.session))
    assert order.state is OrderState.PAID
    assert shop.issues() == ["paid_before"]
    assert shop.balances()["advance_received:order"] == -2500
    shop.refund(order, 2500)
    assert "advance_received:order" not in shop.balances()
    assert "receivable:dues" not in shop.balances()


def test_12_a_dispute_is_a_claim_and_lost_the_payer_owes_again(shop):
    order = shop.paid()
    shop.tell(shop.twin.dispute(order.session))
    assert order.state is OrderState.DISPUTED
    assert shop.issues() == ["dispute_opened"]
    assert shop.balances()["receivable:dispute"] == 2500
    with pytest.raises(errors.NothingToRefund):
        shop.refund(order, 100)
    shop.tell(shop.twin.close_dispute(order.session, won=False))
    assert order.state is OrderState.LOST
    assert shop.balances() == {
        "receivable:dues": 2500, "clearing:stripe": -2029, "fee_expense:": 2029, "revenue:dues": -2500,
    }  # fmt: skip


def test_12_a_dispute_that_is_won_comes_back(shop):
    order = shop.paid()
    shop.tell(shop.twin.dispute(order.session))
    shop.tell(shop.twin.close_dispute(order.session, won=True))
    assert order.state is OrderState.PAID
    assert shop.balances() == {"clearing:stripe": 2471, "fee_expense:": 29, "revenue:dues": -2500}
    assert shop.provider.balance(order.till) == 2471


def test_13_a_page_that_expired_or_was_used_takes_no_payment(shop):
    used, late = shop.paid(), shop.order()
    shop.tell(shop.twin.expire(late.session))
    assert late.state is OrderState.EXPIRED
    for order in (used, late):
        with pytest.raises(ValueError, match=r"complete|expired"):
            shop.twin.pay(order.session)
        assert order.url is None
    assert parts(shop) == ["payment", "fee"]


def test_an_end_is_an_end_in_the_database_too(shop):
    order = shop.order()
    shop.tell(shop.twin.expire(order.session))
    order.state = OrderState.PAID
    with pytest.raises(DatabaseError, match="does not become"):
        shop.session.flush()


def test_what_was_asked_cannot_be_changed(shop):
    order = shop.order()
    order.amount = 100
    with pytest.raises(DatabaseError, match="payment order"):
        shop.session.flush()


def test_one_order_at_a_time_is_open_about_a_debt(shop):
    def place():
        return services.place_order(
            shop.session, organisation_id=shop.organisation.id, account_id=shop.debt, kind="dues_paid_online",
            subject="dues:1", description="Contributie", amount=Money(2500), actor=shop.actor, at=shop.at,
        )  # fmt: skip

    first = place()
    assert place() is first
    shop.call(first)
    shop.tell(shop.twin.expire(first.session))
    assert place() is not first


def test_an_order_needs_a_till_and_half_a_euro(shop, make_organisation):
    with pytest.raises(errors.AmountTooSmall):
        shop.order(49)
    shop.organisation = make_organisation()
    with pytest.raises(errors.TillClosed):
        shop.order(owed=False)


def test_an_account_belongs_to_one_organisation(shop, make_organisation):
    other = make_organisation()
    for account in ("acct_practice01", "acct", "acct_1; drop", "practice"):
        with pytest.raises(errors.AccountInvalid):
            services.open_till(shop.session, organisation_id=other.id, account=account, at=shop.at)


def test_practice_money_and_real_accounts_do_not_meet(shop):
    services.open_till(
        shop.session, organisation_id=shop.organisation.id, account="acct_1RealOne", at=shop.at
    )
    order = shop.order()
    assert (order.session, order.state) == (None, OrderState.FAILED)


def test_a_refund_without_answer_for_a_day_is_looked_up_and_never_sent_again(shop):
    order = shop.paid()
    shop.twin.lost = 1
    call = shop.refund(order, 1000)
    shop.call(order, shop.at + timedelta(hours=25))
    assert call.done_at is not None
    assert call.answer.startswith("re_")
    shop.twin.faults = [500]
    call = shop.refund(order, 500)
    shop.call(order, shop.at + timedelta(hours=25))
    assert (call.done_at, order.refunded) == (None, 1000)
    assert shop.issues() == ["call_parked"]
