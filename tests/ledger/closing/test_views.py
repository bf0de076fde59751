"""The bookkeeper's pages: from the trial balance to each of them, every figure with its invoices."""

from datetime import timedelta

from cwb.kernel import clock
from cwb.kernel.policy import Role
from ledger.closing.rules import months


def test_the_trial_balance_leads_to_every_page_of_the_bookkeeper(sign_in, trade):
    trade.approve(trade.send())
    board = sign_in(Role.BOARD, trade.seller)
    root = f"/books/{trade.seller.public_id}"
    trial = board.get(root).text
    pages = ["vat", "ageing/receivable", "ageing/payable", "periods", "kor"]
    assert [page for page in pages if f'href="{root}/{page}"' not in trial] == []
    assert "Deze organisatie heeft nog niet gezegd wat deze boekhouding is." in trial
    vat = board.get(f"{root}/vat?period=2026-Q3").text
    assert "Ja, tot op de cent." in vat
    assert f"{root}/vat/standard?period=2026-Q3" in vat
    assert "2026-0001" in board.get(f"{root}/vat/standard?period=2026-Q3").text
    ageing = board.get(f"{root}/ageing/receivable?on=2026-11-20").text
    statement = f"{root}/statement/receivable/{trade.buyer.public_id}?on=2026-11-20"
    assert statement in ageing
    assert "2026-0001" in board.get(statement).text
    letter = board.get(statement.replace("?", ".pdf?"))
    assert (letter.mimetype, letter.data[:5]) == ("application/pdf", b"%PDF-")
    assert statement.replace("?", ".pdf?") in board.get(statement).text
    assert "31_60,393.25" in board.get(f"{root}/ageing/receivable.csv?on=2026-11-20").text
    assert "standard,21,1a,1,325.00,68.25" in board.get(f"{root}/vat.csv?period=2026-Q3").text


def test_a_period_is_closed_and_opened_again_on_its_page(sign_in, trade):
    board, root = sign_in(Role.BOARD, trade.seller), f"/books/{trade.seller.public_id}"
    last = months(clock.local_date(clock.now()).replace(day=1) - timedelta(days=1), 1)[0]
    chosen = {"period": f"{last.start}/{last.end}"}
    assert board.post(f"{root}/periods", data={"period": "2099-01-01/2099-02-01"}).status_code == 422
    assert board.post(f"{root}/periods", data=chosen).status_code == 303
    assert board.post(f"{root}/periods", data=chosen).status_code == 422
    page = board.get(f"{root}/periods").text
    assert "gesloten" in page
    reopen = page[page.index(f"{root}/periods/") :].split('"')[0]
    assert board.post(reopen, data={"reason": "nee"}).status_code == 422
    assert board.post(reopen, data={"reason": "Een bonnetje ontbrak nog."}).status_code == 303
    assert "Een bonnetje ontbrak nog." in board.get(f"{root}/periods").text
    assert board.post(f"{root}/status", data={"kind": "statutory", "since": "2026-01-01"}).status_code == 303
    assert "Dit is de wettelijke administratie van deze organisatie." in board.get(root).text


def test_others_close_nothing(sign_in, trade):
    root = f"/books/{trade.seller.public_id}"
    for role, organisation in (
        (Role.BOARD, trade.partner),
        (Role.AUDITOR, None),
        (Role.MEMBER, trade.seller),
    ):
        browser = sign_in(role, organisation)
        assert browser.post(f"{root}/periods", data={"period": "2026-01-01/2026-02-01"}).status_code == 403, (
            role
        )
    assert sign_in(Role.AUDITOR).get(f"{root}/periods").status_code == 200


def test_a_late_invoice_says_what_comes_on_top_and_a_reminder_is_read_before_it_goes(sign_in, trade):
    sent = clock.now() - timedelta(days=70)
    days = {
        "delivered_from": sent.date() - timedelta(days=9),
        "delivered_until": sent.date() - timedelta(days=1),
    }
    invoice = trade.approve(trade.send(trade.draft(at=sent, **days), at=sent), at=sent)
    seller, buyer = sign_in(Role.BOARD, trade.seller), sign_in(Role.PURCHASER, trade.buyer)
    address = f"/invoices/{invoice.public_id}"
    for browser in (seller, buyer):
        assert "40,00 voor incasso" in browser.get(address).text.replace("\xa0", " ").replace(
            "€ ", ""
        ).replace('<bdi dir="ltr">', "").replace("</bdi>", "")
    assert f"{address}/remind" in seller.get("/invoices/reminders").text
    assert "Dit leest de klant." in seller.get(f"{address}/remind").text
    assert seller.post(f"{address}/remind").status_code == 303
    assert "Herinnering 1 verstuurd" in buyer.get(address).text
    assert buyer.get(f"{address}/remind").status_code == 403
