"""The plan on the page: who gets what now, a second yes, and each step a button."""

from datetime import timedelta

from sqlalchemy import text as sql

from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from tests.ledger.desk.pages import text
from tests.ledger.wallets.test_views import press, send, wallets

THERE = "/currency/NWE/wind-down"


def test_from_plan_to_books_at_zero(session, sign_in, make_organisation):
    one, other, auditor = sign_in(Role.PROGRAMME), sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    send(one, "/currency/NWE/set-up", keeper_kvk=make_organisation().kvk_number)
    press(one, "/wallet", "/wallet/open/NWE")
    send(
        one, "/currency/NWE/issue", wallet_code=wallets(session)[False].code, amount="80,00", reference="NL-1"
    )
    facts = {"why": "De proef is voorbij.", "good_cause": "Speeltuin (voorbeeld)"}
    soon, later = ((now() + timedelta(days=days)).date().isoformat() for days in (3, 31))
    assert send(one, f"{THERE}/plan", ends_on=soon, **facts).status_code == 422
    assert send(one, f"{THERE}/plan", ends_on=later, **facts).status_code == 303
    assert one.get(f"{THERE}/plan").status_code == 303
    assert (
        one.get(f"/wallet/{wallets(session)[False].public_id}/ending").status_code == 404
    )  # not announced yet
    assert "Stem in" not in text(one.get(THERE))
    assert press(other, THERE, f"{THERE}/agree").status_code == 303
    seen = text(auditor.get(THERE))
    assert "Beginnen kan na" in seen
    assert "Begin met stoppen" not in text(one.get(THERE))
    own = f"/wallet/{wallets(session)[False].public_id}"
    assert "Vraag uw euro’s op tijd terug" in text(one.get(own))
    assert "Waardeer op" not in text(one.get(own))
    assert "Speeltuin (voorbeeld)" in text(one.get(f"{own}/ending"))
    assert other.get(f"{own}/ending").status_code == 404
    assert "dekking is niet genoeg" in seen
    assert "Bewoners, voluit niet getoond" in seen  # one resident: the sum is what that one has
    session.commit()
    session.execute(sql("ALTER TABLE wind_down DISABLE TRIGGER wind_down_keep"))
    session.execute(sql(
        "UPDATE wind_down SET planned_at = planned_at - interval '40 days', ends_on = ends_on - 40"
    ))  # fmt: skip
    session.execute(sql("ALTER TABLE wind_down ENABLE TRIGGER wind_down_keep"))
    session.commit()
    send(one, "/currency/NWE/count", counted="80,00")
    assert press(one, THERE, f"{THERE}/begin/8000").status_code == 303
    for step in ("residents", "firms", "done"):
        assert press(one, THERE, f"{THERE}/paid/{step}").status_code == 303
    assert "klaar, boeken op nul" in text(auditor.get(THERE))
    assert "80.00" in auditor.get(f"{THERE}.csv").get_data(as_text=True)
    assert auditor.get(f"{THERE}/plan").status_code == 403
