"""An invoice over the network: once, whatever the access point does, with its status at the invoice."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from ledger.peppol import jobs, rules
from ledger.peppol.errors import HandedBefore, NoAccessPoint, PointBusy
from ledger.peppol.gateway import Twin
from ledger.peppol.models import PeppolDelivery
from ledger.peppol.rules import DeliveryState
from ledger.peppol.services import deliver, hand_over
from tests.ledger.desk.pages import text as words


class Point(Twin):
    """An access point that counts what it took under a key, and may not answer."""

    def __init__(self, *, lost=0, state=DeliveryState.DELIVERED):
        self.taken, self.lost, self.state = {}, lost, state

    def send(self, ubl, *, key):
        self.taken.setdefault(key, ubl)
        if self.lost:
            self.lost -= 1
            raise PointBusy
        return super().send(ubl, key=key)

    def status(self, provider_id):
        return self.state


def hand(trade, point=None, document=b"<Invoice/>"):
    return hand_over(
        trade.session,
        invoice=trade.sent,
        document=document,
        point=point or Point(),
        actor=trade.member,
        at=trade.at,
    )


@pytest.fixture
def sent(trade):
    trade.sent = trade.send()
    return trade


def test_an_answer_that_is_lost_is_asked_again_under_the_same_key_and_taken_once(sent):
    made, point = hand(sent), Point(lost=2)
    for _ in range(2):
        with pytest.raises(PointBusy), sent.session.begin_nested():
            deliver(sent.session, delivery_id=made.id, point=point, at=sent.at)
    states = [deliver(sent.session, delivery_id=made.id, point=point, at=sent.at).state for _ in range(3)]
    assert states == ["sent", "delivered", "delivered"]
    assert point.taken == {str(made.public_id): b"<Invoice/>"}


def test_after_an_end_nobody_is_asked_any_more(sent, monkeypatch):
    made, point = hand(sent), Point()
    for _ in range(2):
        deliver(sent.session, delivery_id=made.id, point=point, at=sent.at)
    monkeypatch.setattr(point, "status", lambda _number: pytest.fail("it was asked again"))
    held = deliver(sent.session, delivery_id=made.id, point=point, at=sent.at + timedelta(hours=1))
    assert (held.state, held.told_at) == (DeliveryState.DELIVERED, sent.at)


def test_an_invoice_goes_once_until_it_comes_back(sent):
    first = hand(sent)
    with pytest.raises(HandedBefore):
        hand(sent)
    point = Point(state=DeliveryState.REFUSED)
    for _ in range(2):
        deliver(sent.session, delivery_id=first.id, point=point, at=sent.at)
    assert first.state == "refused"
    assert hand(sent).state == "waiting"


def test_where_the_books_are_real_nobody_is_connected(sent):
    with pytest.raises(NoAccessPoint):
        hand_over(
            sent.session, invoice=sent.sent, document=b"<Invoice/>", point=None, actor=sent.member, at=sent.at
        )


def test_an_end_stays_and_nothing_goes_back():
    for end in rules.ENDS:
        assert {rules.after(end, told) for told in DeliveryState} == {end}
    assert rules.after(DeliveryState.SENT, DeliveryState.WAITING) is DeliveryState.SENT


def test_the_worker_sends_what_waits_and_follows_it_to_its_end(sent):
    made = hand(sent)
    jobs.deliver_one(sent.session, sent.at, delivery_id=made.id)
    sent.session.refresh(made)
    assert made.state == "sent"
    jobs.follow(sent.session, sent.at)
    sent.session.refresh(made)
    assert made.state == "delivered"


@pytest.mark.parametrize(
    "change", ["document = 'x'", "state = 'waiting', provider_id = NULL", "provider_id = 'other'"]
)
def test_the_database_keeps_what_was_handed_over(sent, change):
    made = hand(sent)
    for _ in range(2):
        deliver(sent.session, delivery_id=made.id, point=Point(), at=sent.at)
    with pytest.raises(DatabaseError), sent.session.begin_nested():
        sent.session.execute(text(f"UPDATE peppol_delivery SET {change}"))
    with pytest.raises(DatabaseError), sent.session.begin_nested():
        sent.session.execute(text("DELETE FROM peppol_delivery"))


def test_the_seller_sends_it_from_its_page_and_both_see_where_it_stands(sent, sign_in):
    page = f"/invoices/{sent.sent.public_id}"
    seller = sign_in(Role.BOARD, sent.session.get(Organisation, sent.seller.id))
    shown = seller.get(f"{page}/e-invoice")
    assert "Er gaat niets naar de koper" in words(shown)
    token = shown.get_data(as_text=True).split('name="csrf_token" value="')[-1].split('"')[0]
    answer = seller.post(f"{page}/e-invoice/peppol", data={"csrf_token": token})
    assert answer.status_code == 303
    made = sent.session.scalars(select(PeppolDelivery)).one()
    assert "urn:fdc:peppol.eu:2017:poacc:billing:3.0" in made.document
    assert "Oefen met versturen" not in words(seller.get(f"{page}/e-invoice"))
    buyer = sign_in(Role.PURCHASER, sent.session.get(Organisation, sent.buyer.id))
    assert "Via Peppol, als oefening: staat klaar" in words(buyer.get(page))
    assert buyer.post(f"{page}/e-invoice/peppol").status_code == 403
