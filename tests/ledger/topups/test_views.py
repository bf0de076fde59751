"""A resident tops up on the phone, spends, and asks the rest back; the desk sees float and claims."""

import re

import pytest

from cwb.kernel import clock
from cwb.kernel.policy import Actor, Role
from ledger.checkout.services import open_till
from ledger.instruments.rules import Code
from ledger.instruments.services import set_up
from ledger.topups.models import TopUp
from ledger.wallets.models import Wallet
from tests.ledger.desk.pages import text
from tests.ledger.tills.test_views import practise
from tests.ledger.wallets.test_views import press, send


@pytest.fixture
def runs(session, make_organisation, sign_in):
    """The programme, with a simulation whose keeper has a till and a float."""
    browser, keeper = sign_in(Role.PROGRAMME), make_organisation()
    actor = Actor(browser.user.id, "", browser.organisation.id, "", frozenset({Role.PROGRAMME}))
    set_up(session, code=Code.NWE, keeper_kvk=keeper.kvk_number, actor=actor, at=clock.now())
    open_till(session, organisation_id=keeper.id, account="acct_practice88", at=clock.now())
    session.commit()
    fill = "/currency/NWE/top-ups/fill"
    assert send(browser, fill, source="given", amount="4,00", reference="NL-1").status_code == 422
    assert send(browser, fill, source="given", amount="200,00", reference="NL-1").status_code == 303
    return browser


def own_wallet(session, browser):
    assert press(browser, "/wallet", "/wallet/open/NWE").status_code == 303
    session.expire_all()
    return session.query(Wallet).filter_by(firm=False).one()


def test_from_the_phone_to_the_wallet_and_back(session, runs, sign_in):
    resident = sign_in(Role.RESIDENT)
    mine = own_wallet(session, resident)
    there = f"/wallet/{mine.public_id}"
    assert "Waardeer op" in text(resident.get(there))
    asked = text(resident.get(f"{there}/top-up"))
    assert "nagebouwde Stripe" in asked
    assert "150,00" in asked
    assert "past nog" in text(send(resident, f"{there}/top-up", amount="150,01"))
    begun = send(resident, f"{there}/top-up", amount="60,00")
    page = begun.location.removesuffix("/back")
    assert resident.get(begun.location).status_code == 303
    assert resident.get(f"{there}/top-up").location == page  # goes on with what runs
    practise(resident, page, "now")
    shown = text(resident.get(page))
    assert "binnen en geboekt" in shown
    assert "Naar uw portemonnee" in shown
    assert "Dit is oefenen" in shown
    assert "60,00" in text(resident.get(there))
    assert "Tegoed uitgegeven" in text(resident.get(there))
    for stranger in (sign_in(Role.RESIDENT), runs):
        assert stranger.get(page).status_code == 403
        assert stranger.get(f"{page}/take-back").status_code == 404
    above = send(resident, f"{page}/take-back", amount="60,01")
    assert above.status_code == 422
    assert "nog € 60,00 terugvragen" in text(above).replace("\xa0", " ")
    back = send(resident, f"{page}/take-back", amount="60,00")
    assert back.status_code == 303
    resident.get(back.location)
    assert "terugbetaald" in text(resident.get(page))
    assert resident.get(f"{page}/take-back").status_code == 303
    assert "€ 0,00" in text(resident.get(there)).replace("\xa0", " ")


def test_who_pays_in_a_way_that_can_be_taken_back_reads_why_it_brought_nothing(session, runs, sign_in):
    resident = sign_in(Role.RESIDENT)
    mine = own_wallet(session, resident)
    begun = send(resident, f"/wallet/{mine.public_id}/top-up", amount="20,00")
    page = begun.location.removesuffix("/back")
    resident.get(begun.location)
    checkout = practise(resident, page, "later")
    assert "In behandeling" in text(resident.get(page))
    resident.get(resident.post(checkout, data={"how": "confirm"}).location)
    shown = text(resident.get(page))
    assert "U kreeg hier geen lokaal geld voor" in shown
    assert "binnen en geboekt" not in shown


def test_the_desk_reads_the_float_and_closes_a_claim(session, runs, sign_in):
    resident, board = sign_in(Role.RESIDENT), sign_in(Role.BOARD)
    mine = own_wallet(session, resident)
    press(board, "/wallet", "/wallet/open/NWE")
    shop = session.query(Wallet).filter_by(firm=True).one()
    there = f"/wallet/{mine.public_id}"
    begun = send(resident, f"{there}/top-up", amount="20,00")
    resident.get(begun.location)
    page = begun.location.removesuffix("/back")
    checkout = practise(resident, page, "now")
    assert send(resident, f"{there}/pay", code=shop.code, amount="15,00", note="brood").status_code == 303
    answer = resident.post(checkout, data={"how": "dispute"})
    resident.get(answer.location)
    seen = text(runs.get("/currency/NWE/top-ups"))
    assert "al uitgegeven" in seen
    assert "15,00" in seen
    assert "Opwaarderingen die teruggingen" in text(runs.get("/"))
    assert b"15.00" in runs.get("/currency/NWE/top-ups.csv").data
    claim = session.query(TopUp).one().public_id
    auditor = sign_in(Role.AUDITOR)
    assert "Boek af" not in text(auditor.get("/currency/NWE/top-ups"))
    assert auditor.post(f"/currency/NWE/top-ups/{claim}/lost").status_code in {400, 403}
    desk = "/currency/NWE/top-ups"
    for _ in range(2):
        press(runs, desk, f"{desk}/{claim}/lost")
    session.expire_all()
    found = session.query(TopUp).one()
    assert (found.owed, found.lost) == (0, 15_00)
    assert re.search(r"Boek af", text(runs.get(desk))) is None
    for missing in ("/currency/KRE/top-ups", "/currency/QQQ/top-ups"):
        assert runs.get(missing).status_code == 404
