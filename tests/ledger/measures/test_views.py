"""The page of what local money did: the same figures as the command says of its file, a simulation said, few not shown."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from ledger.circulation.commands import currency
from ledger.instruments.rules import Code
from ledger.measures.models import CirculationMeasure
from ledger.measures.services import measure
from tests.ledger.conftest import _build_trade
from tests.ledger.desk.pages import text
from tests.ledger.measures.conftest import built
from tests.ledger.wallets.conftest import build
from tests.ledger.wallets.test_views import press, send

THERE = "/currency/NWE/measures"


@pytest.fixture
def done(session):
    at = now() - timedelta(days=20)
    made = built(build(session, at, _build_trade(session, at)))
    measure(session, code=Code.NWE, at=now())
    session.commit()
    return made


def test_the_command_says_of_the_file_what_stands_on_the_page(session, sign_in, done, tmp_path):
    auditor, runs = sign_in(Role.AUDITOR), sign_in(Role.PROGRAMME)
    page = text(auditor.get(THERE)).replace("\xa0", " ")
    assert "Simulatie" in page
    assert "€ 60,00" in page
    kept = session.scalars(
        select(CirculationMeasure).order_by(CirculationMeasure.until_on.desc(), CirculationMeasure.first_on)
    ).first()
    there = f"{THERE}/{kept.first_on}/{kept.until_on}"
    command = page.partition("cwb currency measure ")[2].split()
    name, start, end = command[0], command[2], command[4]
    file = tmp_path / name
    file.write_bytes(runs.get(f"{there}/transfers.csv").get_data())
    assert "Coöperatie" not in file.read_text()
    said = CliRunner().invoke(currency, ["measure", str(file), "--from", start, "--to", end, "--json"])
    assert said.exit_code == 0, said.output
    assert json.loads(said.output) == kept.found["measured"]
    rows = runs.get(f"{there}.csv").get_data(as_text=True)
    assert "volume,Volume,60.00,,1," in rows
    assert auditor.get(there).status_code == 200
    for wrong in (
        f"{THERE}/2020-01-01/2020-02-01",
        f"{THERE}/x/y",
        "/currency/WIJK/measures",
        "/currency/X/measures",
    ):
        assert auditor.get(wrong).status_code == 404, wrong


def test_what_was_measured_of_the_simulation_stays_to_be_read_and_says_so(session, sign_in, done):
    auditor = sign_in(Role.AUDITOR)
    kept = session.scalars(select(CirculationMeasure).order_by(CirculationMeasure.until_on.desc())).first()
    there = f"{THERE}/practice/{kept.first_on}/{kept.until_on}"
    assert auditor.get(there).status_code == 303  # it still is the simulation
    done.circle.go_live()
    session.commit()
    page = text(auditor.get(THERE)).replace("\xa0", " ")
    assert "Er is nog niets gemeten" in page
    assert "€ 60,00" not in page
    assert f'"{there}"' in auditor.get(THERE).get_data(as_text=True)
    page = text(auditor.get(there)).replace("\xa0", " ")
    assert "€ 60,00" in page
    assert "Dit is oefengeld" in page
    assert "Dit is uit de oefentijd." in page
    assert "Reken het na" not in page
    assert auditor.get(f"{THERE}/{kept.first_on}/{kept.until_on}").status_code == 404


def test_costs_are_written_down_and_count_per_hundred_euros(sign_in, done):
    runs, auditor = sign_in(Role.PROGRAMME), sign_in(Role.AUDITOR)
    facts = {"on": (now() - timedelta(days=5)).date().isoformat(), "what": "Drukwerk voor kassa’s"}
    assert send(runs, "/currency/NWE/costs/new", **facts).status_code == 422
    assert send(runs, "/currency/NWE/costs/new", amount="6,00", hours="1,5", **facts).status_code == 303
    page = text(auditor.get(THERE)).replace("\xa0", " ")
    assert "€ 10,00" in page  # 6.00 on a volume of 60.00
    assert "150" in page
    assert "6.00,90,Drukwerk" in auditor.get("/currency/NWE/costs.csv").get_data(as_text=True)
    assert auditor.get("/currency/NWE/costs/new").status_code == 403
    page = runs.get("/currency/NWE/costs").get_data(as_text=True)
    address = page.partition('action="/currency/NWE/costs/')[2].partition('"')[0]
    assert press(runs, "/currency/NWE/costs", f"/currency/NWE/costs/{address}").status_code == 303
    assert "Nog geen kosten" in text(auditor.get("/currency/NWE/costs"))


def test_nothing_measured_yet_says_when_it_will_be(sign_in, make_organisation):
    runs = sign_in(Role.PROGRAMME)
    send(runs, "/currency/NWE/set-up", keeper_kvk=make_organisation().kvk_number)
    assert "Er is nog niets gemeten" in text(runs.get(THERE))
