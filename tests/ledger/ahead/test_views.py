"""Who does the money sees what stands ahead, sets it off and pays it back; nobody else does."""

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.ahead import queries
from ledger.batches.services import make_batch
from tests.ledger.bankdesk.conftest import BUYERS, STRANGE


def test_from_the_entry_to_a_set_off_and_a_repayment(ahead, sign_in):
    trade, entry = ahead.trade, ahead.money("100.00")
    sent = trade.approve(trade.send(quantity="1"))
    browser = sign_in(Role.BOARD, trade.seller)
    assert f"/bank/entries/{entry.public_id}/ahead" in browser.get(f"/bank/entries/{entry.public_id}").text
    page = browser.get(f"/bank/entries/{entry.public_id}/ahead").text
    assert f'value="{trade.buyer.id}" selected' in page
    assert browser.post(f"/bank/entries/{entry.public_id}/ahead", data={"other": "0"}).status_code == 422
    said = browser.post(f"/bank/entries/{entry.public_id}/ahead", data={"other": str(trade.buyer.id)})
    assert said.status_code == 303
    one = ahead.balance()
    place = f"/bank/ahead/{one.booking_id}"
    page = browser.get(place).text
    assert sent.number in page
    assert "100,00" in page
    assert browser.post(f"{place}/set-off/{sent.public_id}").status_code == 303
    assert ahead.balance().free == 6_067
    assert browser.post(f"{place}/payback", data={"amount": "99,00"}).status_code == 422
    assert browser.post(f"{place}/payback", data={"amount": "60,67"}).status_code == 303
    (back,) = ahead.session.scalars(queries.paybacks(trade.seller.id))
    assert "kan in een betaalbestand" in browser.get("/bank/ahead").text
    assert "Terugbetaling aan" in browser.get("/bank/transfers").text
    assert browser.post(f"/bank/ahead/paybacks/{back.public_id}/drop").status_code == 303
    csv = browser.get("/bank/ahead.csv").text
    assert "60.67" in csv


def test_the_statement_of_a_customer_tells_it_on_the_page_as_letter_and_as_file(ahead, sign_in):
    ahead.over("100.00")
    trade = ahead.trade
    browser = sign_in(Role.BOARD, trade.seller)
    place = f"/books/{trade.seller.public_id}/statement/receivable/{trade.buyer.public_id}"
    assert "Open min tegoed" in browser.get(place).text
    assert "ahead,credit" in browser.get(f"{place}.csv").text
    assert browser.get(f"{place}.pdf").data.startswith(b"%PDF")
    aged = f"/books/{trade.seller.public_id}/ageing/receivable"
    assert "Tegoeden van klanten" in browser.get(aged).text
    assert "-100.00" in browser.get(f"{aged}.csv").text


def test_others_see_nothing_of_it(ahead, sign_in):
    one, trade = ahead.over("100.00"), ahead.trade
    browser = sign_in(Role.BOARD, trade.partner)
    assert browser.get(f"/bank/ahead/{one.booking_id}").status_code == 404
    assert "Er staat niets vooruit" in browser.get("/bank/ahead").text
    assert sign_in(Role.MEMBER, trade.seller).get("/bank/ahead").status_code == 403


def test_the_owner_sees_it_and_cannot_pay_it_back_to_itself(ahead, sign_in):
    one, trade = ahead.over("100.00"), ahead.trade
    browser = sign_in(Role.PURCHASER, trade.buyer)
    page = browser.get(f"/bank/ahead/{one.booking_id}").text
    assert "De ander houdt dit geld voor u vast." in page
    assert "/payback" not in page
    refused = browser.post(f"/bank/ahead/{one.booking_id}/payback", data={"amount": "10,00", "iban": STRANGE})
    assert refused.status_code == 422
    assert ahead.balance().free == Money(10_000).minor


def test_who_has_no_part_in_it_does_not_read_that_an_invoice_is_in_a_file(ahead, sign_in):
    one, trade = ahead.over("100.00"), ahead.trade
    later = trade.approve(trade.send())
    ahead.session.get(Organisation, trade.buyer.id).iban = BUYERS
    make_batch(ahead.session, payer=trade.buyer, actor=trade.purchaser, at=trade.at, faults=[])
    place = f"/bank/ahead/{one.booking_id}/set-off/{later.public_id}"
    own = sign_in(Role.BOARD, trade.seller).post(place)
    assert (own.status_code, later.number in own.text) == (409, True)
    strange = sign_in(Role.BOARD, trade.partner).post(place)
    assert (strange.status_code, later.number in strange.text) == (404, False)
