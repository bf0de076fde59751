"""Mandates for dues and what is collected by them; numbers as in the matrix of online payments."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from coops.capital import services as capital
from coops.capital.rules import Pot
from coops.collecting import errors, jobs, services
from coops.collecting.models import DuesCollection
from coops.collecting.rules import CollectionState, Stop
from coops.members.services import end_membership
from cwb.identity import services as identity
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail
from ledger.checkout import queries as checkout
from ledger.checkout.errors import ProviderBusy
from ledger.checkout.models import PaymentOrder, PaymentPart
from ledger.checkout.rules import OrderState
from ledger.checkout.services import make_call, refund_order
from ledger.mandates import services as debits
from ledger.mandates.errors import DebitOff, DebitTermsChanged, MandateOver, MandateStands, NotAgreed
from ledger.mandates.models import DebitMandate
from ledger.mandates.rules import MandateState
from tests.coops.collecting.conftest import begin_collecting
from tests.coops.conftest import found_club

BOOKED = {"clearing:stripe": 2465, "fee_expense:": 35, "revenue:dues": -2500}
OWED = {"receivable:dues": 2500, "revenue:dues": -2500}


def subjects(collecting):
    return [each.subject for each in collecting.session.query(Mail).order_by(Mail.id)]


def test_a_mandate_is_given_seen_and_withdrawn_with_what_was_read(collecting):
    with pytest.raises(NotAgreed):
        services.give(
            collecting.session, member=collecting.member, agreed=False, wording="x", actor=collecting.own, at=collecting.at,
        )  # fmt: skip
    made = collecting.ask("Ik geef toestemming.")
    assert (made.state, made.given_on) == (MandateState.ASKED, None)
    assert collecting.ask().id == made.id  # what was begun is gone on with
    collecting.tell(collecting.twin.accept(made.session))  # the message, and the page of return
    collecting.look(made)
    assert made.state is MandateState.ACTIVE
    assert made.reference.startswith("LID1-")
    assert (made.last4, made.wording, made.url) == ("3000", "Ik geef toestemming.", None)
    assert subjects(collecting) == ["Uw machtiging staat"]
    with pytest.raises(MandateStands):
        collecting.ask()
    debits.withdraw(collecting.session, mandate=made, actor=collecting.own, at=collecting.at)
    with pytest.raises(MandateOver):
        debits.withdraw(collecting.session, mandate=made, actor=collecting.own, at=collecting.at)
    debits.release(collecting.session, mandate_id=made.id, door=collecting.door, at=collecting.at)
    assert collecting.twin.session(made.method)["customer"] is None
    assert collecting.given().id != made.id


def test_8_a_page_whose_answer_is_lost_is_the_same_the_next_time(collecting):
    collecting.twin.lost = 1
    with pytest.raises(ProviderBusy):
        collecting.ask()
    made = collecting.ask()
    pages = [
        each for each in collecting.twin._state["objects"].values() if each["object"] == "checkout.session"
    ]
    assert [each["id"] for each in pages] == [made.session]


def test_13_a_page_that_expired_gives_no_mandate_and_a_new_one_may_be_begun(collecting):
    made = collecting.ask()
    collecting.tell(collecting.twin.expire(made.session))
    assert made.state is MandateState.UNFINISHED
    assert collecting.ask().id != made.id
    assert subjects(collecting) == []


def test_what_was_agreed_is_not_changed_in_the_database_either(collecting):
    made = collecting.given()
    made.wording = "Iets anders"
    with pytest.raises(DatabaseError, match="debit mandate"):
        collecting.session.flush()


def test_a_mandate_lapses_36_months_after_the_last_debit(collecting):
    collection = collecting.sent()
    collecting.twin.end_debit(collecting.order(collection).intent)
    used = collecting.session.get(DebitMandate, collection.mandate_id)
    assert used.last_used_on == local_date(collecting.at)
    last = collecting.at.replace(year=collecting.at.year + 3)
    assert debits.lapse(collecting.session, last - timedelta(days=1)) == 0
    collecting.at = last
    assert debits.collect(
        collecting.session, mandate=used, account_id=1, kind="dues_collected", subject="x", description="x",
        amount=Money(100), at=last,
    ) is None  # fmt: skip
    assert debits.lapse(collecting.session, last) == 1
    assert used.state is MandateState.LAPSED


def test_the_member_hears_at_least_the_agreed_days_ahead_and_once(collecting):
    collecting.given()
    collecting.run()
    assert [collecting.announce(), collecting.announce()] == [1, 0]
    [made] = collecting.session.query(DuesCollection)
    assert made.collect_on == local_date(collecting.at) + timedelta(days=30)  # not before the dues are due
    assert (made.collect_on - made.announced_on).days >= 14
    letter = collecting.session.query(Mail).order_by(Mail.id.desc()).first()
    for told in ("25,00", "3000", "LID1-"):
        assert told in letter.text
    collecting.later(29)
    assert collecting.collect() == []
    collecting.later(1)
    assert [each.state for each in collecting.collect()] == [CollectionState.SENT]


def test_who_gave_a_mandate_is_not_told_to_pay(collecting):
    collecting.given()
    collecting.run()
    letter = collecting.session.query(Mail).order_by(Mail.id.desc()).first()
    assert "wij schrijven het bedrag af" in letter.text
    assert "Betaal tot en met" not in letter.text


def test_4_a_debit_is_underway_then_in_and_booked_once(collecting):
    collection = collecting.sent()
    assert collecting.order(collection).state is OrderState.PROCESSING
    assert collecting.balances() == OWED
    event = collecting.twin.end_debit(collecting.order(collection).intent)
    collecting.tell(event)
    assert collecting.order(collection).state is OrderState.PAID  # the page after the message
    assert collecting.balances() == BOOKED
    assert (collecting.owed(), collecting.issues()) == (0, [])


@pytest.mark.parametrize(
    ("word", "code", "state"),
    [
        ("insufficient_funds", "AM04", "active"),
        ("account_closed", "AC04", "revoked"),
        ("strange", "", "active"),
    ],
)
def test_4_a_debit_that_the_bank_refuses_books_nothing_and_says_why(collecting, word, code, state):
    collection = collecting.sent()
    collecting.tell(collecting.twin.end_debit(collecting.order(collection).intent, word))
    assert (collection.state, collection.code) == (CollectionState.FAILED, code)
    assert collecting.balances() == OWED
    assert collecting.issues() == [("debit_failed", code)]
    assert "Uw online betaling is niet gelukt" in subjects(collecting)
    assert collecting.session.get(DebitMandate, collection.mandate_id).state.value == state
    collecting.later(1)
    assert (collecting.announce(), collecting.collect()) == (0, [])  # never again by itself


@pytest.mark.parametrize(
    ("word", "code", "state"), [("general", "MD06", "active"), ("debit_not_authorized", "MD01", "revoked")]
)
def test_12_a_debit_that_is_returned_turns_the_booking_back_exactly(collecting, word, code, state):
    collection = collecting.sent()
    intent = collecting.order(collection).intent
    collecting.tell(collecting.twin.end_debit(intent))
    collecting.later(50)
    collecting.tell(collecting.twin.dispute(intent, word))
    assert collecting.order(collection).state is OrderState.LOST
    assert (collection.state, collection.code) == (CollectionState.RETURNED, code)
    assert collecting.owed() == 2500
    assert collecting.balances() == OWED | {"clearing:stripe": -2035, "fee_expense:": 2035}
    assert collecting.door.balance("acct_practice01") == -2035
    assert collecting.issues() == [("debit_returned", code)]
    assert collecting.session.get(DebitMandate, collection.mandate_id).state.value == state


def test_3_a_return_that_is_told_before_the_payment_ends_the_same(collecting):
    collection = collecting.sent()
    intent = collecting.order(collection).intent
    paid = collecting.twin.end_debit(intent)
    collecting.tell(collecting.twin.dispute(intent))
    collecting.tell(paid)
    assert collecting.balances() == OWED | {"clearing:stripe": -2035, "fee_expense:": 2035}
    assert collection.state is CollectionState.RETURNED


def test_11_a_debit_that_is_given_back_is_owed_again(collecting):
    collection = collecting.sent()
    order = collecting.order(collection)
    collecting.twin.end_debit(order.intent)
    order = collecting.order(collection)
    call = refund_order(
        collecting.session, order=order, amount=Money(1000), actor=collecting.club.board, at=collecting.at
    )
    make_call(collecting.session, call_id=call.id, provider=collecting.door, at=collecting.at)
    assert checkout.order(collecting.session, order.public_id).state is OrderState.PART_REFUNDED
    assert collecting.owed() == 1000


def test_6_a_debit_of_another_amount_is_set_apart(collecting):
    collection = collecting.sent()
    intent = collecting.order(collection).intent
    collecting.twin.session(intent)["amount"] = 2400
    collecting.tell(collecting.twin.end_debit(intent))
    assert collecting.order(collection).state is OrderState.QUARANTINED
    assert collecting.balances() == OWED
    assert [reason for reason, _ in collecting.issues()] == ["wrong_amount"]


def test_8_a_debit_whose_answer_is_lost_is_taken_once(collecting):
    collecting.given()
    collecting.run()
    collecting.announce()
    collecting.later(30)
    collecting.twin.lost = 1
    [collection] = collecting.collect()
    assert collecting.order(collection).intent is None
    collecting.at += timedelta(minutes=2)
    collecting.collect()
    made = [each for each in collecting.twin._state["objects"].values() if each["object"] == "payment_intent"]
    assert [each["id"] for each in made] == [collecting.order(collection).intent]


def test_8_a_debit_without_answer_for_a_day_is_looked_up_and_never_sent_again(collecting):
    collecting.given()
    collecting.run()
    collecting.announce()
    collecting.later(30)
    collecting.twin.lost = 1
    [collection] = collecting.collect()
    collecting.later(2)
    collecting.collect()
    order = collecting.order(collection)
    assert order.state is OrderState.PROCESSING
    assert order.intent.startswith("pi_")


def test_10_a_debit_that_is_never_answered_fails_and_stands_on_the_work_list(collecting):
    collecting.given()
    collecting.run()
    collecting.announce()
    collecting.later(30)
    collecting.twin.faults = [500]
    [collection] = collecting.collect()
    collecting.later(2)
    collecting.collect()
    assert collecting.order(collection).state is OrderState.FAILED
    assert collection.state is CollectionState.FAILED
    assert [reason for reason, _ in collecting.issues()] == ["call_parked"]


def test_what_was_paid_meanwhile_is_not_collected(collecting):
    collecting.given()
    collecting.run()
    collecting.announce()
    pay(collecting, 15_00)
    collecting.later(30)
    [collection] = collecting.collect()
    assert collecting.order(collection).amount == 10_00  # what is left of it
    collecting.twin.end_debit(collecting.order(collection).intent)
    collecting.order(collection)
    assert collecting.owed() == 0


def test_what_was_paid_whole_is_stopped(collecting):
    collecting.given()
    collecting.run()
    collecting.announce()
    pay(collecting, 25_00)
    collecting.later(30)
    [collection] = collecting.collect()
    assert (collection.state, collection.stop) == (CollectionState.STOPPED, Stop.PAID)
    assert collecting.session.query(PaymentOrder).count() == 0


def pay(collecting, cents):
    capital.receive(
        collecting.session, member=collecting.member, pot=Pot.DUES, amount=Money(cents),
        paid_on=local_date(collecting.at), key=uuid7(), actor=collecting.club.board, at=collecting.at,
    )  # fmt: skip


def test_while_the_member_pays_online_a_collection_waits(collecting):
    collecting.given()
    collecting.run()
    collecting.announce()
    own = capital.pay_online(
        collecting.session, member=collecting.member, pot=Pot.DUES, actor=collecting.own, at=collecting.at
    )
    assert collecting.collect() == []  # the page is asked for
    collecting.later(30)
    assert collecting.collect() == []
    collecting.twin.pay(own.session)
    collecting.order(type("of", (), {"order_id": own.id}))
    [collection] = collecting.collect()
    assert collection.stop is Stop.PAID


def test_without_a_mandate_that_stands_nothing_is_sent(collecting):
    mandate = collecting.given()
    collecting.run()
    collecting.announce()
    collecting.tell(collecting.twin.revoke(mandate.mandate))
    assert mandate.state is MandateState.REVOKED
    collecting.later(30)
    [collection] = collecting.collect()
    assert collection.stop is Stop.NO_MANDATE


def test_who_left_is_not_debited_and_the_mandate_ends(collecting):
    mandate = collecting.given()
    collecting.run()
    collecting.announce()
    end_membership(
        collecting.session, member=collecting.member, actor=collecting.club.board, at=collecting.at
    )
    collecting.announce()
    assert mandate.state is MandateState.WITHDRAWN
    collecting.later(30)
    [collection] = collecting.collect()
    assert collection.stop is Stop.LEFT


def test_the_board_stops_what_is_announced_and_nothing_else(collecting):
    collecting.given()
    collecting.run()
    collecting.announce()
    [made] = collecting.session.query(DuesCollection)
    services.stop(collecting.session, collection=made, actor=collecting.club.board, at=collecting.at)
    assert made.stop is Stop.BOARD
    with pytest.raises(errors.CollectionGone):
        services.stop(collecting.session, collection=made, actor=collecting.club.board, at=collecting.at)
    made.state, made.stop = CollectionState.ANNOUNCED, None
    with pytest.raises(DatabaseError, match="dues collection"):
        collecting.session.flush()


def test_terms_are_changed_by_one_at_a_time_and_needed_for_a_mandate(
    collecting, make_organisation, make_user, at
):
    with pytest.raises(DebitTermsChanged):
        services.set_terms(
            collecting.session, notice_days=7, words="Anders", version=0, actor=collecting.club.board, at=at
        )
    home = make_organisation()
    other = found_club(collecting.session, home, make_user((Role.BOARD, home)), at, count=1)
    with pytest.raises(DebitOff):
        services.give(
            collecting.session, member=other.members[0], agreed=True, wording="x", actor=other.board, at=at
        )


@pytest.mark.slow
def test_1_two_workers_at_once_debit_once(at_once):
    at = clock.now()
    with at_once.atomic() as session:
        home = identity.register_organisation(
            session, name="Voorbeeld", kvk_number="90000001", legal_form="cooperative", street="Voorbeeldstraat",
            house_number="1", postcode="1069 AB", city="Amsterdam", email="post@voorbeeld.example",
            anchor_type=None, is_programme=False, at=at,
        )  # fmt: skip
        user = identity.register_user(
            session, email="mens@voorbeeld.example", name="Mens", password=None, locale="nl", at=at
        )
        made = begin_collecting(session, found_club(session, home, user, at, count=1), at)
        made.given()
        made.run()
    home_id = home.id

    def announce(session):
        services.announce(session, organisation_id=home_id, at=at)

    def collect(session):
        jobs.collect(session, at + timedelta(days=31))

    assert at_once.run(announce, announce, announce) == ["done"] * 3
    assert at_once.run(collect, collect, collect, collect) == ["done"] * 4
    with at_once.atomic() as session:
        assert [each.state for each in session.query(DuesCollection)] == [CollectionState.SENT]
        assert [each.amount for each in session.query(PaymentOrder)] == [2500]
        assert session.query(PaymentPart).count() == 0
