"""Who does the money books it, sees it and sets it off on the pages; nobody else does."""

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from ledger.incoming.models import IncomingSender
from tests.ledger.desk.pages import text


def test_from_the_entry_of_a_new_supplier_to_his_invoice_and_back(upfront, sign_in):
    entry, back = upfront.money("-200.00"), upfront.money("20.00")
    upfront.session.commit()
    home = upfront.session.get(Organisation, upfront.buyer.id)
    browser = sign_in(Role.PURCHASER, home)
    place = f"/bank/entries/{entry.public_id}/ahead"
    assert "Staat de leverancier er niet bij?" in text(browser.get(place))
    new = {"other": "0", "name": "Drukkerij van buiten (voorbeeld)", "kvk": "1234567"}
    assert browser.post(place, data=new).status_code == 422
    assert browser.post(place, data=new | {"kvk": ""}).status_code == 422
    assert browser.post(place, data={"other": "-999999"}).status_code == 422
    assert browser.post(place, data=new | {"kvk": "68750110"}).status_code == 303
    sender = upfront.session.query(IncomingSender).one()
    own = f"/bank/ahead/suppliers/{sender.public_id}"
    assert own in browser.get(f"/bank/entries/{entry.public_id}").text
    assert own in browser.get("/bank/ahead").text
    assert "upfront,Drukkerij van buiten (voorbeeld)" in browser.get("/bank/ahead.csv").text
    held = upfront.inbox.take(number="2026-101", seller={"kvk": "68750110"})
    upfront.inbox.approve(held)
    upfront.session.commit()
    assert "staat € 200,00 vooruit" in text(browser.get(f"/incoming/{held.public_id}"))
    assert "Verreken met 2026-101" in text(browser.get(own))
    assert browser.post(f"{own}/set-off/{held.public_id}").status_code == 303
    page = text(browser.get(own))
    assert "Verrekend met factuur 2026-101" in page
    assert "€ 67,13" in page
    assert "verrekend met wat vooruit stond" in text(browser.get(f"/incoming/{held.public_id}"))
    again = browser.post(f"/bank/entries/{entry.public_id}/back", follow_redirects=True)
    assert "Draai dat eerst terug" in text(again)
    there = f"/bank/entries/{back.public_id}/ahead"
    assert "(geeft terug)" in text(browser.get(there))
    assert browser.post(there, data={"other": str(-sender.id)}).status_code == 303
    assert "€ 47,13" in text(browser.get(own))
    assert f"Terug van {sender.name}" in text(browser.get(f"/bank/entries/{back.public_id}"))


def test_others_see_nothing_of_it(upfront, sign_in):
    upfront.book("-200.00")
    held = upfront.invoice("2026-101")
    place = f"/bank/ahead/suppliers/{upfront.sender.public_id}"
    upfront.session.commit()
    stranger = sign_in(Role.BOARD, upfront.session.get(Organisation, upfront.trade.partner.id))
    assert stranger.get(place).status_code == 404
    assert stranger.post(f"{place}/set-off/{held.public_id}").status_code == 404
    home = upfront.session.get(Organisation, upfront.buyer.id)
    assert sign_in(Role.ASSESSOR, home).get(place).status_code == 403
    assert upfront.one().upfront == 20_000


def test_the_account_of_another_asks_for_a_tick(upfront, sign_in):
    other = upfront.inbox.take(
        number="A-1", seller={"name": "Ander", "kvk": "12345678", "iban": "NL63TRIO0212345678"}
    )
    upfront.inbox.approve(other)
    sender, entry = upfront.sender, upfront.money("-20.00", iban="NL63TRIO0212345678")
    upfront.session.commit()
    browser = sign_in(Role.PURCHASER, upfront.session.get(Organisation, upfront.buyer.id))
    place = f"/bank/entries/{entry.public_id}/ahead"
    page = browser.get(place).text
    assert f'value="-{other.sender_id}" selected' in page or f'selected value="-{other.sender_id}"' in page
    assert 'name="sure"' not in page
    asked = browser.post(place, data={"other": str(-sender.id)})
    assert (asked.status_code, 'name="sure"' in asked.text) == (422, True)
    assert "Deze rekening is van Ander" in text(asked)
    assert browser.post(place, data={"other": str(-sender.id), "sure": "y"}).status_code == 303
