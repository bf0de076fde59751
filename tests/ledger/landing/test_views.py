"""Passing on, flags and levels on the pages."""

import re
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from cwb.audit.models import AuditRecord
from cwb.identity.rules import Side
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.declarations.models import Subcontract
from ledger.identities.services import known_suppliers, link_supplier
from ledger.receipts.demo import blank
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import party_supplier


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def prime(session, make_organisation, anchor, at):
    organisation = make_organisation(name="Groot Onderhoud", postcode="3011 AA")
    make_organisation(name="Dichtbij", kvk_number="91234567", postcode="1063 AA")
    facts = SupplierFacts(name="Groot Onderhoud via Ander")
    line = LineFacts(facts, "F1", date(2026, 8, 1), Money.of("1000"))
    record_spend(session, anchor=anchor, lines=[line], actor_id=None, at=at)
    supplier = known_suppliers(session, anchor=anchor, facts=[facts], actor_id=None, at=at)[facts.identity]
    party_supplier(session, organisation=organisation, at=at)
    link_supplier(session, supplier=supplier, party=organisation, reason="zelfde", actor_id=None, at=at)
    session.commit()
    return organisation


def passing(anchor, **facts):
    return {
        "anchor": str(anchor.public_id), "period": "2026-Q3", "kvk_number": "91234567", "amount": "400",
        "category": "", "certificate": "PSO", "certificate_expires_on": "2027-01-01", **facts,
    }  # fmt: skip


def test_a_prime_names_who_did_the_work_and_an_auditor_agrees(
    sign_in, session, anchor, prime, make_organisation
):
    browser, data = sign_in(Role.BOARD, prime), passing(anchor)
    for wrong in (
        {"amount": "1001"},
        {"anchor": "x"},
        {"period": "1999-Q1"},
        {"certificate_expires_on": "2026-01-01"},
    ):
        assert browser.post("/spend/landing/passed-on/new", data=data | wrong).status_code == 422
    assert (
        "€\N{NO-BREAK SPACE}1.000,00"
        in browser.post("/spend/landing/passed-on/new", data=data | {"amount": "1001"}).text
    )
    assert browser.post("/spend/landing/passed-on/new", data=data).status_code == 303
    assert "Dichtbij" in browser.get("/spend/landing/passed-on").text
    asked = browser.post("/spend/landing/passed-on/new", data=data)
    assert [asked.status_code, "Is dit een ander bedrag?" in asked.text] == [422, True]
    assert "is_another" not in browser.get("/spend/landing/passed-on/new").text
    assert session.query(Subcontract).count() == 1
    first = f"/spend/landing/passed-on/{session.query(Subcontract).one().public_id}"
    assert 'value="400,00"' in browser.get(f"{first}/change").text
    changed = browser.post(f"{first}/change", data=data | {"invoice_number": "O-2026-7"})
    assert browser.post(f"{first}/change", data=data).location.endswith(first)
    assert "Ingetrokken op" in browser.get(first).text
    shown = changed.location.removesuffix("/papers")
    assert browser.get(f"{shown}/check").status_code == 403
    checker = sign_in(Role.AUDITOR)
    assert "O-2026-7" in checker.get(f"{shown}/check").text
    browser.post(changed.location, data={"file": (BytesIO(blank()), "factuur.png")})
    agreed = {"answer": "yes", "reason": "factuur gezien"}
    assert checker.post(f"{shown}/check", data=agreed).status_code == 303
    assert checker.get(f"{shown}/check").status_code == 303
    for reader in (checker, sign_in(Role.PROGRAMME), browser):
        page = reader.get(shown).text
        assert ["factuur gezien" in page, "Nagekeken door" in page, "telt mee" in page] == [True] * 3
    stranger = sign_in(Role.BOARD, make_organisation(name="Vreemd"))
    assert [stranger.get(shown).status_code, stranger.post(f"{shown}/back").status_code] == [404, 404]
    assert [each.post(f"{shown}/withdraw").status_code for each in (browser, checker)] == [403, 403]
    programme = sign_in(Role.PROGRAMME)
    for short in ("", "kort"):
        assert programme.post(f"{shown}/withdraw", data={"reason": short}).status_code == 422
    assert programme.post(f"{shown}/withdraw", data={"reason": "De factuur bleek vals"}).status_code == 303
    assert "De factuur bleek vals" in browser.get(shown).text
    assert programme.get(f"{shown}/withdraw").status_code == 303


def test_the_paper_of_the_subcontractor_is_for_its_supplier_and_who_checks(
    sign_in, session, anchor, prime, make_organisation
):
    browser = sign_in(Role.BOARD, prime)
    page = browser.post("/spend/landing/passed-on/new", data=passing(anchor)).location
    shown, checker, programme = page.removesuffix("/papers"), sign_in(Role.AUDITOR), sign_in(Role.PROGRAMME)
    agreed = {"answer": "yes", "reason": "factuur gezien"}
    refused = checker.post(f"{shown}/check?lang=nl", data=agreed)
    assert [refused.status_code, "dus dit telt niet mee" in refused.text] == [422, True]
    assert "Er is nog geen stuk bij" in browser.get(f"{shown}?lang=nl").text
    old, file = papers_by_page(browser, page)
    assert [browser.post(f"{old}/remove").status_code, browser.get(old).status_code] == [303, 404]
    for reader in (checker, programme, browser):
        assert file in reader.get(shown).text
        got = reader.get(file)
        assert (got.data, got.headers["Content-Disposition"]) == (blank(), "attachment; filename=factuur.png")
    stranger = sign_in(Role.BOARD, make_organisation(name="Vreemd"))
    assert [stranger.get(each).status_code for each in (file, page)] == [404, 404]
    assert sign_in(Role.PURCHASER, anchor).get(file).status_code == 403
    assert checker.post(f"{shown}/check", data=agreed).status_code == 303
    for remover, answer in ((checker, 403), (stranger, 404), (browser, 409)):
        assert remover.post(f"{file}/remove").status_code == answer
    assert [browser.get(file).status_code, browser.get(page).status_code] == [200, 303]
    reads = select(AuditRecord.actor_id).where(AuditRecord.action == "landing.paper_read")
    assert session.scalars(reads).all() == [checker.user.id, programme.user.id]


def papers_by_page(browser, page):
    """Adds two papers, after some that are refused; the addresses of what stands."""
    for given, answer in (
        (None, 422), ((BytesIO(b"niets"), "factuur.exe"), 422), ((BytesIO(blank(9)), "oud.png"), 303),
        ((BytesIO(blank()), "factuur.png"), 303),
    ):  # fmt: skip
        assert browser.post(page, data={"file": given} if given else {}).status_code == answer
    return list(dict.fromkeys(re.findall(rf"{page}/[0-9a-f-]{{36}}(?=\")", browser.get(page).text)))


def test_who_was_paid_nothing_has_nothing_to_pass_on(sign_in, make_organisation):
    browser = sign_in(Role.BOARD, make_organisation())
    assert browser.get("/spend/landing/passed-on/new").status_code == 303
    assert browser.get("/spend/landing/levels").status_code == 200


def test_flags_are_questions_for_programme_and_auditor(sign_in, prime):
    page = sign_in(Role.PROGRAMME).get("/spend/landing/flags?period=2026-Q3&lang=nl")
    assert "De naam zegt dat een ander het werk doet" in page.text
    assert sign_in(Role.BOARD, prime).get("/spend/landing/flags").status_code == 403
    assert sign_in(Role.AUDITOR).get("/spend/landing/flags?period=rubbish").status_code == 404


def test_what_came_of_a_question_is_written_down_and_stands_in_the_list_and_the_file(sign_in, prime):
    browser = sign_in(Role.PROGRAMME)
    page = browser.get("/spend/landing/flags?period=2026-Q3").text
    address = re.search(r"/spend/landing/flags/2026-Q3/[0-9a-f]{32}", page)[0]
    assert "Telt" not in browser.get(address).text
    for wrong in (
        {},
        {"outcome": "weg", "reason": "lang genoeg gezegd"},
        {"outcome": "mended", "reason": "kort"},
    ):
        assert browser.post(address, data=wrong).status_code == 422
    said = {"outcome": "explained", "reason": "De firma heet nu eenmaal zo"}
    assert browser.post(address, data=said).status_code == 303
    auditor = sign_in(Role.AUDITOR)
    listed = auditor.get("/spend/landing/flags?period=2026-Q3").text
    assert ["De firma heet nu eenmaal zo" in listed, "er is niets mis" in listed] == [True, True]
    assert "De firma heet nu eenmaal zo" not in auditor.get("/spend/landing/flags?period=2026-Q2").text
    auditor.post(address, data={"outcome": "searching", "reason": "Ik vraag het zelf na"})
    assert "De firma heet nu eenmaal zo" in auditor.get(address).text
    rows = auditor.get("/spend/landing/flags/2026-Q3.csv").text.splitlines()
    assert [",searching,Ik vraag het zelf na," in row for row in rows] == [False, True]
    board = sign_in(Role.BOARD, prime)
    assert [board.get(each).status_code for each in (address, "/spend/landing/flags/2026-Q3.csv")] == [
        403,
        403,
    ]
    assert browser.get(f"{address[:-1]}z").status_code == 404
    assert browser.get("/spend/landing/flags/x.csv").status_code == 404
