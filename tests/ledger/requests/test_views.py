"""From a code on the shop's screen to green on the payer's phone, with a PIN and back."""

import html
import re

import pytest

from cwb.kernel.policy import Role
from ledger.requests.models import PaymentRequest
from ledger.shops.models import PaymentReturn
from ledger.wallets.models import Wallet, WalletPayment
from tests.authenticator import Device
from tests.ledger.desk.pages import posting, text
from tests.ledger.wallets.test_views import press, send, wallets


@pytest.fixture
def street(session, sign_in, make_organisation):
    """A board, a colleague at the till, a resident with 100 euro, the programme."""
    runs, board, resident = sign_in(Role.PROGRAMME), sign_in(Role.BOARD), sign_in(Role.RESIDENT)
    till = sign_in(Role.MEMBER, board.organisation)
    send(runs, "/currency/NWE/set-up", keeper_kvk=make_organisation().kvk_number)
    for browser in (board, resident):
        press(browser, "/wallet", "/wallet/open/NWE")
    mine, shop = (wallets(session)[firm] for firm in (False, True))
    send(runs, "/currency/NWE/issue", amount="100,00", wallet_code=mine.code, reference="NL-1")
    return runs, board, till, resident, mine, shop


def said(response):
    return text(response).replace("\xa0", " ")


def test_at_the_till_from_amount_to_the_word_paid_and_back(session, street):
    _runs, board, till, resident, _mine, _shop = street
    assert "Kassa" in said(till.get("/till"))
    made = send(till, "/till", amount="12,50", note="brood")
    there = made.headers["Location"]
    page = said(till.get(there))
    assert "Wacht op de klant" in page
    assert 'http-equiv="refresh"' in till.get(there).get_data(as_text=True)
    assert till.get(f"{there}/state").json == {"state": "waits"}
    found = session.query(PaymentRequest).one()
    link = f"/payment/{found.public_id}"
    assert till.get(f"{link}/qr.svg").mimetype == "image/svg+xml"

    page = said(resident.get(link))
    assert "Betaal € 12,50" in page
    assert board.organisation.name in page
    form = posting(resident.get(link))
    paid = [resident.post(link, data=form).headers["Location"] for _ in range(2)]  # a double tap
    assert paid[0] == paid[1]
    assert "Betaald" in said(resident.get(paid[0]))
    assert resident.get(link).headers["Location"] == paid[0]
    assert "Betaald" in said(till.get(there))
    assert till.get(f"{there}/state").json == {"state": "paid"}
    assert "al betaald" in said(till.get(link))

    day = said(till.get("/till/day"))
    assert "Samen € 12,50" in day
    assert "brood" in day
    assert "12.50" in till.get("/till/day.csv").get_data(as_text=True)
    back = f"/till/back/{session.query(WalletPayment).one().public_id}"
    assert "nog € 12,50 teruggeven" in said(send(till, back, amount="12,51"))
    assert send(till, back, amount="2,50").status_code == 303
    assert "Samen € 10,00" in said(till.get("/till/day"))
    assert session.query(PaymentReturn).count() == 1
    assert resident.get(back).status_code == 403


def test_above_the_small_amount_a_pin_is_asked_and_five_wrong_ones_end_it(session, street):
    _runs, board, _till, resident, mine, shop = street
    ask = f"/payment/ask/{shop.public_id}"
    asked = send(board, ask, amount="30,00", note="", lasting="day").headers["Location"]
    assert "U vraagt € 30,00" in said(board.get(asked))
    link = f"/payment/{session.query(PaymentRequest).one().public_id}"
    assert "Kies eerst een pincode" in said(resident.get(link))
    assert "Deze cijfers raadt iedereen" in said(send(resident, "/wallet/pin", pin="11111", again="11111"))
    assert send(resident, "/wallet/pin", pin="27182", again="27182").status_code == 303
    assert "Typ uw pincode" in said(send(resident, link, pin=""))
    assert "nog 4 keer" in said(send(resident, link, pin="31415"))
    page = send(resident, link, pin="27182")
    assert page.status_code == 303
    assert session.query(WalletPayment).one().confirmed == "pin"
    assert "Ontvangen" in said(board.get(asked))

    nobody = send(resident, f"/wallet/{mine.public_id}/pay", code="22222222", amount="26,00", note="huur")
    assert nobody.status_code == 422  # told before a PIN is typed
    typed = send(resident, f"/wallet/{mine.public_id}/pay", code=shop.code, amount="26,00", note="huur")
    confirm = typed.headers["Location"]
    assert confirm.startswith(f"/payment/to/{shop.code}?")
    for _ in range(4):
        send(resident, confirm, pin="31415")
    assert "werkt niet meer" in said(send(resident, confirm, pin="31415"))
    assert "werkt niet meer" in said(send(resident, confirm, pin="27182"))
    assert session.query(WalletPayment).count() == 1
    assert "vijf keer fout" in said(resident.get("/wallet/pin"))


def test_the_code_on_the_wall_asks_the_amount_and_shows_whom_before_it_is_paid(session, street):
    _runs, board, _till, resident, _mine, shop = street
    there = f"/payment/to/{shop.code}"
    assert f"Betaal aan {board.organisation.name}" in said(resident.get(there))
    assert "meer dan nul" in said(send(resident, there, amount="0", note=""))
    confirm = send(resident, there, amount="3,00", note="koffie").headers["Location"]
    assert "Kijk eerst of dit klopt" in said(resident.get(confirm))
    assert "Betaald" in said(resident.get(send(resident, confirm).headers["Location"]))
    assert "eigen code" in said(board.get(f"{there}?amount=3.00"))
    assert "niet genoeg" in said(resident.get(f"{there}?amount=97.01"))
    for odd in ("-1", "nan", "1e99", "0.001", "x", "Infinity"):
        assert "Hoeveel betaalt u?" in said(resident.get(f"{there}?amount={odd}")), odd
    assert resident.get("/payment/to/ABCDEFGH").status_code in {404, 422}
    assert "Typ het bedrag" in said(board.get(f"/payment/poster/{shop.public_id}"))
    assert session.query(WalletPayment).one().note == "koffie"


def test_what_all_costs_together_is_told_where_a_part_is_paid_in_euros(session, street):
    _runs, board, till, resident, mine, shop = street
    there = f"/wallet/{mine.public_id}/pay"
    assert "meer dan alles samen" in said(send(resident, there, code=shop.code, amount="3,00", price="2,99"))
    assert send(resident, there, code=shop.code, amount="3,00", price="9,00").status_code == 303
    send(board, f"/payment/ask/{shop.public_id}", amount="5,00", price="20,00", note="", lasting="quarter")
    send(till, "/till", amount="1,00", price="4,00", note="")
    wall = send(resident, f"/payment/to/{shop.code}", amount="2,00", price="8,00").headers["Location"]
    send(resident, wall)
    found = {each.amount: each for each in session.query(PaymentRequest)}
    for each in found.values():
        send(resident, f"/payment/{each.public_id}")
    prices = {each.amount: each.price for each in session.query(WalletPayment)}
    assert prices == {3_00: 9_00, 5_00: 20_00, 1_00: 4_00, 2_00: 8_00}


def test_a_request_that_was_taken_back_or_is_too_old_says_so(session, street):
    _runs, board, _till, resident, _mine, shop = street
    send(board, f"/payment/ask/{shop.public_id}", amount="5,00", note="", lasting="quarter")
    found = session.query(PaymentRequest).one()
    form = posting(resident.get(f"/payment/{found.public_id}"))
    asked = f"/payment/asked/{found.public_id}"
    assert resident.get(asked).status_code == 404
    assert press(board, asked, f"{asked}/withdraw").status_code == 303
    refused = resident.post(f"/payment/{found.public_id}", data=form)
    assert refused.status_code == 422
    assert "Ingetrokken" in said(refused)
    assert "ingetrokken" in said(board.get(f"/payment/requests/{shop.public_id}"))
    assert "withdrawn" in board.get(f"/payment/requests/{shop.public_id}.csv").get_data(as_text=True)


def test_the_desk_gives_a_code_for_a_new_pin(street):
    runs, _board, till, resident, _mine, _shop = street
    assert till.get("/currency/desk").status_code == 403
    assert "Niemand hier" in said(send(runs, "/currency/desk", email="niemand@voorbeeld.example"))
    there = send(runs, "/currency/desk", email=resident.user.email.upper()).headers["Location"]
    assert resident.user.name in said(runs.get(there))
    assert send(runs, there, checked="passport").status_code == 303
    code = re.search(r"De code ([0-9A-Z-]{9})", said(runs.get(there)))[1]
    assert code not in said(runs.get(there))
    send_pin = {"pin": "27182", "again": "27182"}
    assert "werkt niet" in said(send(resident, "/wallet/pin/code", code="2222-2222", **send_pin))
    assert send(resident, "/wallet/pin/code", code=code, **send_pin).status_code == 303
    assert "gebruikt" in said(runs.get("/currency/desk"))
    assert "passport" in runs.get("/currency/desk.csv").get_data(as_text=True)


def question(browser, path):
    """What the page asks a passkey to answer."""
    found = re.search(r'data-question="([^"]*)"', browser.get(path).get_data(as_text=True))
    return html.unescape(found[1])


def test_a_passkey_pays_what_it_was_asked_about_and_nothing_else(session, street):
    _runs, board, _till, resident, _mine, shop = street
    device, stranger, new = Device(), Device(), "/account/passkeys/new"
    assert (
        send(resident, new, name="Telefoon", answer=device.create(question(resident, new))).status_code == 303
    )
    for amount in ("30,00", "40,00"):
        send(board, f"/payment/ask/{shop.public_id}", amount=amount, note="", lasting="quarter")
    one, other = (f"/payment/{each.public_id}" for each in session.query(PaymentRequest).order_by("amount"))
    answer = device.get(question(resident, one))
    assert send(resident, other, answer=answer).status_code == 422  # asked about 30, sent for 40
    stranger.get(question(resident, one))
    assert send(resident, one, answer=stranger.get(question(resident, one))).status_code == 422
    assert send(resident, one, answer="").status_code == 422  # above the small amount, with nothing
    assert session.query(WalletPayment).count() == 0
    answer = device.get(question(resident, one))
    assert send(resident, one, answer=answer).status_code == 303
    paid = session.query(WalletPayment).one()
    assert (paid.amount, paid.confirmed) == (30_00, "passkey")
    assert send(resident, other, answer=answer).status_code == 422  # an answer that was used
    assert session.query(WalletPayment).count() == 1


def test_a_day_at_the_till_never_adds_practice_money_to_real_money(
    session, street, sign_in, make_organisation
):
    runs, board, till, resident, _mine, _shop = street
    send(runs, "/currency/KRE/set-up", keeper_kvk=make_organisation().kvk_number)
    send(runs, "/currency/NWE/review", reviewer="mr. Voorbeeld", reviewed_on="01-10-2026", document="Advies")
    assert send(sign_in(Role.PROGRAMME), "/currency/NWE/confirm", sure="y").status_code == 303
    for code in ("NWE", "KRE"):
        press(board, "/wallet", f"/wallet/open/{code}")
    credit = session.query(Wallet).filter_by(instrument_code="KRE").one().code
    told = said(resident.get(f"/payment/to/{credit}?amount=3"))
    assert "Dit geld is voor organisaties" in told
    assert "Neem een portemonnee" not in told
    page = said(till.get("/till"))
    assert "Krediet onder coöperaties (simulatie)" in page
    assert "Dit is oefengeld" not in page
    day = said(till.get("/till/day"))
    assert day.count("Ontvangen") == 2
    assert day.count("simulatie") == 1
    assert "Dit is oefengeld" not in day
