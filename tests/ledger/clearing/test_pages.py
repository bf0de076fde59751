"""The pages of rounds: taking part on a phone, a round from both sides, the letter, and what everybody sees."""

import re
from datetime import timedelta

import pytest

from cwb.identity.models import Organisation
from cwb.kernel import clock
from cwb.kernel.policy import Role
from ledger.clearing import services
from ledger.netting.gateway import solve
from tests.ledger.clearing.test_services import Loops
from tests.ledger.desk.pages import posting, text


@pytest.fixture
def live(trade):
    trade.at = clock.now() - timedelta(days=40)
    return Loops(trade)


def press(browser, page, action):
    """Press the button that leads there."""
    html = browser.get(page).get_data(as_text=True)
    place = html.index(f'action="{action}"')
    facts = dict(
        re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', html[place : html.index("</form>", place)])
    )
    return browser.post(action, data=facts)


def plain(answer):
    return text(answer).replace("\xa0", " ")


def test_a_round_from_joining_to_the_letter(live, sign_in):
    for pair, hours in (("AB", "10"), ("BC", "8"), ("CA", "7")):
        live.owe(*pair, hours)
    at_work = {
        name: sign_in(Role.PURCHASER if name == "A" else Role.BOARD, live.session.get(Organisation, party.id))
        for name, party in live.parties.items()
    }
    programme, auditor = sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    assert "u doet niet mee" in plain(at_work["A"].get("/clearing/own"))
    refused = at_work["A"].post("/clearing/join", data=posting(at_work["A"].get("/clearing/join")))
    assert "zonder akkoord op de tekst kunt u niet meedoen" in plain(refused)
    for browser in at_work.values():
        form = posting(browser.get("/clearing/join"), agreed="y")
        assert browser.post("/clearing/join", data=form).status_code == 303
    assert "u doet mee" in plain(at_work["B"].get("/clearing/own"))
    assert "Daarvan kan nu ten hoogste € 825,84 wegvallen" in plain(programme.get("/clearing/programme"))
    begun = programme.post("/clearing/begin", data=posting(programme.get("/clearing/begin"), days="7"))
    page = begun.location
    assert "Verrekening" in plain(at_work["A"].get("/"))  # it waits on the start page
    assert "U bent Voorbeeld 1 € 275,28 niet meer schuldig" in plain(at_work["A"].get(page))
    assert "Voorbeeld 3 is u € 275,28 niet meer schuldig" in plain(at_work["B"].get(page))
    assert "Voer de ronde uit" not in plain(programme.get(page))
    assert press(at_work["A"], page, f"{page}/no").status_code == 303
    assert "U zei nee. Voor u valt er niets weg." in plain(at_work["A"].get(page))
    seen = plain(at_work["B"].get(page))
    assert "Het voorstel was voor u € 275,28" in seen
    assert "Nu valt er voor u niets meer weg." in seen
    assert "Voorbeeld 3 is u" not in seen
    assert "Iemand zei nee of stopte, of betaalde al." in plain(programme.get(page))
    for browser in at_work.values():
        assert press(browser, page, f"{page}/yes").status_code == 303
    assert "U zei nee" not in plain(at_work["A"].get(page))
    assert "Voer de ronde uit" not in plain(auditor.get(page))
    assert press(programme, page, f"{page}/carry-out").status_code == 303
    assert "€ 825,84" in plain(auditor.get(page))
    letter = f"{page}/{live.owed['AB'].public_id}.pdf"
    assert at_work["A"].get(letter).data.startswith(b"%PDF")
    assert at_work["C"].get(letter).status_code == 404
    assert "Verrekening" in plain(at_work["A"].get(f"/invoices/{live.owed['AB'].public_id}"))
    seen = plain(sign_in(Role.RESIDENT).get("/clearing"))
    assert "niet getoond" in seen  # three parties are too few
    assert "825,84" not in seen
    assert "€ 825,84" in plain(auditor.get("/clearing/looking-back"))


def test_without_loops_the_programme_reads_what_would_make_one_and_who_cannot_pay_goes_out(live, sign_in):
    live.owe("A", "B", "10")
    live.join()
    programme = sign_in(Role.PROGRAMME)
    page = plain(programme.get("/clearing/programme"))
    assert "Nog geen lussen" in page
    assert "Voorbeeld 1 koopt iets van Voorbeeld 3: er kan dan tot € 786,50 weg." in page
    refused = programme.post("/clearing/begin", data=posting(programme.get("/clearing/begin")))
    assert "Er zijn geen lussen" in plain(refused)
    action = f"/clearing/members/{live.parties['B'].public_id}/stop"
    assert action in programme.get("/clearing/programme").get_data(as_text=True)
    asked = programme.get(action)
    assert f"Kan {live.parties['B'].name} niet meer betalen?" in plain(asked)
    assert programme.post(action, data=posting(asked)).status_code == 422  # one press is not enough
    assert "u doet mee" in plain(sign_in(Role.BOARD, live.parties["B"]).get("/clearing/own"))
    assert programme.post(action, data=posting(asked, sure="y")).status_code == 303
    assert programme.get(action).status_code == 303
    assert "u doet niet mee" in plain(sign_in(Role.BOARD, live.parties["B"]).get("/clearing/own"))


def test_a_party_keeps_an_agreement_out(live, sign_in):
    made = live.owe("A", "B", "10")
    live.join()
    browser = sign_in(Role.BOARD, live.session.get(Organisation, live.parties["B"].id))
    form = posting(browser.get("/clearing/own"), agreement=str(made.agreement_id), reason="pledged")
    assert browser.post("/clearing/bars", data=form).status_code == 303
    assert "verpand of verkocht aan een ander" in plain(browser.get("/clearing/own"))
    assert press(browser, "/clearing/own", "/clearing/leave").status_code == 303
    assert "u doet niet mee" in plain(browser.get("/clearing/own"))


def test_what_was_answered_is_marked_and_only_the_other_answer_is_left(live, sign_in):
    for pair in ("AB", "BC", "CA"):
        live.owe(*pair, "10")
    live.join()
    live.at = clock.now()
    page = f"/clearing/rounds/{live.begin().public_id}"
    live.session.commit()
    board = sign_in(Role.BOARD, live.parties["B"])
    assert press(board, page, f"{page}/yes").status_code == 303
    seen = plain(board.get(page))
    assert "U zei ja" in seen
    assert "Toch nee" in seen
    assert "laat dit wegvallen" not in seen
    assert press(board, page, f"{page}/no").status_code == 303
    seen = plain(board.get(page))
    assert "U zei nee" in seen
    assert "Toch ja" in seen
    assert "wij doen deze ronde niet mee" not in seen


def test_a_page_of_a_round_solves_only_what_an_answer_or_an_invoice_changed(live, sign_in, monkeypatch):
    solved = []
    monkeypatch.setattr(services, "solve", lambda net: solved.append(net) or solve(net))
    for pair, hours in (("AB", "10"), ("BC", "8"), ("CA", "7")):
        live.owe(*pair, hours)
    live.join()
    live.at = clock.now()
    page = f"/clearing/rounds/{live.begin().public_id}"
    live.session.commit()
    programme, board = sign_in(Role.PROGRAMME), sign_in(Role.BOARD, live.parties["B"])
    programme.get(page)
    solved.clear()
    for browser in (programme, board, board, programme):
        assert browser.get(page).status_code == 200
    assert not solved
    assert press(board, page, f"{page}/no").status_code == 303
    assert "Nu € 0,00" in plain(programme.get(page))
    live.trade.pay(live.owed["AB"], "200.00", at=live.at, paid_on=live.at.date())
    live.session.commit()
    solved.clear()
    assert press(board, page, f"{page}/yes").status_code == 303
    programme.get(page)
    assert len(solved) == 1
