"""What stands still, on the page: why, since when, and who decides."""

from cwb.kernel.policy import Role
from ledger.instruments.models import IssuingStop
from tests.ledger.desk.pages import text
from tests.ledger.wallets.test_views import press, send, wallets


def test_a_short_count_is_decided_on_after_a_whole_one(session, sign_in, make_organisation):
    runs, auditor = sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    assert "Niets staat stil" in text(auditor.get("/currency/stops"))
    send(runs, "/currency/NWE/set-up", keeper_kvk=make_organisation().kvk_number)
    press(runs, "/wallet", "/wallet/open/NWE")
    code = wallets(session)[False].code
    send(runs, "/currency/NWE/issue", wallet_code=code, amount="100,00", reference="NL-1")
    send(runs, "/currency/NWE/count", counted="99,99")
    assert "wacht op een besluit" in text(auditor.get("/currency/stops"))
    there = f"/currency/stops/{session.query(IssuingStop).one().public_id}/lift"
    why = "Het bedrag stond er een dag later."
    assert auditor.get(there).status_code == 403
    assert "Tel eerst de dekking" in text(send(runs, there, why=why))
    send(runs, "/currency/NWE/count", counted="100,00")
    assert "stilstaat: 1" in text(runs.get("/"))
    assert send(runs, there, why=why).status_code == 303
    assert why in text(auditor.get("/currency/stops"))
    assert why in auditor.get("/currency/stops/stops.csv").get_data(as_text=True)
    assert runs.get(there).status_code == 303
    assert send(
        runs, "/currency/NWE/issue", wallet_code=code, amount="1,00", reference="NL-2"
    ).status_code == 303  # fmt: skip
