"""The inbox, the storm, the sweep and the daily check."""

import json
import threading
import time
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select, text

from cwb.identity import services as identity
from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from ledger.books.models import Transfer
from ledger.checkout import queries as checkout
from ledger.checkout.errors import EventRefused
from ledger.checkout.models import PaymentPart
from ledger.checkout.rules import OrderState
from ledger.checkout.services import open_till
from ledger.webhooks import queries, services
from ledger.webhooks.models import Webhook
from tests.ledger.checkout.conftest import TILL, build_shop


@pytest.fixture
def at():
    return clock.now()


@pytest.fixture
def shop(session, make_organisation, make_user, at):
    organisation = make_organisation(at=at)
    return build_shop(session, organisation, make_user((Role.BOARD, organisation)), at)


def keep(shop, event, at=None):
    raw, header = shop.twin.sign(event, int((at or shop.at).timestamp()))
    return services.keep_event(
        shop.session, shop.provider.parse_event(raw, header, at or shop.at), at or shop.at
    )


def work(shop, at=None):
    for number in queries.due(shop.session, at or shop.at):
        services.work_on(shop.session, webhook_id=number, provider=shop.provider, at=at or shop.at)


def parts(session):
    return [each.part.value for each in session.scalars(select(PaymentPart).order_by(PaymentPart.id))]


def test_1_the_same_message_three_times_is_one_payment(shop):
    order = shop.order()
    event = shop.twin.pay(order.session)
    assert [keep(shop, event) for _ in range(3)] == [True, False, False]
    work(shop)
    work(shop)
    assert parts(shop.session) == ["payment", "fee"]
    waiting = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'ledger.payment_event'"
    assert shop.session.scalar(text(waiting)) == 1


@pytest.mark.slow
def test_1_two_workers_and_the_page_of_return_at_once_book_once(database_url, monkeypatch):
    engine = make_engine(database_url)
    sessions, at = make_sessions(engine), clock.now()
    with sessions() as session, atomic(session):
        organisation = identity.register_organisation(
            session, name="Voorbeeld", kvk_number="90000001", legal_form="cooperative", street="Voorbeeldstraat",
            house_number="1", postcode="1069 AB", city="Amsterdam", email="post@voorbeeld.example",
            anchor_type=None, is_programme=False, at=at,
        )  # fmt: skip
        user = identity.register_user(
            session, email="mens@voorbeeld.example", name="Mens", password=None, locale="nl", at=at
        )
        shop = build_shop(session, organisation, user, at)
        order = shop.order()
        event = shop.twin.pay(order.session)
        keep(shop, event)
        [number] = queries.due(session, at)
    gate, faults = threading.Barrier(4), []
    look = shop.provider.retrieve

    def slowly(*which):
        seen = look(*which)
        time.sleep(0.05)  # so that all of them have looked before one books, unless the order's row is held
        return seen

    monkeypatch.setattr(shop.provider, "retrieve", slowly)

    def act(kind):
        try:
            gate.wait()
            with sessions() as session, atomic(session):
                if kind == "page":
                    services.settle(session, order_id=order.id, provider=shop.provider, at=at)
                else:
                    services.work_on(session, webhook_id=number, provider=shop.provider, at=at)
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)

    def race(*kinds):
        threads = [threading.Thread(target=act, args=(kind,)) for kind in kinds]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    race("work", "work", "page", "page")
    with sessions() as session:
        assert (faults, parts(session)) == ([], ["payment", "fee"])
        kept = session.scalars(select(Webhook)).one()
        assert kept.processed_at is not None
    shop.provider.refund(look(order.session, TILL).intent, 1000, TILL, "made-at-the-provider")
    race("page", "page", "page", "page")
    with sessions() as session:
        assert (faults, parts(session)) == ([], ["payment", "fee", "refund"])
        assert checkout.order(session, order.public_id).refunded == 1000
    engine.dispose()


def test_5_a_message_of_an_account_that_nobody_has_is_refused(shop):
    order = shop.order()
    event = shop.twin.pay(order.session)
    for account in ("acct_practice02", None, ""):
        with pytest.raises(EventRefused):
            keep(shop, event | {"account": account})
    assert shop.session.query(Webhook).count() == 0


def test_a_message_from_another_account_touches_nothing_of_ours(shop, make_organisation):
    other = make_organisation()
    open_till(shop.session, organisation_id=other.id, account="acct_practice02", at=shop.at)
    order = shop.order()
    event = shop.twin.pay(order.session)
    assert keep(shop, event | {"account": "acct_practice02"})
    work(shop)
    assert order.state is OrderState.CREATED
    assert shop.session.query(Webhook).one().error == "nothing of ours"


def test_7_an_unknown_object_or_kind_is_kept_and_left(shop):
    subject = {"id": "prod_1", "object": "product"}
    event = {"id": "evt_1", "object": "event", "type": "product.created", "livemode": False, "account": TILL}
    assert keep(shop, event | {"data": {"object": subject}})
    stranger = {"id": "cs_of_another_shop", "object": "checkout.session", "payment_intent": None}
    assert keep(shop, event | {"id": "evt_2", "type": "from.the.future", "data": {"object": stranger}})
    work(shop)
    assert [each.error for each in shop.session.query(Webhook).order_by(Webhook.id)] == [
        "nothing of ours"
    ] * 2
    assert queries.due(shop.session, shop.at) == []


def test_10_a_message_is_tried_again_and_then_stands_on_the_work_list(shop):
    order = shop.order()
    keep(shop, shop.twin.pay(order.session))
    kept, at, tries = shop.session.query(Webhook).one(), shop.at, 0
    while kept.processed_at is None:
        shop.twin.faults = [500]
        work(shop, at)
        tries, at = tries + 1, kept.next_at
    assert tries == 8
    assert shop.issues() == ["event_stuck"]
    assert shop.settle(order) is OrderState.PAID  # the sweep or a person looks at it


def test_9_the_sweep_looks_after_what_nobody_told(shop):
    order, later = shop.order(), shop.at + timedelta(hours=1)
    shop.twin.pay(order.session)
    assert checkout.waiting(shop.session, shop.at) == []
    assert checkout.waiting(shop.session, later) == [order.id]
    shop.settle(order)
    assert checkout.waiting(shop.session, later) == []


def test_what_waits_is_given_to_the_worker(shop):
    order = shop.order(call=False)
    shop.session.execute(text("DELETE FROM procrastinate_jobs"))
    assert services.enqueue_due(shop.session, shop.at) == 1
    shop.call(order)
    keep(shop, shop.twin.pay(order.session))
    assert services.enqueue_due(shop.session, shop.at) == 1
    names = "SELECT task_name FROM procrastinate_jobs ORDER BY id"
    assert list(shop.session.scalars(text(names))) == ["ledger.payment_call", "ledger.payment_event"]


def storm(shop, orders):
    """All kinds of courses; the events in the order in which they happened, and what is left to happen."""
    events = []
    for place in range(orders):
        order = shop.order(1000 + place)
        course, number = place % 8, order.session
        if course == 7:
            events.append(shop.twin.expire(number))
            continue
        later = course in {1, 2}
        events.append(shop.twin.pay(number, later=later))
        if later:
            events.append(shop.twin.confirm(number, succeeds=course == 1))
        if course in {3, 4, 5}:
            events.append(shop.twin.dispute(number))
        if course in {4, 5}:
            events.append(shop.twin.close_dispute(number, won=course == 4))
    return events


def ends(shop):
    """The books and states at the end, with nothing that differs by chance."""
    states = [each.state.value for each in checkout.orders(shop.session, shop.organisation.id, 10_000)]
    return shop.balances(), states, sorted(parts(shop.session)), sorted(shop.issues())


def test_a_storm_of_doubled_and_shuffled_messages_ends_in_the_same_books(shop):
    events = storm(shop, 8)
    undo = shop.session.begin_nested()
    for event in events:
        keep(shop, event)
        work(shop)
    once = ends(shop)
    undo.rollback()
    shop.session.expire_all()
    random = Random(7)
    wild = events * 2
    random.shuffle(wild)
    for event in wild:
        keep(shop, event)
    numbers = list(queries.due(shop.session, shop.at)) * 2
    random.shuffle(numbers)
    for number in numbers:
        services.work_on(shop.session, webhook_id=number, provider=shop.provider, at=shop.at)
    assert ends(shop) == once
    assert once[0]["clearing:stripe"] == shop.provider.balance(TILL)
    booked = shop.session.scalars(select(Transfer.kind).where(Transfer.kind == "dues_paid_online")).all()
    assert len(booked) == 6


def test_the_daily_check_is_zero_or_a_list_with_days(shop):
    def check():
        return services.check_clearing(
            shop.session, till=checkout.find_till(shop.session, shop.organisation.id), provider=shop.provider,
            at=shop.at + timedelta(minutes=5),
        )  # fmt: skip

    order = shop.paid()
    shop.refund(order, 500)
    shop.twin.pay_out(TILL, 1000)
    made = check()
    assert (made.booked, made.there) == (971, 971)
    assert shop.issues() == []
    assert shop.balances()["clearing:stripe"] == 1971  # 971 there, 1000 on its way to the bank
    with shop.twin._held() as state:
        shop.twin._move(state, TILL, "stripe_fee", "fee_1", -250, 0)
        gone = next(key for key, each in state["objects"].items() if each.get("type") == "refund")
        del state["objects"][gone]
    made = check()
    assert (made.booked, made.there) == (971, 1221)
    found = {
        each.reason.value: each.facts["seen"] for each in checkout.issues(shop.session, shop.organisation.id)
    }
    assert found == {"unknown_movement": -250, "missing_movement": -500}
    check()
    assert len(shop.issues()) == 2  # each stands there once
    assert queries.latest_check(shop.session, shop.organisation.id).there == 1221


def test_the_inbox_keeps_numbers_alone(shop):
    order = shop.order()
    event = shop.twin.pay(order.session)
    event["data"]["object"]["customer_details"] = {"email": "lid@voorbeeld.example", "name": "Lid Voorbeeld"}
    keep(shop, event)
    kept = shop.session.query(Webhook).one()
    assert set(kept.payload) == {"session", "intent", "mandate"}
    assert "voorbeeld" not in json.dumps(kept.payload)
