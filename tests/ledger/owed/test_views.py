"""Who does the money uses what is owed back; nobody else reads of it, and no button stands that only refuses."""

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.batches.services import make_batch
from ledger.invoicing import queries as invoicing
from tests.ledger.bankdesk.conftest import BUYERS, SELLERS


def test_from_the_list_to_a_set_off_and_the_file_by_both_sides(owed, sign_in):
    first, trade = owed.credited(), owed.trade
    later = trade.approve(trade.send(quantity="2"))
    place = f"/bank/credits/{first.public_id}"
    buyer = sign_in(Role.PURCHASER, trade.buyer)
    assert place in buyer.get(f"/invoices/{first.public_id}").text
    page = buyer.get("/bank/ahead").text
    assert ("Wat u terugkrijgt na een creditfactuur" in page, place in page) == (True, True)
    page = buyer.get(place).text
    assert (later.number in page, "157,30" in page, "/payback" in page) == (True, True, False)
    assert buyer.post(f"{place}/payback", data={"amount": "1,00"}).status_code == 422
    assert buyer.post(f"{place}/set-off/{later.public_id}").status_code == 303
    seller = sign_in(Role.BOARD, trade.seller)
    assert "Wat u terugbetaalt na een creditfactuur" in seller.get("/bank/ahead").text
    assert seller.post(f"{place}/payback", data={"amount": "78,66"}).status_code == 422
    assert seller.post(f"{place}/payback", data={"amount": "78,65"}).status_code == 303
    assert "kan in een betaalbestand" in seller.get(place).text
    assert place in seller.get("/bank/ahead").text
    assert "credit held" in seller.get("/bank/ahead.csv").text
    statement = f"/books/{trade.seller.public_id}/statement/receivable/{trade.buyer.public_id}"
    assert "Tegoed gebruikt voor een andere factuur" in seller.get(statement).text


def test_others_see_nothing_of_it(owed, sign_in):
    first, trade = owed.credited(), owed.trade
    later = trade.approve(trade.send(quantity="2"))
    place = f"/bank/credits/{first.public_id}"
    stranger = sign_in(Role.BOARD, trade.partner)
    assert stranger.get(place).status_code == 404
    assert stranger.post(f"{place}/set-off/{later.public_id}").status_code == 404
    assert stranger.post(f"{place}/payback", data={"amount": "1,00"}).status_code == 404
    assert "Er staat niets vooruit" in stranger.get("/bank/ahead").text
    assert sign_in(Role.MEMBER, trade.seller).get(place).status_code == 403


def test_what_is_in_an_open_file_has_no_button_but_the_reason(owed, sign_in):
    first, trade = owed.credited(), owed.trade
    later = trade.approve(trade.send(quantity="2"))
    owed.session.get(Organisation, trade.buyer.id).iban = BUYERS
    owed.session.get(Organisation, trade.seller.id).iban = SELLERS
    make_batch(owed.session, payer=trade.buyer, actor=trade.purchaser, at=trade.at, faults=[])
    back = owed.back(Money(100))
    make_batch(owed.session, payer=trade.seller, actor=trade.member, at=trade.at, faults=[])
    place = f"/bank/credits/{first.public_id}"
    seller = sign_in(Role.BOARD, trade.seller)
    page = seller.get(place).text
    assert "Staat in een open betaalbestand." in page
    assert f"{place}/set-off/{later.public_id}" not in page
    assert f"/bank/ahead/paybacks/{back.public_id}/drop" not in page
    assert "Sluit eerst het betaalbestand af." in page
    assert "staat in een betaalbestand" in seller.get("/bank/ahead").text
    assert seller.post(f"{place}/set-off/{later.public_id}").status_code == 409


def test_the_side_that_set_off_takes_it_back_and_the_other_seller_does_not(owed, sign_in):
    trade = owed.trade
    one = owed.ahead.over("100.00")
    later = trade.approve(trade.send(quantity="2"))
    paid = owed.ahead.set_off(one, later)
    place = f"/bank/payments/{paid.public_id}/undo"
    seller = sign_in(Role.BOARD, trade.seller)
    assert place in seller.get(f"/bank/ahead/{one.booking_id}").text
    assert seller.post(place, data={"reason": "Verkeerde factuur"}).status_code == 303
    assert invoicing.locked(owed.session, later.id).open == Money(7_865)
    again = owed.ahead.set_off(one, later, party_id=trade.buyer.id, actor=trade.purchaser)
    place = f"/bank/payments/{again.public_id}/undo"
    assert place not in seller.get(f"/bank/ahead/{one.booking_id}").text
    assert place in sign_in(Role.PURCHASER, trade.buyer).get(f"/bank/ahead/{one.booking_id}").text
    assert sign_in(Role.BOARD, trade.seller).get(place).status_code == 403


def test_a_repayment_by_hand_is_booked_from_the_page_of_its_entry(owed, sign_in):
    trade = owed.trade
    one = owed.ahead.over("100.00")
    back = owed.ahead.back(one, Money(10_000))
    entry = owed.ahead.money("-100.00", text="terug")
    seller = sign_in(Role.BOARD, trade.seller)
    place = f"/bank/entries/{entry.public_id}/payback/{back.public_id}"
    assert place in seller.get(f"/bank/entries/{entry.public_id}").text
    assert "Terugbetaling van een tegoed" in seller.get("/bank/work").text
    other = owed.ahead.money("-99.00", text="iets anders")
    seller.post(f"/bank/entries/{other.public_id}/payback/{back.public_id}")
    assert owed.desk.entry().state == "open"
    assert sign_in(Role.BOARD, trade.partner).post(place).status_code == 404
    assert sign_in(Role.BOARD, trade.seller).post(place).status_code == 303
    assert "terugbetaald" in seller.get(f"/bank/ahead/{one.booking_id}").text
