"""Local money on the page: the programme's switch and backing, a holder's phone."""

import re

from cwb.kernel.policy import Role
from ledger.wallets.models import Refund, Wallet
from tests.ledger.desk.pages import posting, text


def send(browser, address, **fields):
    return browser.post(address, data=posting(browser.get(address), **fields))


def press(browser, page, address):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).get_data(as_text=True))
    return browser.post(address, data={"csrf_token": token[1]} if token else {})


def wallets(session):
    session.expire_all()
    return {each.firm: each for each in session.query(Wallet).filter_by(instrument_code="NWE")}


def test_from_setting_up_to_paying_and_back_in_euros(session, sign_in, make_organisation):
    keeper = make_organisation()
    runs = sign_in(Role.PROGRAMME)
    board, resident = sign_in(Role.BOARD), sign_in(Role.RESIDENT)
    assert "nog geen lokaal geld" in text(resident.get("/wallet"))
    assert send(runs, "/currency/NWE/set-up", keeper_kvk="12345678").status_code == 422
    assert send(runs, "/currency/NWE/set-up", keeper_kvk=keeper.kvk_number).status_code == 303
    for browser in (board, resident):
        assert press(browser, "/wallet", "/wallet/open/NWE").status_code == 303
    mine, shop = (wallets(session)[firm] for firm in (False, True))
    facts = {"wallet_code": mine.code.lower(), "reference": "NL-1"}
    assert "te hoog" in text(send(runs, "/currency/NWE/issue", amount="150,01", **facts))
    assert send(runs, "/currency/NWE/issue", amount="100,00", **facts).status_code == 303

    there = f"/wallet/{mine.public_id}"
    form = posting(resident.get(f"{there}/pay"), code=shop.code, amount="12,50", note="brood")
    assert "U hebt € 100,00. De ander" in text(resident.get(f"{there}/pay"))
    for _ in range(2):  # a double tap
        assert resident.post(f"{there}/pay", data=form).status_code == 303
    page = text(resident.get(there))
    assert "€ 87,50" in page.replace("\xa0", " ")
    assert "brood" in page
    assert "Simulatie" in page
    seen = text(board.get(f"/wallet/{shop.public_id}"))
    assert "een bewoner" in seen
    assert resident.user.name not in seen
    assert "niet genoeg" in text(send(resident, f"{there}/pay", code=shop.code, amount="87,51", note=""))
    assert board.get(there).status_code == 404
    assert send(resident, f"{there}/refund", amount="80,00").status_code == 303

    first = session.query(Refund).one()
    assert board.post(f"{there}/refund/{first.public_id}/withdraw").status_code == 404
    other = f"/wallet/{shop.public_id}/refund/{first.public_id}/withdraw"
    assert press(board, "/wallet", other).status_code == 404
    assert "Trek uw verzoek in" in text(resident.get(there))
    assert press(resident, there, f"{there}/refund/{first.public_id}/withdraw").status_code == 303
    assert "Trek uw verzoek in" not in text(resident.get(there))
    assert "Er wacht niets" in text(runs.get("/currency/NWE"))
    assert send(resident, f"{there}/refund", amount="80,00").status_code == 303

    asked = session.query(Refund).filter(Refund.withdrawn_at.is_(None)).one()
    seen = text(runs.get("/currency/NWE"))
    assert "80,00" in seen
    assert resident.user.name not in seen
    assert "Minder dan vijf bewoners" in seen  # the sum of one is what that one has
    assert "87,50" not in seen
    assert "niet getoond" in seen  # what is out, less what the firm has, would say it
    assert resident.post(f"/currency/refunds/{asked.public_id}/paid").status_code in {400, 403}
    assert press(runs, "/currency/NWE", f"/currency/refunds/{asked.public_id}/paid").status_code == 303
    assert "€ 7,50" in text(resident.get("/wallet")).replace("\xa0", " ")


def test_the_switch_is_turned_by_two_and_a_short_count_is_an_alarm(session, sign_in, make_organisation):
    one = sign_in(Role.PROGRAMME)
    other = sign_in(Role.PROGRAMME, one.organisation)
    auditor = sign_in(Role.AUDITOR)
    send(one, "/currency/NWE/set-up", keeper_kvk=make_organisation().kvk_number)
    press(one, "/wallet", "/wallet/open/NWE")
    facts = {"wallet_code": wallets(session)[False].code, "amount": "100,00"}
    send(one, "/currency/NWE/issue", reference="NL-1", **facts)
    send(one, "/currency/NWE/count", counted="99,99")
    assert "ontbrak € 0,01" in text(auditor.get("/currency/NWE")).replace("\xa0", " ")
    assert "waarvan uitgeven stilstaat: 1" in text(other.get("/"))
    assert "Uitgeven staat stil" in text(send(one, "/currency/NWE/issue", reference="NL-2", **facts))
    assert auditor.get("/currency/NWE/count").status_code == 403
    assert "Bij de telling was er te weinig geld." in text(auditor.get("/currency/NWE"))
    assert "99,9 %" in text(auditor.get("/currency/NWE")).replace("\xa0", " ")
    assert "99.9%" in text(auditor.get("/currency/NWE?lang=en")).replace(" ", "").replace("\xa0", "")
    auditor.get("/currency/NWE?lang=nl")

    send(one, f"/wallet/{wallets(session)[False].public_id}/refund", amount="10,00")
    assert "om euro’s die wachten: 1" in text(other.get("/"))
    send(
        one, "/currency/NWE/review", reviewer="mr. Voorbeeld", reviewed_on="2026-01-05", document="Advies 12"
    )
    assert "Bevestig de toets" not in text(one.get("/currency/NWE"))
    assert "Bevestig de toets" in text(other.get("/currency/NWE"))
    assert one.get("/currency/NWE/confirm").status_code == 303  # who wrote it down is not asked
    form = posting(other.get("/currency/NWE/confirm"))
    assert one.post("/currency/NWE/confirm", data=form | {"sure": "y"}).status_code != 303
    assert other.post("/currency/NWE/confirm", data=form).status_code == 422  # one press is not enough
    assert "Simulatie" in text(one.get("/currency/NWE"))
    assert send(other, "/currency/NWE/confirm", sure="y").status_code == 303
    assert "Simulatie" not in text(one.get("/currency/NWE"))
    for done in (
        "/currency/NWE/set-up",
        "/currency/NWE/review",
        "/currency/NWE/credit",
        "/currency/NWE/confirm",
    ):
        assert one.get(done).status_code == 303, done
    old = wallets(session)[False].public_id
    assert one.get(f"/wallet/{old}/pay").status_code == one.get(f"/wallet/{old}/refund").status_code == 303
    first = text(one.get("/wallet"))
    assert first.index("Neem een portemonnee") < first.index("simulatie voorbij")
    seen = text(one.get(f"/wallet/{old}"))
    assert "simulatie is voorbij" in seen
    assert "verzoek is vervallen" in seen  # nobody will pay it, so nobody waits for it
    assert "om euro’s die wachten" not in text(other.get("/"))
    assert "echt" in text(one.get("/currency"))


def test_credit_is_given_by_sales_and_what_is_not_there_is_not_found(session, sign_in, make_organisation):
    runs, board = sign_in(Role.PROGRAMME), sign_in(Role.BOARD)
    assert runs.get("/currency/KRE").status_code == 303
    assert runs.get("/currency/XYZ").status_code == 404
    send(runs, "/currency/KRE/set-up", keeper_kvk=make_organisation().kvk_number)
    press(board, "/wallet", "/wallet/open/KRE")
    own = session.query(Wallet).one()
    send(runs, "/currency/KRE/credit", wallet_code=own.code, yearly_sales="36000")
    page = text(board.get(f"/wallet/{own.public_id}")).replace("\xa0", " ")
    assert "€ 3.000,00" in page
    assert "€ 6.000,00" in page
    assert "Vraag euro’s terug" not in page


def test_the_first_page_of_a_wallet_leads_on(session, sign_in, make_organisation):
    runs, auditor = sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    board, resident = sign_in(Role.BOARD), sign_in(Role.RESIDENT)
    send(runs, "/currency/NWE/set-up", keeper_kvk=make_organisation().kvk_number)
    for browser in (board, resident):
        press(browser, "/wallet", "/wallet/open/NWE")
    shop, own = (browser.get("/wallet").get_data(as_text=True) for browser in (board, resident))
    for page, firm in ((shop, True), (own, False)):
        assert f'href="/wallet/{wallets(session)[firm].public_id}/pay"' in page
        assert 'href="/wallet/pin"' in page
        assert 'href="/money-rules"' in page
        assert ('href="/till"' in page) is firm
    for browser, desk in ((runs, True), (auditor, False)):
        page = browser.get("/currency").get_data(as_text=True)
        assert 'href="/money-rules"' in page
        assert ('href="/currency/desk"' in page) is desk
    assert "5%" not in text(board.get(f"/wallet/{wallets(session)[True].public_id}/refund"))


def test_a_hidden_balance_stays_hidden_until_it_is_pressed(session, sign_in, make_organisation):
    runs, mine, shop = sign_in(Role.PROGRAMME), sign_in(Role.RESIDENT), sign_in(Role.BOARD)
    send(runs, "/currency/NWE/set-up", keeper_kvk=make_organisation().kvk_number)
    for browser in (mine, shop):
        press(browser, "/wallet", "/wallet/open/NWE")
    own, other = (wallets(session)[firm] for firm in (False, True))
    send(runs, "/currency/NWE/issue", wallet_code=own.code, amount="87,50", reference="NL-1")
    there = f"/wallet/{own.public_id}"
    pages = (
        "/wallet",
        there,
        f"{there}/pay",
        f"/payment/to/{other.code}?amount=1.00",
        f"/payment/to/{other.code}?amount=90.00",
    )
    assert all("87,50" in mine.get(page).get_data(as_text=True) for page in pages)
    assert press(mine, "/wallet", "/wallet/balance/hide").status_code == 303
    for page in (*pages, *pages):  # remembered, on every page that told it
        assert "87,50" not in mine.get(page).get_data(as_text=True), page
    send(mine, f"{there}/pay", code=other.code, amount="2,00", note="")
    assert "85,50" not in mine.get(there).get_data(as_text=True)  # nor in what stood after a payment
    assert press(mine, "/wallet", "/wallet/balance/show").status_code == 303
    assert "85,50" in mine.get(there).get_data(as_text=True)
    assert mine.get("/wallet/balance/hide").status_code == 405
