"""What Stripe sends to the bank is brought home by the bank's file, or stands on the work list."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from cwb.kernel import clock, events
from cwb.kernel.policy import Role
from ledger.bank import queries as bank
from ledger.bank.errors import NotThisInvoice
from ledger.bank.models import BankBooking, BankEntry
from ledger.bank.services import add_account
from ledger.bankdesk.services import Taken, import_statements
from ledger.bankfiles.gateway import read
from ledger.checkout import queries as checkout
from ledger.checkout.errors import RefundAboveRest
from ledger.feature import FEATURE
from ledger.payouts import jobs, queries, rules, services
from ledger.takeback.services import take_back
from ledger.webhooks.services import check_clearing
from tests.ledger.bankdesk.conftest import SELLERS, camt, row
from tests.ledger.checkout.conftest import TILL, build_shop


@pytest.fixture
def shop(session, make_organisation, make_user):
    at = clock.now()
    organisation = make_organisation(at=at)
    made = build_shop(session, organisation, make_user((Role.BOARD, organisation)), at)
    events.listen(session, FEATURE.listeners)
    add_account(session, party=organisation, number=SELLERS, blocked=False, actor=made.actor, at=at)
    return made


def day(shop, days=0):
    return clock.local_date(shop.at + timedelta(days=days)).isoformat()


def check(shop, days=0):
    till = checkout.find_till(shop.session, shop.organisation.id)
    return check_clearing(
        shop.session, till=till, provider=shop.provider, at=shop.at + timedelta(days=days, minutes=5)
    )


def take(shop, *amounts, number="S1", opening="0.00", name="STRIPE", days=1):
    total = sum(int(each.replace(".", "")) for each in (opening, *amounts))
    rows = [
        row(each, ref=f"{number}-{place}", name=name, text="Payout", day=day(shop, days))
        for place, each in enumerate(amounts)
    ]
    content = camt(number, opening, f"{total / 100:.2f}", *rows, day=day(shop, days))
    taken = Taken()
    import_statements(
        shop.session, read(lambda: io.BytesIO(content)), checksum="0" * 64, party=shop.organisation, actor=shop.actor,
        at=shop.at + timedelta(days=days), taken=taken,
    )  # fmt: skip
    shop.session.flush()
    shop.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    shop.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    return taken


def states(shop):
    return [each.state.value for each in shop.session.query(BankEntry).order_by(BankEntry.id)]


def test_a_payout_comes_home_with_the_banks_file_and_nothing_is_left_on_its_way(shop):
    shop.paid(2_500)
    shop.twin.pay_out(TILL, 2_000)
    check(shop)
    assert checkout.on_the_way_home(shop.session, shop.organisation.id) == 2_000
    assert take(shop, "20.00").matched == 1
    assert checkout.on_the_way_home(shop.session, shop.organisation.id) == 0
    assert (states(shop), shop.balances()["bank:"]) == (["booked"], 2_000)
    assert queries.payouts(shop.session, shop.organisation.id) == []


def test_the_banks_file_may_come_before_stripe_told_of_it(shop):
    shop.paid(2_500)
    take(shop, "20.00", days=0)
    assert states(shop) == ["open"]
    shop.twin.pay_out(TILL, 2_000)
    check(shop)
    assert states(shop) == ["booked"]
    assert checkout.on_the_way_home(shop.session, shop.organisation.id) == 0


def test_one_payout_is_one_entry_and_taken_back_it_is_on_its_way_again(shop):
    shop.paid(2_500)
    shop.twin.pay_out(TILL, 2_000)
    check(shop)
    take(shop, "20.00", "20.00")
    assert states(shop) == ["booked", "open"]
    first, second = shop.session.query(BankEntry).order_by(BankEntry.id)
    held = bank.entry(shop.session, second.public_id, shop.organisation.id)
    (booking,) = shop.session.query(BankBooking)
    part = checkout.booked_parts(shop.session, shop.organisation.id)[-1]
    with pytest.raises(NotThisInvoice):
        services.book_payout(shop.session, entry=held, payout=part, actor=shop.actor, at=shop.at)
    copy = {c.key: getattr(booking, c.key) for c in BankBooking.__table__.columns if c.key != "id"}
    with pytest.raises(IntegrityError), shop.session.begin_nested():
        shop.session.add(BankBooking(**(copy | {"entry_id": second.id})))
        shop.session.flush()
    taken = bank.entry(shop.session, first.public_id, shop.organisation.id, lock=True)
    assert take_back(shop.session, entry=taken, actor=shop.actor, at=shop.at)
    assert checkout.on_the_way_home(shop.session, shop.organisation.id) == 2_000
    services.book_payout(shop.session, entry=taken, payout=part, actor=shop.actor, at=shop.at)
    assert (states(shop), checkout.on_the_way_home(shop.session, shop.organisation.id)) == (
        ["booked", "open"],
        0,
    )


@pytest.mark.parametrize(
    ("amount", "name", "days"), [("20.01", "STRIPE", 1), ("20.00", "Klant", 1), ("20.00", "STRIPE", 12)]
)
def test_another_amount_name_or_time_waits_for_a_person(shop, amount, name, days):
    shop.paid(2_500)
    shop.twin.pay_out(TILL, 2_000)
    check(shop)
    take(shop, amount, name=name, days=days)
    assert states(shop) == ["open"]
    entry = bank.entry(shop.session, shop.session.query(BankEntry).one().public_id, shop.organisation.id)
    assert len(queries.payouts_like(shop.session, entry)) == (name == "Klant")


def test_a_payout_that_the_bank_does_not_tell_of_for_a_week_stands_on_the_work_list_once(shop):
    shop.paid(2_500)
    shop.twin.pay_out(TILL, 2_000)
    check(shop)
    late = shop.at + rules.UNSEEN_AFTER + timedelta(hours=1)
    jobs.check(shop.session, late)
    assert shop.issues() == [], "who takes no statements in could not see it"
    take(shop, "1.00", name="Klant")
    jobs.check(shop.session, shop.at + rules.UNSEEN_AFTER)
    assert shop.issues() == []
    jobs.check(shop.session, late)
    jobs.check(shop.session, late)
    (found,) = checkout.issues(shop.session, shop.organisation.id)
    assert (found.reason.value, found.facts["seen"]) == ("payout_unseen", 2_000)


def test_11_a_refund_after_the_money_was_spent_is_owed_to_stripe_and_never_more_than_was_paid(shop):
    """No vouchers are sold here yet: what is spent is what went home. The books and Stripe say the same below zero."""
    order = shop.paid(2_500)
    there = shop.balances()["clearing:stripe"]
    shop.twin.pay_out(TILL, there)
    check(shop)
    take(shop, f"{there / 100:.2f}")
    shop.refund(order, 1_000)
    assert check(shop).booked == check(shop).there == -1_000
    assert shop.balances()["bank:"] == there
    with pytest.raises(RefundAboveRest):
        shop.refund(order, 1_501)
    shop.refund(order, 1_500)
    assert check(shop).booked == -2_500
    assert sum(shop.balances().values()) == 0
