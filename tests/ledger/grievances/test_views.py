"""Complaints on the page: filed on a phone, answered by the programme, counted for everybody."""

import re

from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from tests.ledger.conftest import _build_trade
from tests.ledger.desk.pages import text
from tests.ledger.wallets.conftest import build
from tests.ledger.wallets.test_views import send


def test_from_a_complaint_to_its_answer(session, sign_in, client):
    at = now()
    trade = _build_trade(session, at)
    circle = build(session, at, trade)
    session.commit()
    shop, stranger = sign_in(Role.BOARD, trade.seller), sign_in(Role.BOARD, trade.partner)
    runs, auditor = sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    mine = f"/wallet/{circle.shop.public_id}/complaints"
    assert mine in shop.get(f"/wallet/{circle.shop.public_id}").get_data(as_text=True)
    assert stranger.get(mine).status_code == stranger.get(f"{mine}/new").status_code == 404
    assert send(shop, f"{mine}/new", about="kort").status_code == 422
    assert send(shop, f"{mine}/new", about="De kassa pakte mijn code niet.").status_code == 303
    assert "wacht op antwoord" in text(shop.get(mine))
    assert "klachten over lokaal geld: 1" in text(runs.get("/"))
    page = auditor.get("/currency/complaints").get_data(as_text=True)
    assert "De kassa pakte" in page
    there = re.search(
        r'href="(/currency/complaints/[^"]+/answer)"', runs.get("/currency/complaints").get_data(as_text=True)
    )[1]
    assert auditor.get(there).status_code == 403
    assert send(runs, there, answer="Het lag aan ons.", right="yes").status_code == 303
    assert runs.get(there).status_code == 303
    assert "u hebt gelijk" in text(shop.get(mine))
    assert "De kassa" in auditor.get("/currency/complaints/complaints.csv").get_data(as_text=True)
    seen = text(client.get("/money-complaints"))
    assert "minder dan vijf" in seen
    assert "De kassa" not in seen
