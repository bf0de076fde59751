"""The rules of local money on the page: what holds for everybody, a proposal to its adoption, a charge and its receipt."""

from datetime import timedelta

from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from ledger.charges.models import ChargeRun
from ledger.conditions.models import ConditionVersion
from tests.ledger.charges.conftest import decided
from tests.ledger.clearing.test_pages import plain, press
from tests.ledger.desk.pages import posting


def test_a_proposal_is_worked_out_voted_on_and_adopted_by_another(circle, sign_in):
    one, other, auditor = sign_in(Role.PROGRAMME), sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    begins = local_date(clock.now()) + timedelta(days=40)
    form = posting(
        one.get("/money-rules/NWE/propose"), words="Wie lang niets doet, betaalt 2%.", starts_on=begins.isoformat(),
        accept_where=["cooperative", "resident"], demurrage_every="quarter", demurrage_rate="7",
    )  # fmt: skip
    assert "getal van 0 tot en met 5" in plain(one.post("/money-rules/NWE/propose", data=form))
    there = one.post("/money-rules/NWE/propose", data=form | {"demurrage_rate": "2"}).location
    held = circle.session.query(ConditionVersion).one()
    assert (held.demurrage_rate, held.fee_rate, held.accept_where) == (200, 500, ["cooperative", "resident"])
    assert press(one, there, f"{there}/effect").status_code == 303
    assert "Daarvan betalen er 0" in plain(one.get(there))
    vote = posting(
        one.get(f"{there}/vote"), document="Notulen 4", decided_on=local_date(clock.now()).isoformat(),
        votes_for="3", votes_against="4",
    )  # fmt: skip
    assert "niet meer stemmen voor" in plain(one.post(f"{there}/vote", data=vote))
    assert one.post(f"{there}/vote", data=vote | {"votes_for": "9"}).status_code == 303
    assert "Stel vast" not in plain(one.get(there))
    assert "Stel vast" not in plain(auditor.get(there))
    task = "Stel de regels van lokaal geld vast: versie 1"
    assert [task in plain(each.get("/")) for each in (one, other, auditor)] == [False, True, False]
    assert press(other, there, f"{there}/adopt").status_code == 303
    assert "Vastgesteld op" in plain(auditor.get(there))
    assert task not in plain(other.get("/"))
    seen = plain(sign_in(Role.RESIDENT).get("/money-rules"))
    assert "Bedrijven: 5%, na 90 dagen niets." in seen
    assert "Elk kwartaal 2% van wat langer dan 90 dagen stilstaat. Niet over € 50,00" in seen
    assert "komt" in plain(one.get("/money-rules/NWE"))
    assert b"cooperative resident" in auditor.get("/money-rules/NWE.csv").data


def test_a_charge_is_shown_carried_out_read_by_its_holder_and_given_back(circle, sign_in):
    circle.at = clock.now()
    started = Period.quarter_of(local_date(circle.at)).previous_quarter().start
    decided(circle, days=(local_date(circle.at) - started).days + 40, starts_on=started)
    circle.issue(circle.shop, "120.00", at=circle.at - timedelta(days=200))
    circle.session.commit()
    programme, board = sign_in(Role.PROGRAMME), sign_in(Role.BOARD, circle.session.get_one(type(circle.keeper), circle.shop.party_id))  # fmt: skip
    page = "/money-rules/NWE"
    assert "Portemonnees: 1, samen € 1,40" in plain(programme.get(page))
    assert press(programme, page, f"{page}/charges/demurrage/140").status_code == 303
    circle.session.expire_all()
    run = circle.session.query(ChargeRun).one()
    there = f"/money-rules/charges/{run.public_id}"
    assert f"{circle.shop.code},70.00,1.40" in programme.get(f"{there}.csv").get_data(as_text=True)
    receipt = plain(board.get(f"/money-rules/wallets/{circle.shop.public_id}"))
    assert "Ingehouden € 1,40 Volgens Versie 1" in receipt
    assert "Wie lang niets doet, betaalt 2%." in receipt
    assert "Inhouding op wat stilstond" in plain(board.get(f"/wallet/{circle.shop.public_id}"))
    assert board.get(f"/money-rules/wallets/{circle.mine.public_id}").status_code == 404
    form = posting(programme.get(f"{there}/back"), reason="Verkeerde lijst")
    assert programme.post(f"{there}/back", data=form).status_code == 303
    assert "Verkeerde lijst" in plain(board.get(f"/money-rules/wallets/{circle.shop.public_id}"))
