"""Mutual credit ends on the page: the programme step by step, a member what it owes or gets."""

import re
from datetime import timedelta

from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from ledger.instruments.rules import Code
from ledger.unwinding import services
from tests.ledger.conftest import _build_trade
from tests.ledger.desk.pages import text
from tests.ledger.unwinding.test_services import lent, planned
from tests.ledger.wallets.conftest import build
from tests.ledger.wallets.test_views import press, send

THERE = "/currency/KRE/unwinding"
BEFORE = timedelta(days=40)


def plain(page):
    return text(page).replace("\xa0", " ")


def test_from_plan_to_done_on_the_page(session, sign_in):
    at = now() - BEFORE
    trade = _build_trade(session, at)
    circle = lent(build(session, at, trade), trade)
    session.commit()
    one, other, auditor = sign_in(Role.PROGRAMME), sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    owes, gets = sign_in(Role.BOARD, trade.seller), sign_in(Role.BOARD, trade.partner)
    mine = f"/wallet/{circle.own[0].public_id}/unwinding"
    assert owes.get(mine).status_code == 303
    assert "samen € 100,01" in plain(auditor.get(THERE))
    facts = {"why": "De kring stopt ermee.", "document": "Reglement", "rest_to": "Buurtfonds", "months": "4"}
    assert send(one, f"{THERE}/plan", ends_on=now().date().isoformat(), **facts).status_code == 422
    assert one.get(f"{THERE}/received").status_code == 303
    planned(circle)
    session.commit()
    assert "rood" in plain(owes.get(mine))
    seen = plain(owes.get(f"/wallet/{circle.own[0].public_id}"))
    assert "Rood staan kan nu niet" in seen
    assert "U mag rood staan tot" not in seen
    assert "tegoed" in plain(gets.get(f"/wallet/{circle.own[1].public_id}/unwinding"))
    assert gets.get(mine).status_code == 404
    assert "Besluit over" not in text(one.get("/currency/stops"))
    assert "uitgeven stilstaat" not in text(one.get("/"))
    assert "Zet de saldo’s vast" in text(one.get(THERE))
    assert auditor.post(f"{THERE}/fix/10001").status_code in {400, 403}
    assert press(one, THERE, f"{THERE}/fix/10001").status_code == 303
    assert "25,01" in plain(owes.get(mine))
    part = {"wallet_code": circle.own[0].code, "reference": "R1"}
    assert send(one, f"{THERE}/received", amount="100,02", **part).status_code == 422
    assert send(one, f"{THERE}/received", amount="50,00", **part).status_code == 303
    assert "Verdeel € 50,00" in plain(one.get(THERE))
    assert press(one, THERE, f"{THERE}/paid/5000").status_code == 303
    assert "30,00" in plain(gets.get(f"/wallet/{circle.own[1].public_id}/unwinding"))
    failed = {"wallet_code": circle.own[0].code, "why": "Failliet verklaard door de rechtbank."}
    assert send(one, f"{THERE}/lost", **failed).status_code == 303
    assert "nu het krediet stopt: 1" in text(other.get("/"))
    assert "Boek het verlies" not in text(one.get(THERE))
    book = re.search(rf'action="({THERE}/lost/[^"]+/confirm)"', other.get(THERE).get_data(as_text=True))[1]
    assert press(other, THERE, book).status_code == 303
    assert press(one, THERE, f"{THERE}/done").status_code == 303
    assert "boeken op nul" in text(auditor.get(THERE))
    assert "50.01" in auditor.get(f"{THERE}/events.csv").get_data(as_text=True)
    assert "-100.01" in auditor.get(f"{THERE}.csv").get_data(as_text=True)
    assert auditor.get("/currency/NWE/unwinding").status_code == 404
    assert services.queries.find_plan(session, services.instruments.instrument(session, Code.KRE)).rest == 0
