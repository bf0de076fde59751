"""A loss on the page: agreed, confirmed by another, written down, booked by another, and who bore what."""

import re
from uuid import uuid4

from cwb.identity.models import Party
from cwb.kernel.clock import now
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.instruments.rules import Code
from ledger.wallets import services as wallets
from tests.ledger.conftest import _build_trade
from tests.ledger.desk.pages import text
from tests.ledger.wallets.conftest import build
from tests.ledger.wallets.test_views import press, send

THERE = "/currency/KRE/losses"


def test_from_agreement_to_who_bore_what(session, sign_in):
    at = now()
    trade = _build_trade(session, at)
    circle = build(session, at, trade)
    own = [
        circle.open(session.get_one(Party, each.id), Code.KRE)
        for each in (trade.seller, trade.partner, trade.buyer)
    ]
    for each in own:
        wallets.set_credit(
            session, code=Code.KRE, wallet_code=each.code, yearly_sales=Money.of("12000.00"), **circle.facts()
        )
    circle.pay(own[0], own[1], "100.01", uuid4())
    session.commit()
    one, other, auditor = sign_in(Role.PROGRAMME), sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    assert one.get(f"{THERE}/new").status_code == 303
    facts = {"agreed_on": at.date().isoformat(), "document": "Ledenvergadering 12"}
    assert send(one, f"{THERE}/agree", most="0", **facts).status_code == 422
    assert send(one, f"{THERE}/agree", most="60,00", **facts).status_code == 303
    assert "Bevestig: Ledenvergadering" not in text(one.get(THERE))
    confirm = re.search(rf'action="({THERE}/covers/[^"]+)"', other.get(THERE).get_data(as_text=True))[1]
    assert press(other, THERE, confirm).status_code == 303
    failed = {"wallet_code": own[0].code, "why": "Failliet verklaard door de rechtbank."}
    assert send(one, f"{THERE}/new", **failed).status_code == 303
    assert "verlies van wederzijds krediet: 1" in text(other.get("/"))
    loss = re.search(rf'href="({THERE}/[0-9a-f-]{{36}})"', auditor.get(THERE).get_data(as_text=True))[1]
    assert "dragen 2 leden mee" in text(auditor.get(loss))
    assert "Boek dit verlies" not in text(one.get(loss))
    assert auditor.post(f"{loss}/confirm").status_code in {400, 403}
    assert press(other, loss, f"{loss}/confirm").status_code == 303
    assert "50.01" in auditor.get(f"{loss}.csv").get_data(as_text=True)
    assert "geboekt" in text(auditor.get(THERE))
    assert "100.01" in auditor.get(f"{THERE}.csv").get_data(as_text=True)
    assert auditor.get("/currency/NWE/losses").status_code == 404
