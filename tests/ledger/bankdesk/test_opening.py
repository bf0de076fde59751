"""An organisation whose account had money before its first statement: what the difference is, and how it closes."""

import pytest

from cwb.kernel.policy import Role
from ledger.bank.errors import NoOpeningGap
from ledger.bank.queries import find_standing
from ledger.bankdesk.queries import find_beginning
from ledger.bankdesk.services import book_opening
from tests.ledger.bankdesk.conftest import camt, row
from tests.ledger.bankdesk.test_import import approved, balances
from tests.ledger.desk.pages import text


def book(desk, **facts):
    return book_opening(
        desk.trade.session, party_id=desk.trade.seller.id, actor=desk.trade.member, at=desk.trade.at, **facts
    )


def difference(desk):
    return find_standing(desk.trade.session, desk.trade.seller.id).difference


def test_what_was_there_before_is_booked_once(desk):
    sent = approved(desk)
    desk.take(camt("S1", "1000.00", "1393.25", row("393.25", sent.payment_reference, ref="A")))
    assert (difference(desk), book(desk), difference(desk)) == (100_000, 100_000, 0)
    assert balances(desk, desk.trade.seller)["opening"] == -100_000
    with pytest.raises(NoOpeningGap):
        book(desk)


def test_an_older_statement_changes_what_was_there_before(desk):
    desk.take(camt("S2", "1000.00", "900.00", row("-100.00", ref="B")))
    book(desk)
    desk.take(camt("S1", "700.00", "1000.00", row("300.00", ref="A", day="2026-08-31"), day="2026-08-31"))
    assert (book(desk), difference(desk)) == (-30_000, 0)
    assert find_beginning(desk.trade.session, desk.trade.seller.id).gap == 0


def test_another_difference_is_not_booked_away(desk):
    sent = approved(desk)
    desk.trade.pay(sent)
    desk.take(camt("S1", "1000.00", "1000.00"))
    assert find_beginning(desk.trade.session, desk.trade.seller.id).gap == 100_000
    assert difference(desk) == 100_000 - 39_325
    with pytest.raises(NoOpeningGap):
        book(desk)


def test_the_page_says_what_it_is_and_closes_it(desk, sign_in):
    desk.take(camt("S1", "1000.00", "1000.00"))
    desk.trade.session.commit()
    browser = sign_in(Role.BOARD, desk.trade.seller)
    page = text(browser.get("/bank")).replace("\xa0", " ")
    assert "begon uw eerste afschrift met € 1.000,00 . In uw boeken stond toen € 0,00" in page
    assert browser.post("/bank/opening").status_code == 303
    page = text(browser.get("/bank"))
    assert "Ja, tot op de cent." in page
    assert "Boek beginsaldo" not in page
    assert "geen beginsaldo" in text(browser.post("/bank/opening", follow_redirects=True))
