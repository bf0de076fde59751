"""The pages, walked as a cooperative, the programme and an anchor would."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from coops.credit.models import CreditApplication
from cwb.kernel.clock import local_date, now
from ledger.advances.models import Advance
from tests.coops.credit.test_services import changed


@pytest.fixture
def browsers(wheel, sign_in_user, session):
    session.commit()
    return {name: sign_in_user(user) for name, user in wheel.users.items()}


def test_from_asking_to_repaid(wheel, browsers, session, client):
    invoice = wheel.invoice()
    session.commit()
    board, decider, payer, buyer = (browsers[name] for name in ("board", "decider", "payer", "purchaser"))
    today = local_date(now())
    assert invoice.number in board.get("/credit/mine").text
    address = f"/credit/ask/invoice/{invoice.public_id}"
    page = board.get(address).text
    assert "1.089,00" in page  # 90 percent of 1,210
    assert all(line in page for line in ("Factuur met btw", "Dat kunt u overdragen", "hooguit 90"))
    assert "4,00" in page
    wish = {
        "amount": "500", "due_on": (today + timedelta(days=30)).isoformat(), "purpose": "Lonen van deze maand",
        "plan": "Uit deze <b>betaling</b>",
    }  # fmt: skip
    assert board.post(address, data={**wish, "amount": "2000"}).status_code == 422
    assert board.post(address, data=wish).status_code == 303
    assert board.post(address, data=wish).status_code == 409
    one = session.scalars(select(CreditApplication)).one()
    here = f"/credit/{one.public_id}"
    shown = board.get(here).text
    assert "30 / 365 dagen" in shown
    assert "&lt;b&gt;" in shown
    assert buyer.get(f"{here}/notice").status_code == 403
    assert "Het alliantiebestuur beslist" in browsers["coach"].get(here).text
    assert wheel.coop.name in decider.get("/credit/applications").text
    assert decider.post(f"{here}/decide", data={"approved": "yes", "reasons": "kort"}).status_code == 422
    weighed = decider.get(f"{here}/decide").text
    assert all(
        told in weighed for told in ("Vrij in het fonds", "onder haar grens", "Gecontroleerd", "Nog niets.")
    )
    yes = {"approved": "yes", "reasons": "Het werk is zeker genoeg"}
    assert decider.post(f"{here}/decide", data=yes).status_code == 303
    assert board.get(f"{here}/deed.pdf").status_code == 409
    assert board.post(f"{here}/sign", data={}).status_code == 422
    assert "de koper betaalt vanaf nu aan het fonds" in board.get(f"{here}/sign").text.lower()
    assert board.post(f"{here}/sign", data={"agreed": "y"}).status_code == 303
    assert board.get(f"{here}/deed.pdf").data.startswith(b"%PDF")
    iban = wheel.fund.organisation.iban
    assert iban in buyer.get(f"{here}/notice").text
    assert buyer.get(f"{here}/notice.pdf").data.startswith(b"%PDF")
    assert buyer.get(f"{here}/deed.pdf").status_code == 403
    assert buyer.post(f"{here}/notice").status_code == 303
    assert "Gelezen op" in buyer.get(f"{here}/notice").text
    assert payer.get(f"{here}/pay-out").status_code == 200
    assert payer.post(f"{here}/pay-out", data={"paid_on": today.isoformat()}).status_code == 303
    done = [(payer, "pay-out"), (board, "withdraw"), (board, "sign"), (decider, "decide")]
    assert {who.get(f"{here}/{step}").location for who, step in done} == {here}, (
        "what is done is not asked again"
    )
    assert iban in buyer.get(f"/invoices/{invoice.public_id}").text
    assert iban in buyer.get(f"/invoices/{invoice.public_id}/payment").text
    paid = {"amount": "1210", "paid_on": today.isoformat()}
    assert buyer.post(f"/invoices/{invoice.public_id}/payment", data=paid).status_code == 303
    session.expire_all()
    assert session.scalars(select(Advance)).one().released_on == today
    assert "terugbetaald" in board.get(here).text
    assert "500.00" in payer.get("/credit/applications.csv").text
    passed_on(payer, board, today)
    reported(client)


def reported(client):
    """Everybody reads what the fund does, and of few borrowers not how much."""
    assert "minder dan 5" in client.get("/credit").text
    assert "Fonds Voorbeeld" in client.get("/credit.csv").text
    assert "advanced" not in client.get("/credit.csv").text
    assert "figure,losses,0.00" in client.get("/credit.csv").text
    assert "figure,turnover_per_year,0.0,,,\r\n" in client.get("/credit.csv").text, (
        "what was lent this quarter is not told"
    )
    assert "Verlies van het hele fonds" in client.get("/credit").text


def passed_on(payer, board, today):
    """The keeper pays the rest on, once."""
    work = payer.get("/credit/applications").text
    assert "Doorbetaald" in work
    start = work.index("/credit/receipts/")
    onward = work[start : work.index('"', start)]
    assert payer.get(onward).status_code == 200
    assert board.get(onward).status_code == 403
    assert payer.post(onward, data={"paid_on": today.isoformat()}).status_code == 303
    assert payer.post(onward, data={"paid_on": today.isoformat()}).status_code == 409


def test_a_change_is_told_from_its_contract(wheel, browsers, session):
    changed(wheel)
    session.commit()
    page = browsers["board"].get("/credit/mine").text
    assert "Contract C-2026-0900<" in page
    assert "Wijziging 1 van contract C-2026-0900<" in page
    assert "Wat er later bij kwam, staat apart." in page
    assert re.search(r"toevoegde\. Uw deel is\D*2\.000,00", page)


def test_other_steps_have_pages(wheel, browsers, session):
    running = wheel.running(wheel.invoice())
    other = wheel.ask(wheel.invoice())
    session.commit()
    payer, third, board = browsers["payer"], browsers["third"], browsers["board"]
    here, there = f"/credit/{running.public_id}", f"/credit/{other.public_id}"
    assert board.get(f"{there}/withdraw").status_code == 200
    assert board.post(f"{there}/withdraw").status_code == 303
    assert payer.get(f"{here}/receive").status_code == 200
    came = {"amount": "10", "paid_on": local_date(now()).isoformat(), "sender": "borrower"}
    assert payer.post(f"{here}/receive", data=came).status_code == 303
    assert payer.get(f"{here}/loss").status_code == 200  # due on 1 October, long past
    assert payer.post(f"{here}/loss", data={"reason": "De koper is failliet"}).status_code == 303
    assert payer.post(f"{here}/loss", data={"read": "y"}).status_code == 403
    assert payer.get(f"{here}/loss").location == here, "who proposed is shown no form to confirm"
    for reader in (payer, third):
        assert "De koper is failliet" in reader.get(here).text
    assert "De koper is failliet" not in board.get(here).text
    late = third.post(f"{here}/loss", data={"reason": "Ik stelde het ook net voor"})
    assert late.status_code == 422, "a form to propose does not confirm what a colleague proposed meanwhile"
    assert "De koper is failliet" in late.text
    assert third.post(f"{here}/loss/drop").status_code == 303
    assert board.post(f"{here}/loss/drop").status_code == 403
    assert payer.post(f"{here}/loss", data={"reason": "De koper is failliet"}).status_code == 303
    assert third.post(f"{here}/loss", data={"read": "y"}).status_code == 303
    assert third.post(f"{here}/loss", data={"read": "y"}).status_code == 409
    assert third.get(f"{here}/loss").location == here
    for page in (here, "/credit/mine"):
        assert "afgeboekt" in board.get(page).text, page
    assert "U blijft dit schuldig" in board.get(here).text
    assert "afgeboekt" in payer.get("/credit/applications").text


def test_the_fund_has_pages(wheel, browsers, session):
    payer = browsers["payer"]
    assert "Fonds Voorbeeld" in payer.get("/credit/fund").text
    today = local_date(now())
    assert payer.get("/credit/fund/grants/add").status_code == 200
    grant = {"source": "Gever", "amount": "100", "received_on": today.isoformat(), "hand_over": "Daarna"}
    assert payer.post("/credit/fund/grants/add", data={**grant, "amount": "0"}).status_code == 422
    assert payer.post("/credit/fund/grants/add", data=grant).status_code == 303
    page = payer.get("/credit/fund").text
    start = page.index("/credit/fund/grants/")
    ending = page[start : page.index('"', start)]
    assert payer.get(ending).status_code == 200
    assert payer.post(ending, data={"returned": "0", "outcome": "Blijft"}).status_code == 303
    assert payer.get("/credit/fund/terms").status_code == 200
    terms = {
        "valid_from": today.isoformat(), "rate": "3,5", "most_amount": "1000", "invoice_share": "80",
        "contract_share": "30",
    }  # fmt: skip
    assert payer.post("/credit/fund/terms", data={**terms, "rate": "21"}).status_code == 422
    assert payer.post("/credit/fund/terms", data=terms).status_code == 303
    assert payer.post("/credit/fund/terms", data=terms).status_code == 422
    assert "3,50" in payer.get("/credit/fund").text
    assert payer.get("/credit/fund/open").status_code == 200


def test_without_a_fund_everybody_reads_what_to_do(sign_in, client):
    assert "nog geen fonds" in client.get("/credit").text
    assert "nog geen fonds" in sign_in("cooperative_board").get("/credit/mine").text
    keeper = sign_in("programme")
    assert "Open het fonds" in keeper.get("/credit/fund").text
    made = {"name": "Fonds", "kvk_number": "", "iban": "NL91ABNA0417164300"}
    assert keeper.post("/credit/fund/open", data={**made, "iban": "NL00"}).status_code == 422
    assert keeper.post("/credit/fund/open", data=made).status_code == 303
    assert "Nog geen inleg" in keeper.get("/credit/fund").text
    assert "Nog geen aanvragen" in keeper.get("/credit/applications").text
