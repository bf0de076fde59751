"""A shortage on the page: written down, divided by another, and a holder's letter."""

import re
from datetime import timedelta

from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from tests.ledger.conftest import _build_trade
from tests.ledger.desk.pages import text
from tests.ledger.shortages.test_services import count, holds
from tests.ledger.wallets.conftest import build
from tests.ledger.wallets.test_views import press

THERE = "/currency/NWE/shortage"


def test_from_a_short_count_to_a_letter(session, sign_in):
    at = now() - timedelta(days=31, minutes=5)
    trade = _build_trade(session, at)
    circle = holds(build(session, at, trade))
    session.commit()
    one, other, auditor = sign_in(Role.PROGRAMME), sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    shop, stranger = sign_in(Role.BOARD, trade.seller), sign_in(Role.BOARD, trade.partner)
    assert "Tel eerst" in text(one.get(THERE))
    assert "First count the backing again" in text(one.get(f"{THERE}?lang=en"))
    one.get(f"{THERE}?lang=nl")
    assert "Eerst: het fonds draagt" not in text(one.get(THERE))
    assert "De rest dragen bedrijven en dan bewoners" in text(one.get(f"{THERE}?short=12,50"))
    for wrong in ("0", "-1", "999999", "9999999999999999", "x", ""):
        page = one.get(f"{THERE}?short={wrong}")
        assert page.status_code == 200
        assert "Eerst: het fonds draagt" not in text(page)
    count(circle, 200_00)
    session.commit()
    assert "verdeel het tekort" in text(one.get("/currency/NWE/wind-down"))
    assert "47,50" in text(auditor.get(THERE))
    assert auditor.post(THERE).status_code in {400, 403}
    assert press(one, THERE, THERE).status_code == 303
    assert "Verdeel dit tekort" not in text(one.get(THERE))
    assert "tekort van lokaal geld: 1" in text(other.get("/"))
    act = re.search(rf'action="({THERE}/[^"]+/divide)"', other.get(THERE).get_data(as_text=True))[1]
    assert press(other, THERE, act).status_code == 303
    assert "47.50" in auditor.get(f"{THERE}.csv").get_data(as_text=True)
    mine = f"/wallet/{circle.shop.public_id}/shortage"
    assert mine in shop.get(f"/wallet/{circle.shop.public_id}").get_data(as_text=True)
    assert "102,50" in text(shop.get(mine))
    assert shop.get(f"{mine}-1.pdf").data.startswith(b"%PDF")
    assert shop.get(f"{mine}-2.pdf").status_code == 404
    assert stranger.get(mine).status_code == 404
    assert auditor.get("/currency/KRE/shortage").status_code == 404
