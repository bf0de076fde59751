"""The page of the tables of places: who reads it, what it says without and with a table, and the same as a file."""

from datetime import date

import pytest

from cwb.addresses.gateway import keep
from cwb.addresses.rules import Places
from cwb.boundaries import gateway as boundaries
from cwb.boundaries.rules import Outlines
from cwb.kernel.policy import Role


@pytest.fixture
def config(app):
    return app.extensions["cwb.config"]


def test_programme_administrator_and_auditor_read_which_tables_were_read(sign_in, client, config):
    assert client.get("/places/tables").status_code == 303
    assert sign_in(Role.PURCHASER).get("/places/tables").status_code == 403
    page = sign_in(Role.PROGRAMME).get("/places/tables?lang=nl").text
    for said in (
        "Er is geen tabel met adressen",
        "De kaart bestaat dan uit tegels",
        "cwb area import-addresses",
    ):
        assert said in page
    places = Places({("1061 AB", 1): "FM01", ("1061 AB", 2): "FM02"}, {"1061": {"0363"}}, 2)
    keep(config, places, source="CBS proef", valid_from=date(2026, 1, 1))
    boundaries.keep(
        config, Outlines("wijk", 10.0, {"FA": [[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]]}), "Gemeente proef"
    )
    page = sign_in(Role.ADMINISTRATOR).get("/places/tables?lang=nl").text
    for said in ("CBS proef", "1 jan 2026", 'data-label="Rijen">2<', "Gemeente proef"):
        assert said in page, said
    assert "Er is geen tabel met adressen" not in page
    lines = sign_in(Role.AUDITOR).get("/places/tables/tables.csv").text.splitlines()
    assert lines[1].startswith("addresses,2026-01-01,,2,CBS proef,")


def test_it_is_found_from_the_start_and_from_the_work_list(sign_in):
    browser = sign_in(Role.PROGRAMME)
    for address in ("/?lang=nl", "/spend/suppliers/work?lang=nl"):
        assert "/places/tables" in browser.get(address).text, address
