"""Money without a reference is proposed by name and amount, and never booked by itself."""

from cwb.kernel.policy import Role
from tests.ledger.bankdesk.conftest import STRANGE, camt, row
from tests.ledger.bankdesk.test_import import state


def test_one_invoice_of_that_name_and_amount_is_proposed_and_a_person_books_it(desk, sign_in):
    trade = desk.trade
    sent = trade.approve(trade.send())
    facts = {"ref": "A", "iban": STRANGE, "text": "dank", "name": trade.buyer.name.upper()}
    taken = desk.take(camt("S1", "0.00", "393.25", row("393.25", **facts)))
    assert (taken.matched, state(desk, sent)) == (0, ("approved", "393.25"))
    entry = desk.entry()
    board = sign_in(Role.BOARD, trade.seller)
    page = board.get(f"/bank/entries/{entry.public_id}").text
    assert "Naam en bedrag zijn die van deze open factuur." in page
    assert "Naam en bedrag" in board.get("/bank/work").text
    assert board.post(f"/bank/entries/{entry.public_id}/accept").status_code == 303
    assert desk.bookings() == [("payment", 39_325, "named")]
    assert state(desk, sent) == ("paid", "0.00")


def test_two_alike_are_listed_and_none_is_chosen(desk, sign_in):
    trade = desk.trade
    both = [trade.approve(trade.send()) for _ in range(2)]
    facts = {"ref": "A", "iban": STRANGE, "text": "dank", "name": trade.buyer.name}
    desk.take(camt("S1", "0.00", "393.25", row("393.25", **facts)))
    entry = desk.entry()
    board = sign_in(Role.BOARD, trade.seller)
    page = board.get(f"/bank/entries/{entry.public_id}").text
    assert all(each.number in page for each in both)
    assert "Er passen er meer. Kies hieronder welke het is." in page
    assert "/accept" not in page
    board.post(f"/bank/entries/{entry.public_id}/accept")
    assert desk.entry().state == "open"
