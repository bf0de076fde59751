"""Files that are wrong, handed in on the page: each is refused or flagged exactly, and nothing is stored by half."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from cwb.audit.models import AuditRecord
from cwb.files import gateway
from cwb.identity.rules import Side
from cwb.kernel.policy import Role
from ledger.spend.models import SpendImport, SpendLine
from ledger.suppliers.models import Supplier
from ledger.uploads import services
from ledger.uploads.gateway import beginning
from ledger.uploads.models import SpendUpload
from tests.ledger.tables.test_gateway import HEAD as SHEET_HEAD
from tests.ledger.tables.test_gateway import book

HEAD = "Leverancier;Factuur;Factuurdatum;Bedrag excl. btw;Valuta\n"
LINE = "A;1;01-07-2026;5,00;EUR\n"
AT_ONCE = {
    "a bomb": (book([SHEET_HEAD], bomb=b"0" * 2_000_000), "te groot"),
    "an entity": (b'<!DOCTYPE a [<!ENTITY x "y">]><auditfile>&x;</auditfile>', "DOCTYPE"),
    "half a quotation": (f'{HEAD}{LINE}"B;2;01-07-2026;5,00;EUR\n', "regel 3"),
    "only a header": (HEAD, "geen regels"),
}
"""What is wrong, and a word of what is said when it is handed in, or when it is looked at."""
LOOKED_AT = {
    "dollars": (HEAD + LINE.replace("EUR", "USD") * 3, "", "niet in euro"),
    "another year": (HEAD + LINE * 3, "2025-Q3", "2025-Q3"),
    "half a row": (HEAD + LINE * 3 + "B;2;01-07", "", "breekt af op regel 5"),
    "another total": (HEAD + LINE + "Totaal;;;6,00;\n", "", "6,00 als totaal"),
    "mostly faults": (HEAD + LINE * 1_100 + "A;2;01-07-2026;veel;EUR\n" * 2_000, "", "2000 van de 3100"),
}


@pytest.fixture
def browser(sign_in, make_organisation):
    return sign_in(Role.PURCHASER, make_organisation(Side.ANCHOR))


def send(browser, content):
    raw = content if isinstance(content, bytes) else content.encode()
    return browser.post(
        "/spend/upload", data={"file": (BytesIO(raw), "x")}, content_type="multipart/form-data"
    )


def stored(session):
    return [
        session.scalar(select(func.count()).select_from(table))
        for table in (SpendLine, SpendImport, Supplier)
    ]


def test_what_is_no_ledger_is_refused_with_the_reason(browser, session, monkeypatch):
    monkeypatch.setattr(gateway, "MOST_UNPACKED", 1_000_000)
    for name, (content, word) in AT_ONCE.items():
        answer = send(browser, content)
        page = answer if answer.status_code == 422 else browser.get(answer.location)
        assert word in page.get_data(as_text=True), name
        assert "Sla deze regels op" not in page.get_data(as_text=True), name
    assert stored(session) == [0, 0, 0]


def test_what_cannot_be_the_ledger_of_that_time_is_refused_whole(browser, session):
    for name, (content, period, word) in LOOKED_AT.items():
        address = send(browser, content).location
        if period:
            address += f"?c_supplier_name=Leverancier&c_amount=Bedrag+excl.+btw&c_invoice_date=Factuurdatum&period={period}"
        page = browser.get(address).get_data(as_text=True)
        assert word in page, name
        assert "Sla deze regels op" not in page, name
        assert browser.post(address).status_code == 422, name
    assert stored(session) == [0, 0, 0]


def test_a_formula_stays_text_and_is_flagged_and_a_quarter_without_lines_has_no_figure(browser, session):
    address = send(browser, HEAD + "=1+1;1;01-07-2026;5,00;EUR\nB;2;01-07-2026;-9,00;EUR\n").location
    page = browser.get(address).get_data(as_text=True)
    assert ["formule" in page, "=1+1" in page, "minder dan nul" in page or "negatief" in page] == [True] * 3
    assert browser.post(address).status_code == 303
    assert stored(session) == [2, 1, 2]
    for page_of_a_quarter in (
        "/spend?period=2025-Q1",
        "/spend/bridge?period=2025-Q1",
        "/spend/lines?period=2025-Q1",
    ):
        assert browser.get(page_of_a_quarter).status_code == 200


def test_a_supplier_renamed_mid_year_is_told_and_stays_two_until_people_decide(browser, session):
    head = "Leverancier;KvK;Factuur;Factuurdatum;Bedrag excl. btw\n"
    rows = "Oud bv;91234567;1;13-02-2026;5,00\nNieuw bv;91234567;2;14-08-2026;6,00\nOUD B.V.;91234567;3;15-02-2026;7,00\n"
    address = send(browser, head + rows).location
    page = browser.get(f"{address}?lang=nl").text
    told = page[page.index("Eén KvK-nummer met twee namen") :][:400]
    assert [name in told for name in ("91234567", "Oud bv", "Nieuw bv", "OUD B.V.")] == [
        True,
        True,
        True,
        False,
    ]
    assert browser.post(address).status_code == 303
    assert [each.same_as_id for each in session.query(Supplier)] == [None] * 3
    plain = browser.get(
        send(browser, head + rows.replace("Nieuw bv;91234567", "Nieuw bv;91234568")).location
    ).text
    assert "met twee namen" not in plain


def test_a_person_has_so_many_files_waiting_and_no_more_and_keeps_no_colleague_out(
    browser, monkeypatch, make_organisation, sign_in
):
    monkeypatch.setattr(services, "MOST_WAITING", 2)
    for _file in range(2):
        assert send(browser, HEAD + LINE).status_code == 303
    refused = send(browser, HEAD + LINE)
    assert refused.status_code == 422
    assert "Er wachten al 2 bestanden van u. Sla" in refused.text
    other = sign_in(Role.PURCHASER, make_organisation(Side.ANCHOR))
    assert send(other, HEAD + LINE).status_code == 303, "those of one anchor do not keep out another's"
    colleague = sign_in(Role.PURCHASER, browser.organisation)
    assert send(colleague, HEAD + LINE).status_code == 303


def test_what_waits_goes_at_once_after_a_question_and_is_logged(browser, session, make_organisation, sign_in):
    mine, other = browser, sign_in(Role.PURCHASER, make_organisation(Side.ANCHOR))
    colleague = sign_in(Role.PURCHASER, browser.organisation)
    for each in (mine, mine, mine, mine, colleague, other):
        assert send(each, HEAD + LINE).status_code == 303
    page = mine.get("/spend/upload").text
    assert ["5 bestanden wachten" in page, "<details>" in page, "5,00" in page] == [True, True, True]
    assert page.index("Wat u eerder aanleverde") > page.index("Bestanden die wachten")
    address = "/spend/upload/waiting/discard"
    assert mine.get(address).text.count("wacht op u") == 5
    assert session.query(SpendUpload).count() == 6, "asked first"
    assert mine.post(address).status_code == 422
    assert mine.post(address, data={"whose": "mine"}).status_code == 303
    assert session.query(SpendUpload).count() == 2
    said = session.scalars(select(AuditRecord).where(AuditRecord.action == "spend.waiting_discarded")).one()
    assert (said.facts["files"], said.facts["of_colleagues"]) == (4, False)
    assert mine.post(address, data={"whose": "mine"}).status_code == 422
    assert mine.post(address, data={"whose": "all"}).status_code == 303
    assert session.query(SpendUpload).count() == 1, "another anchor's stays"
    assert mine.get(address).status_code == 303
    assert sign_in(Role.AUDITOR).get(address).status_code == 403


def test_refused_files_take_no_place_and_go_at_once(
    browser, monkeypatch, session, make_organisation, sign_in
):
    monkeypatch.setattr(services, "MOST_WAITING", 2)
    bad = HEAD + LINE + "Totaal;;;6,00;\n"
    for _file in range(4):
        assert send(browser, bad).status_code == 303
    assert session.query(SpendUpload).count() == 2, "the latest refused ones are kept"
    other = sign_in(Role.PURCHASER, make_organisation(Side.ANCHOR))
    assert send(other, bad).status_code == 303
    for _file in range(2):
        assert send(browser, HEAD + LINE).status_code == 303
    assert send(browser, HEAD + LINE).status_code == 422
    assert "geweigerd" in browser.get("/spend/upload").text
    assert browser.post("/spend/upload/refused/discard").status_code == 303
    assert [each.refused for each in session.query(SpendUpload)].count(True) == 1, "another anchor's stay"
    page = browser.get("/spend/upload").text
    assert ["geweigerde weg" in page, "wacht op u" in page] == [False, True]


def test_of_a_long_text_only_the_beginning_is_taken_and_a_packed_file_whole():
    taken = []

    def pieces(first):
        for piece in (first, b"5678", b"9012", b"3456"):
            taken.append(piece)
            yield piece

    assert (b"".join(beginning(pieces(b"1234"), 6)), len(taken)) == (b"123456", 2)
    assert b"".join(beginning(pieces(b"PK34"), 6)) == b"PK34567890123456"
