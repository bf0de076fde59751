"""Pages of suppliers: who sees them, who decides."""

import csv
from datetime import date

import pytest
from sqlalchemy import select

from cwb.identity.rules import Side
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Role
from ledger.identities.services import known_suppliers
from ledger.suppliers import queries
from ledger.suppliers.rules import SupplierFacts
from ledger.witnesses.models import Sighting


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def supplier(session, anchor, at):
    facts = SupplierFacts(name="Voorbeeld Loodgieter", postcode="1063 AA", kvk_number=KvkNumber("91234567"))
    found = known_suppliers(session, anchor=anchor, facts=[facts], actor_id=None, at=at)[facts.identity]
    session.commit()
    return found


def text_of(response):
    return response.get_data(as_text=True)


EVIDENCE = {
    "kind": "seat", "grade": "2", "street": "Weg", "house_number": "1", "postcode": "1063 AA", "country": "NL",
    "valid_from": "2024-01-01", "obtained_on": "", "source": "Handelsregister", "checked_by": "",
}  # fmt: skip


def test_an_anchor_sees_its_own_suppliers_only(sign_in, anchor, supplier):
    own, other = sign_in(Role.PURCHASER, anchor), sign_in(Role.PURCHASER)
    path = f"/spend/suppliers/{supplier.public_id}"
    assert supplier.name in text_of(own.get("/spend/suppliers"))
    assert supplier.name in text_of(own.get("/spend/suppliers/export.csv"))
    assert "Voeg bewijs toe" not in text_of(own.get(path))
    assert supplier.name not in text_of(other.get("/spend/suppliers"))
    assert supplier.name not in text_of(other.get("/spend/suppliers/export.csv"))
    assert "Geen leveranciers" in text_of(other.get("/spend/suppliers"))
    assert other.get(path).status_code == 403
    assert own.post(f"{path}/evidence", data=EVIDENCE).status_code == 403


def test_the_file_says_each_supplier_once_as_the_page_and_another_how_each_buyer_wrote_it_down(
    sign_in, session, make_organisation, anchor, supplier, at
):
    second = make_organisation(Side.ANCHOR, name="Tweede Koper")
    facts = SupplierFacts(
        name="Loodgieter Voorbeeld bv", postcode="1063 AA", kvk_number=KvkNumber("91234567")
    )
    again = known_suppliers(session, anchor=second, facts=[facts], actor_id=None, at=at)[facts.identity]
    for each in (supplier, again):
        each.register_number, each.kvk_confirmed_on = "91234567", date(2026, 8, 1)
    session.commit()
    programme = sign_in(Role.PROGRAMME)
    head, *rows = list(
        csv.reader(text_of(programme.get("/spend/suppliers/export.csv")).lstrip("\ufeff").splitlines())
    )
    assert [head[0], head[6], head[8]] == ["name", "buyers", "place_now"]
    assert [(row[0], row[6], row[8]) for row in rows] == [
        (supplier.name, "; ".join(sorted((anchor.name, "Tweede Koper"))), "unknown")
    ]
    by_ledger = list(csv.reader(text_of(programme.get("/spend/suppliers/ledgers.csv")).splitlines()))
    assert {(row[0], row[2]) for row in by_ledger[1:]} == {
        (anchor.name, supplier.name), ("Tweede Koper", "Loodgieter Voorbeeld bv")
    }  # fmt: skip
    own = sign_in(Role.PURCHASER, anchor)
    assert "Tweede Koper" not in text_of(own.get("/spend/suppliers/export.csv"))
    assert "Tweede Koper" not in text_of(own.get("/spend/suppliers/ledgers.csv"))


def test_the_programme_adds_evidence(sign_in, session, supplier):
    browser = sign_in(Role.PROGRAMME)
    path = f"/spend/suppliers/{supplier.public_id}"
    assert "Voeg bewijs toe" in text_of(browser.get(path))
    assert "1063 AA" in text_of(browser.get(f"{path}/evidence"))
    for wrong in (
        {"postcode": ""}, {"grade": "9"}, {"kind": "x"}, {"source": ""}, {"source": "x" * 301},
        {"valid_from": "2999-01-01"}, {"valid_from": "gisteren"}, {"kind": "establishment"}, {"kind": "establishment", "contract_reference": "C-1"},
        {"kind": "establishment", "contract_reference": "C-1", "worker_count": "0"}, {"worker_count": "2"},
        {"contract_reference": "C-1"}, {"obtained_on": "2190-01-01"}, {"postcode": "9999"},
    ):  # fmt: skip
        assert browser.post(f"{path}/evidence", data=EVIDENCE | wrong).status_code == 422, wrong
    assert len(queries.evidence_of(session, [supplier.id])) == 1
    answer = browser.post(f"{path}/evidence", data=EVIDENCE)
    assert answer.status_code == 303
    assert "bewezen lokaal" not in text_of(browser.get(path)), "one person proves nothing"
    seen = session.scalars(select(Sighting)).one()
    said = {"answer": "yes", "note": "Zelf opgezocht in het register"}
    assert browser.post(f"/spend/witnesses/{seen.public_id}", data=said).status_code == 403, "not who said it"
    second = sign_in(Role.PROGRAMME)
    assert "1063 AA" in text_of(second.get(f"/spend/witnesses/{seen.public_id}"))
    assert second.post(f"/spend/witnesses/{seen.public_id}", data=said).status_code == 303
    page = text_of(browser.get(path))
    assert "bewezen lokaal" in page
    assert "Handelsregister" in page
    assert "bewezen lokaal" in text_of(browser.get("/spend/suppliers"))


def test_the_auditor_reads_and_changes_nothing(sign_in, supplier):
    browser = sign_in(Role.AUDITOR)
    path = f"/spend/suppliers/{supplier.public_id}"
    assert supplier.name in text_of(browser.get("/spend/suppliers?q=loodgieter&state=open"))
    assert "Voeg bewijs toe" not in text_of(browser.get(path))
    assert browser.post(f"{path}/evidence", data=EVIDENCE).status_code == 403


def test_an_unknown_supplier_is_not_found(sign_in):
    assert (
        sign_in(Role.PROGRAMME).get("/spend/suppliers/00000000-0000-0000-0000-000000000000").status_code
        == 404
    )
