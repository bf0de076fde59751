"""Handing in a file: look first, book whole or not at all, twice adds nothing."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from cwb.identity.rules import Side
from cwb.kernel.policy import Role
from ledger.spend.models import SpendImport, SpendLine
from ledger.uploads import views
from ledger.uploads.models import SpendUpload

HEAD = "supplier_name,document_number,invoice_date,amount,exclusion\n"
GOOD = (
    HEAD
    + "A,1,2026-07-01,100.00,\nA,1,2026-07-01,100.00,\nB,2,2026-07-02,-25.00,\nFiscus,3,2026-07-03,10.00,X2\n"
)


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def browser(sign_in, anchor):
    return sign_in(Role.PURCHASER, anchor)


def send(browser, content, name="grootboek.csv"):
    raw = content if isinstance(content, bytes) else content.encode()
    return browser.post(
        "/spend/upload", data={"file": (BytesIO(raw), name)}, content_type="multipart/form-data"
    )


def text_of(response):
    return response.get_data(as_text=True)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_look_then_book_then_the_same_file_adds_nothing(browser, session):
    assert "leverde u nog geen bestand aan" in text_of(browser.get("/spend/upload"))
    assert "supplier_name" in text_of(browser.get("/spend/upload/example.csv"))
    answer = send(browser, GOOD)
    assert answer.status_code == 303
    preview = text_of(browser.get(answer.location))
    assert "185,00" in preview
    assert count(session, SpendLine) == 0
    booked = browser.post(answer.location)
    assert booked.status_code == 303
    assert "Tot en met" not in text_of(browser.get(booked.location))
    assert count(session, SpendLine) == 4
    assert session.scalars(select(SpendLine.row_number).order_by(SpendLine.id)).all() == [2, 3, 4, 5]
    assert count(session, SpendUpload) == 0
    assert booked.location == answer.location.replace("upload/", "upload/imports/")
    page = text_of(browser.get(booked.location))
    for said in (
        "Som van de goede regels",
        "185,00",
        "2026-Q3",
        "Maak bekend waar",
        f"{booked.location}/undo",
    ):
        assert said in page, said
    assert "al is getekend" not in page
    assert browser.get(answer.location).location == booked.location, "who goes back is led to what was saved"
    assert browser.post(answer.location).status_code == 404
    again = send(browser, GOOD)
    browser.post(again.location)
    assert count(session, SpendLine) == 4
    assert [each.added_count for each in session.scalars(select(SpendImport).order_by(SpendImport.id))] == [
        4,
        0,
    ]
    assert "grootboek.csv" in text_of(browser.get("/spend/upload"))


def test_the_same_lines_in_another_layout_are_told_before_and_wait_after(browser, session):
    browser.post(send(browser, GOOD).location)
    more = "".join(f"{line},{'vat' if at else 'description'}\n" for at, line in enumerate(GOOD.splitlines()))
    answer = send(browser, more, "met-omschrijving.csv")
    preview = text_of(browser.get(answer.location))
    assert "4 regels" in preview
    assert "lijken al te tellen" in preview
    assert "grootboek.csv" in preview
    booked = browser.post(answer.location)
    assert booked.location.endswith("/spend/conflicts")
    page = text_of(browser.get(answer.location.replace("upload/", "upload/imports/")))
    assert "Beslis over regels die misschien dubbel zijn" in page
    assert "Geen regel van dit bestand telt nu mee" in page
    assert "of wachten op een besluit" in page
    assert "met-omschrijving.csv" in text_of(browser.get(booked.location))
    assert session.scalar(select(func.sum(SpendLine.net_amount)).where(SpendLine.weight != 0)) == 18_500


def test_a_file_for_a_quarter_that_was_signed_says_so_before_and_after_and_until_the_next_version(
    sign_in, session, desk, at
):
    session.commit()
    browser = sign_in(Role.PURCHASER, desk.anchor)
    file = HEAD + "Te laat,1,2026-05-09,10.00,\n"
    told = "Er komen regels bij een cijfer dat al is getekend"
    assert told not in text_of(browser.get(send(browser, file).location))
    desk.sign(desk.prepare(at=at - timedelta(days=1)))
    session.commit()
    waiting = send(browser, file).location
    booked = browser.post(waiting).location
    for page in (
        text_of(browser.get(send(browser, file + "Nog een,2,2026-05-10,1.00,\n").location)),
        text_of(browser.get(booked)),
    ):
        assert told in page
        assert "2026-Q2, versie 1" in page
    assert told not in text_of(browser.get(send(browser, file).location)), "nothing of it is new"
    desk.sign(
        desk.prepare(
            at=session.scalars(select(SpendImport.at)).one() + timedelta(seconds=1),
            reason="een factuur kwam te laat",
        )
    )
    session.commit()
    assert told not in text_of(browser.get(booked))


def test_a_credit_note_is_shown_in_the_quarter_of_its_original(browser, session):
    head = HEAD.strip() + ",credit_of\n"
    browser.post(send(browser, head + "Groen,F1,2026-05-09,100.00,,\n").location)
    note = send(browser, head + "Groen,C1,2026-07-02,-40.00,,F1\nGroen,F2,2026-07-03,5.00,,\n").location
    page = " ".join(re.sub(r"<[^>]+>", " ", text_of(browser.get(note))).split())
    assert "Goede regels per kwartaal Kwartaal Regels 2026-Q2 1 2026-Q3 1" in page
    browser.post(note)
    assert session.scalar(select(SpendLine.period_on).where(SpendLine.document_number == "C1")) == date(
        2026, 5, 9
    )


def test_several_invoices_at_once_are_one_file_with_a_fault_for_each_that_is_none(browser, session):
    invoice = (
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>{number}</ID>'
        "<IssueDate>2026-07-02</IssueDate><DocumentCurrencyCode>EUR</DocumentCurrencyCode><AccountingSupplierParty><Party>"
        "<PartyName><Name>Groen</Name></PartyName></Party></AccountingSupplierParty><LegalMonetaryTotal>"
        "<TaxExclusiveAmount>10.00</TaxExclusiveAmount></LegalMonetaryTotal></Invoice>"
    )
    files = [(BytesIO(invoice.format(number=each).encode()), "factuur.xml") for each in ("A1", "A2")]
    files.append((BytesIO(b"<Invoice><half"), "half.xml"))
    data = {"file": files}
    answer = browser.post("/spend/upload", data=data, content_type="multipart/form-data")
    page = text_of(browser.get(answer.location))
    for said in (
        "factuur.xml + 2.zip",
        "Gelezen: 2 van 3 bestanden",
        "“half.xml” telt niet mee",
        "bestand 3",
    ):
        assert said in page, said
    booked = browser.post(answer.location).location
    assert session.scalars(select(SpendLine.document_number).order_by(SpendLine.id)).all() == ["A1", "A2"]
    assert "“half.xml” telt niet mee" in text_of(browser.get(f"{booked}/findings.csv"))
    line = session.scalars(select(SpendLine).order_by(SpendLine.id.desc())).first()
    assert "bestand 2" in text_of(browser.get(f"/spend/lines/{line.public_id}"))


CREDIT = (
    '<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"><ID>C-1</ID>'
    "<IssueDate>2026-07-02</IssueDate><DocumentCurrencyCode>EUR</DocumentCurrencyCode><AccountingSupplierParty><Party>"
    "<PartyName><Name>Groen</Name></PartyName></Party></AccountingSupplierParty><LegalMonetaryTotal>"
    "<TaxExclusiveAmount>10.00</TaxExclusiveAmount></LegalMonetaryTotal></CreditNote>"
)


def test_xml_has_no_columns_to_choose_and_what_nobody_can_read_shows_only_what_is_wrong(browser):
    there = send(browser, CREDIT, "credit.xml").location
    page = text_of(browser.get(there))
    assert "\N{MINUS SIGN}10,00" in page or "-10,00" in page
    for said in ("Verander de kolommen", "Bewaar deze indeling", "minder dan nul", "regel 0"):
        assert said not in page, said
    assert browser.post(there).status_code == 303
    again = send(browser, CREDIT, "credit.xml").location
    assert "Elke goede regel staat er al" in text_of(browser.get(again))
    booked = text_of(browser.get(browser.post(again).location))
    assert ["Er kwam niets bij" in booked, "zijn opgeslagen" in booked] == [True, False]
    bad = send(browser, HEAD, "leeg.csv")
    page = text_of(bad if bad.status_code == 422 else browser.get(bad.location))
    for said in ("Zo lezen wij de kolommen", "Verander de kolommen", "Sla deze regels op"):
        assert said not in page, said
    assert "geen regels" in page


def test_rows_with_a_fault_are_told_and_the_others_booked(browser, session):
    answer = send(browser, GOOD + "C,4,2026-07-01,twaalf,\nGewoon,5,2026-07-01,1.00,X6\n")
    page = text_of(browser.get(answer.location))
    assert "Deze regels worden niet opgeslagen" in page
    assert "grote kopers" in page
    assert page.index("2 regels gaan niet mee") < page.index("Sla deze regels op")
    missing = page[page.index("regels gaan niet mee") : page.index("Sla deze regels op")]
    assert ["1,00" in missing, "zover de bedragen te lezen zijn" in missing] == [True] * 2
    assert browser.post(answer.location).status_code == 303
    assert count(session, SpendLine) == 4


def test_a_file_that_cannot_be_booked_says_why_and_nothing_is(browser, session):
    answer = send(browser, GOOD + "Totaal,,,1.00,\n")
    page = text_of(browser.get(answer.location))
    assert "1,00 als totaal" in page
    assert "Sla deze regels op" not in page
    refused = browser.post(answer.location)
    assert refused.status_code == 422
    assert "1,00 als totaal" in text_of(refused)
    assert (count(session, SpendLine), count(session, SpendUpload)) == (0, 1)


def test_a_file_without_names_of_columns_is_read_as_its_owner_points_and_so_is_the_next(browser, session):
    strange = "Bakker;12,50;F1;03-04-2026\nSlager;x;F2;04-04-2026\nGroenteman;1,00;F3;05-04-2026\n"
    answer = send(browser, strange)
    page = text_of(browser.get(answer.location))
    assert "kolom 2" in page
    assert "<bdi>12,50</bdi>; <bdi>x</bdi>; <bdi>1,00</bdi>" in page
    chosen = "?c_supplier_name=%231&c_amount=%232&c_document_number=%233&c_invoice_date=%234"
    saved = browser.post(f"{answer.location}/profile{chosen}", data={"name": "Op nummer"})
    booked = browser.post(saved.location).location
    assert "1 van de 3 regels" in text_of(browser.get(booked)), "its page keeps telling what was left out"
    faults = browser.get(f"{booked}/findings.csv").get_data(as_text=True)
    assert "fault,2,amount," in faults
    assert session.scalars(select(SpendLine.net_amount).order_by(SpendLine.id)).all() == [1250, 100]
    again = send(browser, "Bakker;7,50;F4;03-05-2026\n")
    assert "7,50" in text_of(browser.get(f"{again.location}?profile=Op+nummer"))


def test_columns_that_no_guess_finds_are_chosen_remembered_and_used_again(browser, session):
    strange = "Wie;Leverancier nummer;Datum;Bedrag incl. btw;Kale som\nA;7;03/04/2026;12,10;10\n"
    answer = send(browser, strange)
    page = text_of(browser.get(answer.location))
    assert "Zo is het niet te lezen" in page
    assert "Sla deze regels op" not in page
    assert browser.post(answer.location).status_code == 422
    chosen = "?c_supplier_name=Wie&c_amount=Kale+som&c_invoice_date=Datum&order=mdy"
    page = text_of(browser.get(answer.location + chosen))
    assert "Zo lezen wij de eerste regels" in page
    assert "4 maart 2026" in page
    saved = browser.post(f"{answer.location}/profile{chosen}", data={"name": "Ons pakket"})
    assert saved.status_code == 303
    assert "Ons pakket" in text_of(browser.get(saved.location))
    assert browser.post(saved.location).status_code == 303
    assert [line.net_amount for line in session.scalars(select(SpendLine))] == [1000]
    again = send(browser, GOOD)
    assert "Geen regel noemt de kolommen" in text_of(browser.get(f"{again.location}?profile=Ons+pakket"))


@pytest.mark.parametrize(
    "query",
    [
        "?c_supplier_name=bestaat-niet", "?c_amount=amount&c_supplier_name=amount", "?profile=nooit", "?period=2026-Q9&c_amount=amount",
        "?c_amount=amount&c_supplier_name=supplier_name&mark=x", "?public_id=1&c_amount=amount", "?c_x=1", "?period=2026-Q3",
    ],
)  # fmt: skip
def test_addresses_with_rubbish_are_answered(browser, query):
    location = send(browser, GOOD).location
    assert browser.get(location + query).status_code in {200, 404}
    assert browser.post(location + "/profile" + query, data={"name": ""}).status_code in {303, 404}


@pytest.mark.parametrize("content", ["", "rubbish", b"\xff\xfe\x00", "x" * 100_000])
def test_what_is_no_file_of_lines_is_refused(browser, session, content):
    answer = send(browser, content)
    assert answer.status_code == 422
    assert count(session, SpendUpload) == 0


def test_no_file_at_all(browser):
    assert "Kies een bestand" in text_of(browser.post("/spend/upload", data={}))


def test_a_file_can_be_thrown_away(browser, session):
    answer = send(browser, GOOD)
    assert browser.post(f"{answer.location}/discard").status_code == 303
    assert count(session, SpendUpload) == 0


def test_a_file_is_its_anchors_own(browser, sign_in, session):
    location = send(browser, GOOD).location
    other = sign_in(Role.PURCHASER)
    assert other.get(location).status_code == 404
    assert other.post(location).status_code == 404
    assert other.post(f"{location}/discard").status_code == 404
    mine = browser.post(location).location
    assert (browser.get(mine).status_code, other.get(mine).status_code) == (200, 404)
    assert other.get(location).status_code == 404
    for role in (Role.PROGRAMME, Role.AUDITOR, Role.MEMBER):
        assert sign_in(role).get(location).status_code == 403


def test_a_file_that_was_left_waits_in_the_list_and_can_be_thrown_away(browser, session):
    there = send(browser, GOOD, "later.csv").location
    page = text_of(browser.get("/spend/upload"))
    assert "Bestanden die wachten" in page
    assert f'href="{there}"' in page
    assert browser.post(f"{there}/discard").status_code == 303
    assert "later.csv" not in text_of(browser.get("/spend/upload"))


def test_what_is_wrong_is_counted_by_kind_and_comes_as_a_file(browser):
    rows = [f"A,{n},2026-07-01,10.00,\n" for n in range(40)]
    rows += [f"A,{n},2026-07-01,veel,\n" for n in range(30)] + ["A,99,01-07-2199,10.00,\n"]
    there = send(browser, HEAD + "".join(rows)).location
    page = text_of(browser.get(there))
    assert "Fouten, per soort" in page
    assert page.count("niet te lezen") == 11, "the first of its kind, and ten rows"
    assert "2199-Q3" in page
    assert "Deze datum moet nog komen" in page
    file = text_of(browser.get(f"{there}/findings.csv"))
    assert file.count("fault,") == 30
    assert "flag,72,invoice_date" in file
    *_rows, end = told = file.splitlines()
    assert end == f"end,71,,{len(told) - 2} opmerkingen", "so that half a list is seen to be half"


def test_of_a_long_file_all_that_is_wrong_comes_as_a_file_and_a_refusal_stands_at_its_end(
    browser, monkeypatch
):
    monkeypatch.setattr(views, "QUICK_SIZE", 2_000)
    monkeypatch.setattr(views, "HEAD_SIZE", 1_000)
    rows = [f"A,{n},2026-07-01,10.00,\n" for n in range(1_500)] + [
        f"A,{n},2026-07-01,=veel,\n" for n in range(1_600)
    ]
    there = send(browser, HEAD + "".join(rows)).location
    told = text_of(browser.get(f"{there}/findings.csv")).splitlines()
    assert [sum(row.startswith(kind) for row in told) for kind in ("fault,", "refused,", "end,3100,,")] == [
        1_600,
        1,
        1,
    ]
    assert "1600 van de 3100" in told[-2]


def test_the_columns_stand_open_as_they_are_read(browser):
    content = "Crediteur;Datum;Bedrag\nA;01-07-2026;10,00\n"
    page = text_of(browser.get(send(browser, content).location))
    assert "Zo lezen wij de kolommen" in page
    assert "<bdi>Crediteur</bdi>" in page
    assert "Verander de kolommen" in page
