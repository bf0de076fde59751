"""From the member's own page to the books and back, on pages; who may see what."""

import re
from dataclasses import replace

import pytest

from cwb.kernel import clock
from cwb.kernel.policy import Role
from ledger.checkout import queries
from ledger.checkout.gateway import provider
from ledger.checkout.models import PaymentIssue, PaymentOrder
from ledger.checkout.rules import OrderState
from ledger.checkout.services import open_till
from ledger.tills import views
from ledger.webhooks.models import Webhook
from tests.coops.capital.test_views import TERMS, add
from tests.ledger.desk.pages import text


@pytest.fixture
def home(make_organisation):
    return make_organisation(iban="NL55CWBX0000000910")


@pytest.fixture
def board(sign_in, home):
    return sign_in(Role.BOARD, home)


@pytest.fixture
def member(sign_in, session, board, home):
    """A member who owes dues to a cooperative with a till."""
    open_till(session, organisation_id=home.id, account="acct_practice01", at=clock.now())
    browser = sign_in(Role.MEMBER, home)
    board.post("/capital/terms", data=TERMS)
    browser.member = add(board, browser.user.email)
    board.post("/capital/dues")
    return browser


def start(member):
    """Begin to pay: the page of the payment."""
    answer = member.post("/membership/capital/dues/pay")
    assert answer.status_code == 303
    assert member.get(answer.location).status_code == 303
    return answer.location.removesuffix("/back")


def practise(browser, page, how):
    """Pay at the twin, and come back."""
    checkout = re.search(r"/online-payments/practice/cs_test_\w+", browser.get(page).text)[0]
    assert "geen echt geld" in browser.get(checkout).text
    answer = browser.post(checkout, data={"how": how})
    browser.get(answer.location)
    return checkout


def test_a_member_pays_dues_online_and_the_board_gives_back(session, member, board, home):
    assert "Betaal online: Open contributie" in member.get("/membership/capital").text
    page = start(member)
    shown = member.get(page).text
    assert "Dit is oefenen" in shown
    assert "nog niet betaald" in shown
    assert start(member) == page  # it goes on with what runs
    checkout = practise(member, page, "now")
    assert "binnen en geboekt" in member.get(page).text
    assert member.post(checkout, data={"how": "now"}).status_code == 422  # used
    own = member.get("/membership/capital").text
    assert "Contributie online betaald" in own
    assert "Betaal online" not in own
    receipt = re.search(r"/membership/capital/receipts/[0-9a-f-]{36}.pdf", own)[0]
    assert member.get(receipt).status_code == 200
    assert member.post("/membership/capital/dues/pay").status_code == 409
    theirs = board.get(f"/members/{member.member}/capital").text
    assert "Contributie online betaald" in theirs
    assert "Terugdraaien" not in theirs
    assert "12,50" in board.get("/online-payments").text
    assert "ch_" in board.get(page).text
    assert board.post(f"{page}/refund", data={"amount": "12,51"}).status_code == 422
    back = board.post(f"{page}/refund", data={"amount": "2,50"})
    board.get(back.location)
    assert "deels terugbetaald" in board.get(page).text
    assert "Betaal online" in member.get("/membership/capital").text


def test_what_was_paid_before_stands_apart_and_goes_back_without_opening_anything(member, board):
    page = start(member)
    by_hand = {"pot": "dues", "amount": "12,50", "paid_on": clock.now().date().isoformat()}
    assert board.post(f"/members/{member.member}/capital/receive", data=by_hand).status_code == 303
    checkout = practise(member, page, "now")
    told = member.get(page).text
    assert "Het bestuur geeft het terug" in told
    assert "binnen en geboekt" not in told
    assert "Geef het terug met de knop hieronder" in board.get(page).text
    assert "er komt niets weer open" in board.get(f"{page}/refund").text
    board.get(board.post(f"{page}/refund", data={"amount": "2,50"}).location)
    assert "€ 10,00" in text(board.get("/online-payments")).replace("\xa0", " ")
    assert "Betaal online" not in member.get("/membership/capital").text
    member.get(member.post(checkout, data={"how": "dispute"}).location)
    assert "U gaf al € 2,50 terug" in text(board.get("/online-payments")).replace("\xa0", " ")


def test_a_debit_is_underway_and_then_fails(member):
    page = start(member)
    checkout = practise(member, page, "later")
    assert "In behandeling" in member.get(page).text
    answer = member.post(checkout, data={"how": "fail"})
    member.get(answer.location)
    assert "niet gelukt" in member.get(page).text


def test_a_provider_that_does_not_answer_leaves_the_payment_in_hand(session, app, member, monkeypatch):
    door = provider(app.extensions["cwb.config"])
    monkeypatch.setattr(views, "_door", lambda: door)
    door.twin.faults = [500]
    page = start(member)
    assert "In behandeling" in member.get(page).text
    assert member.get(f"{page}/back").status_code == 303
    assert "Naar de betaalpagina" in member.get(page).text


def test_payments_are_seen_by_payer_and_board_alone(session, member, board, sign_in, home):
    page = start(member)
    for stranger in (sign_in(Role.MEMBER, home), sign_in(Role.BOARD)):
        for way in ("", "/back"):
            assert stranger.get(f"{page}{way}").status_code == 403
    for way in ("/check", "/refund"):
        assert member.post(f"{page}{way}").status_code == 403
        assert sign_in(Role.BOARD).post(f"{page}{way}").status_code == 403
    assert board.post(f"{page}/check").status_code == 303


def test_a_point_of_the_work_list_is_taken_off_with_a_word(session, member, board, home, sign_in):
    page = start(member)
    order = session.query(PaymentOrder).one()
    practise(member, page, "now")
    practice = f"/online-payments/practice/{order.session}"
    assert member.post(practice, data={"how": "dispute"}).status_code == 303
    member.get(f"{page}/back")
    shown = board.get("/online-payments").text
    assert "De betaler vroeg het geld terug bij de bank" in shown
    assert "Antwoord in Stripe" in shown
    assert "Online betalingen die uw aandacht vragen: 1" in board.get("/").text
    issue = session.query(PaymentIssue).one()
    solving = f"/online-payments/issues/{issue.public_id}"
    assert sign_in(Role.BOARD).get(solving).status_code == 404
    assert board.post(solving, data={"note": ""}).status_code == 422
    assert board.post(solving, data={"note": "Ledenlijst gestuurd"}).status_code == 303
    assert "De betaler vroeg" not in board.get("/online-payments").text
    assert issue.note == "Ledenlijst gestuurd"


def test_without_a_till_nobody_is_offered_to_pay_online(session, member, home):
    session.delete(queries.find_till(session, home.id))
    session.commit()
    assert "Betaal online" not in member.get("/membership/capital").text
    assert member.post("/membership/capital/dues/pay").status_code == 422
    assert session.query(PaymentOrder).count() == 0


def test_the_endpoint_takes_proven_messages_without_a_token_and_no_others(session, app, client, member):
    app.config["WTF_CSRF_ENABLED"] = False
    page = start(member)
    app.config["WTF_CSRF_ENABLED"] = True
    order = session.query(PaymentOrder).one()
    twin = provider(app.extensions["cwb.config"]).twin
    raw, header = twin.sign(twin.pay(order.session))
    wrong = [({}, raw), ({"Stripe-Signature": header}, raw + b" "), ({"Stripe-Signature": "t=1,v1=00"}, raw)]
    for headers, body in wrong:
        assert client.post("/webhooks/stripe", data=body, headers=headers).status_code == 400
    assert session.query(Webhook).count() == 0
    for _ in range(2):
        answer = client.post("/webhooks/stripe", data=raw, headers={"Stripe-Signature": header})
        assert (answer.status_code, answer.text) == (200, "kept\n")
    assert session.query(Webhook).count() == 1
    assert session.query(PaymentOrder).one().state is OrderState.CREATED  # kept now, worked on after
    assert member.get(page).status_code == 200


def test_the_twin_is_not_there_beside_a_real_key(app, member, monkeypatch):
    page = start(member)
    checkout = re.search(r"/online-payments/practice/cs_test_\w+", member.get(page).text)[0]
    config = app.extensions["cwb.config"]
    app.extensions["cwb.config"] = replace(config, stripe_key="sk_test_x", stripe_webhook_secret="whsec_x")
    assert member.get(checkout).status_code == 404
    assert "Dit is oefenen" not in member.get(page).text
