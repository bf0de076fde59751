"""The pages of a G-account: propose, agree, keep evidence, pay one part and read which is missing."""

import re
from datetime import timedelta

import pytest

from cwb.identity.models import Organisation
from cwb.kernel import clock
from cwb.kernel.policy import Role
from tests.ledger.chains.conftest import BLOCKED, agree, propose
from tests.ledger.desk.pages import posting, text


@pytest.fixture
def at():
    return clock.now()


@pytest.fixture
def live(trade, at):
    today, trade.at = clock.local_date(at), at
    trade.agree(starts_on=today - timedelta(days=40), ends_on=today + timedelta(days=300))
    trade.days = {"delivered_from": today - timedelta(days=30), "delivered_until": today - timedelta(days=1)}
    trade.today = today
    return trade


def test_a_board_proposes_the_buyer_agrees_and_evidence_is_kept(live, sign_in):
    page = f"/agreements/{live.agreement.public_id}/chain"
    board = sign_in(Role.BOARD, live.session.get(Organisation, live.seller.id))
    form = board.get(f"{page}/term")
    facts = {"role": "subcontract", "basis": "wages", "g_percentage": "30", "iban": BLOCKED}
    assert "welk deel van de prijs loon is" in text(board.post(f"{page}/term", data=posting(form, **facts)))
    facts["wage_share"] = "62,5"
    assert board.post(f"{page}/term", data=posting(board.get(f"{page}/term"), **facts)).status_code == 303
    buyer = sign_in(Role.PURCHASER, live.session.get(Organisation, live.buyer.id))
    assert "Afspraken over een G-rekening die op uw akkoord wachten: 1" in text(buyer.get("/"))
    shown = buyer.get(page)
    assert "wacht op akkoord van de koper" in text(shown)
    assert buyer.get(f"{page}/term").status_code == 403
    html = shown.get_data(as_text=True)
    action = re.search(r'action="([^"]+/agree)"', html)[1]
    facts = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', html[html.index(action) :]))
    assert buyer.post(action, data=facts).status_code == 303
    assert "30% van het loon in de factuur" in text(buyer.get(page))
    form = posting(board.get(f"{page}/evidence"), kind="register")
    assert board.post(f"{page}/evidence", data=form).status_code == 303
    seen = text(buyer.get(page))
    assert "Uittreksel van de KvK in orde" in seen
    assert seen.count("ontbreekt") == 3
    assert "Advies, geen garantie" in seen
    assert live.agreement.title in text(buyer.get("/agreements/chain"))


def test_the_buyer_pays_one_part_and_both_read_which_is_missing(live, sign_in):
    agree(live, propose(live, from_on=live.today - timedelta(days=40)))
    sent = live.send(live.draft(**live.days))
    buyer = sign_in(Role.PURCHASER, live.session.get(Organisation, live.buyer.id))
    page = f"/invoices/{sent.public_id}"
    assert "Van deze factuur gaat € 157,30 naar de G-rekening" in text(buyer.get(f"{page}/approve")).replace(
        "\xa0", " "
    )
    live.approve(sent)
    form = buyer.get(f"{page}/payment")
    facts = posting(form, blocked="free", amount="235,95", reference="A")
    assert buyer.post(f"{page}/payment", data=facts).status_code == 303
    for browser in (buyer, sign_in(Role.BOARD, live.session.get(Organisation, live.seller.id))):
        assert "Op de G-rekening ontbreekt € 157,30" in text(browser.get(page)).replace("\xa0", " ")
    assert "G-rekening NL20INGB0001234567, nog € 157,30" in text(buyer.get(f"{page}/payment")).replace(
        "\xa0", " "
    )
    assert "NLCIUS met G-rekening" in text(buyer.get(f"{page}/e-invoice"))
    assert buyer.get(f"{page}/e-invoice/gaccount.xml").data.count(b"GACCOUNT") >= 2
    assert buyer.get(f"{page}/invoice.pdf").data.startswith(b"%PDF")


def test_the_buyer_refuses_a_proposal_with_a_reason_and_the_other_reads_it(live, sign_in):
    term = propose(live, from_on=live.today)
    page = f"/agreements/{live.agreement.public_id}/chain"
    buyer = sign_in(Role.PURCHASER, live.session.get(Organisation, live.buyer.id))
    address = f"{page}/term/{term.public_id}/close"
    assert address in buyer.get(page).get_data(as_text=True)
    form = buyer.get(address)
    assert "Weiger het voorstel of trek het in" in text(form)
    short = buyer.post(address, data=posting(form, reason="Nee"))
    assert short.status_code in {400, 422}
    assert "Weiger het voorstel of trek het in" in text(short)
    assert buyer.post(address, data=posting(form, reason="Onze bank biedt dit niet aan.")).status_code == 303
    board = sign_in(Role.BOARD, live.session.get(Organisation, live.seller.id))
    assert "Onze bank biedt dit niet aan." in text(board.get(page))
    again = posting(buyer.get(address), reason="Onze bank biedt dit niet aan.")
    assert buyer.post(address, data=again).status_code == 409
    assert board.get(f"{page}/term/{live.agreement.public_id}/close").status_code == 404


def test_all_on_the_ordinary_account_is_said_on_the_invoice_the_evidence_and_the_overview(live, sign_in):
    agree(live, propose(live, from_on=live.today - timedelta(days=40)))
    right = live.approve(live.send(live.draft(**live.days)))
    live.pay(right, "235.95", paid_on=live.today)
    live.pay(right, "157.30", paid_on=live.today, blocked=True)
    sent = live.approve(live.send(live.draft(**live.days)))
    live.pay(sent, paid_on=live.today)
    told = "Alles kwam op de gewone rekening. € 157,30 hoorde op de G-rekening."
    pages = (
        f"/invoices/{sent.public_id}",
        f"/agreements/{live.agreement.public_id}/chain",
        "/agreements/chain",
    )
    for role, party in ((Role.PURCHASER, live.buyer), (Role.BOARD, live.seller)):
        browser = sign_in(role, live.session.get(Organisation, party.id))
        for page in pages:
            seen = text(browser.get(page)).replace("\xa0", " ")
            assert seen.count(told) == 1, page
        assert "gewone rekening. €" not in text(browser.get(f"/invoices/{right.public_id}"))
        assert right.number not in text(browser.get(pages[1]))
    stranger = sign_in(Role.BOARD, live.session.get(Organisation, live.partner.id))
    assert sent.number not in text(stranger.get("/agreements/chain"))


def test_a_part_of_it_is_said_too(live, sign_in):
    agree(live, propose(live, from_on=live.today - timedelta(days=40)))
    sent = live.approve(live.send(live.draft(**live.days)))
    live.pay(sent, "100.00", paid_on=live.today, blocked=True)
    live.pay(sent, paid_on=live.today)
    buyer = sign_in(Role.PURCHASER, live.session.get(Organisation, live.buyer.id))
    seen = text(buyer.get(f"/invoices/{sent.public_id}")).replace("\xa0", " ")
    assert "Van het deel voor de G-rekening kwam € 57,30 op de gewone rekening." in seen
