"""XAF, UBL and camt.053: the purchases in them, and XML that means harm or breaks off."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from cwb.files.errors import FileActive, FileBomb
from cwb.files.rules import MOST_UNPACKED
from ledger.papers import gateway
from ledger.papers.errors import (
    DeclaredTotalDiffers,
    FileNotInEuro,
    TooManyPapers,
    XmlBroken,
    XmlDangerous,
    XmlUnknown,
)
from ledger.papers.gateway import PaperTable
from ledger.readers.errors import NoRows, OtherCurrency
from ledger.readers.gateway import look
from ledger.tables.rules import sheet_and_row

DATA = next(
    (each / "shared" / "data" for each in Path(__file__).parents if (each / "shared" / "data").is_dir()), None
)
needs_data = pytest.mark.skipif(DATA is None, reason="../shared/data is not here")


def read(content):
    reading = look(content if isinstance(content, Path) else content.encode()).reading()
    return reading, [row for batch in reading.batches() for row in batch]


@needs_data
def test_the_accounts_of_another_program_give_what_its_suppliers_billed_without_vat():
    reading, rows = read(DATA / "xaf" / "banana_auditfile_v3.2_nl_2018.xaf")
    found = [(reading.suppliers[row.supplier].code, row.amount, row.invoice_on) for row in rows]
    assert found == [
        ("21000", 33_058, date(2018, 1, 19)), ("21010", 113_286, date(2018, 4, 15)), ("21030", 275_000, date(2018, 7, 2)),
        ("21030", 275_000, date(2018, 7, 2)), ("21030", -275_000, date(2018, 7, 2)), ("21040", 10_359, date(2018, 10, 11)),
    ]  # fmt: skip
    lepage = next(each for each in reading.suppliers if each.code == "21030")
    assert (lepage.name, lepage.street, lepage.house_number) == ("Jean Lepage", "Rue Ste-Anne", "85")
    assert [each.what for each in reading.tally.flags.kept] == ["count_differs"]


@needs_data
def test_its_relations_transactions_and_lines_are_those_that_others_counted():
    table = PaperTable(lambda: (DATA / "xaf" / "banana_auditfile_v3.2_nl_2018.xaf").open("rb"))
    books = table.paper
    assert (len(books.relations), books.lines, books.debit, books.credit) == (9, 121, 9_127_549, 9_127_549)
    assert sorted(each.get("custSupTp") for each in books.relations.values()) == ["C"] * 4 + ["S"] * 5


@needs_data
def test_accounts_that_declare_what_they_have_not_are_refused():
    with pytest.raises(DeclaredTotalDiffers):
        read(DATA / "xaf" / "XmlAuditfileFinancieel3.2_test.xml")


XAF = """<auditfile xmlns="http://www.auditfiles.nl/XAF/4.0"><header><curCode>{money}</curCode></header><company><customersSuppliers>
<customerSupplier><custSupID>7</custSupID><custSupName>Bakker</custSupName><commerceNr>12345678</commerceNr><custSupTp>S</custSupTp></customerSupplier>
</customersSuppliers><generalLedger><ledgerAccount><accID>1500</accID><accDesc>BTW</accDesc></ledgerAccount>
<ledgerAccount><accID>1100</accID><accDesc>Bank</accDesc></ledgerAccount></generalLedger>
<transactions><linesCount>5</linesCount><totalDebit>221.00</totalDebit><totalCredit>{credit}</totalCredit><journal><jrnID>1</jrnID>
<transaction><nr>1</nr><trDt>2026-07-01</trDt>
<trLine><accID>1600</accID><amnt>121.00</amnt><amntTp>C</amntTp><custSupID>7</custSupID><invRef>F9</invRef></trLine>
<trLine><accID>1500</accID><amnt>21.00</amnt><amntTp>D</amntTp></trLine><trLine><accID>4000</accID><amnt>100.00</amnt><amntTp>D</amntTp></trLine>
</transaction><transaction><nr>2</nr><trDt>2026-07-09</trDt>
<trLine><accID>1600</accID><amnt>100.00</amnt><amntTp>D</amntTp><custSupID>7</custSupID></trLine>
<trLine><accID>1100</accID><amnt>{paid}</amnt><amntTp>C</amntTp></trLine></transaction></journal></transactions></company></auditfile>"""


def test_accounts_that_name_the_relation_are_read_and_payments_are_no_purchases():
    reading, rows = read(XAF.format(money="EUR", credit="221.00", paid="100.00"))
    assert [(row.number, row.document_number, row.amount) for row in rows] == [(6, "F9", 10_000)]
    assert reading.suppliers[0].kvk_number == "12345678"
    assert not reading.tally.flags.kept
    reading, _ = read(XAF.format(money="EUR", credit="220.00", paid="99.00"))
    assert [each.what for each in reading.tally.flags.kept] == ["unbalanced"]
    with pytest.raises(FileNotInEuro):
        read(XAF.format(money="USD", credit="221.00", paid="100.00"))


def books(*transactions, journal="<jrnTp>P</jrnTp>", kinds=("P", "B", "B"), creditors="Crediteuren"):
    """An XAF with one supplier and the transactions given: each the lines (account, cents, names the supplier)."""
    accounts = zip(("4000", "0100", "1600"), kinds, ("Kosten", "Inventaris", creditors), strict=True)
    made = "".join(
        f"<transaction><nr>T{number}</nr><trDt>2026-07-01</trDt>"
        + "".join(
            f"<trLine><accID>{account}</accID><amnt>{abs(value) / 100:.2f}</amnt><amntTp>{'D' if value > 0 else 'C'}</amntTp>"
            + (f"<custSupID>{who}</custSupID>" if who else "") + "</trLine>"
            for account, value, who in lines
        )
        + "</transaction>"
        for number, lines in enumerate(transactions, 1)
    )  # fmt: skip
    return (
        "<auditfile><header><curCode>EUR</curCode></header><company><customersSuppliers>"
        + "".join(
            f"<customerSupplier><custSupID>{each}</custSupID><custSupName>Bakker {each}</custSupName>"
            "<custSupTp>B</custSupTp></customerSupplier>" for each in "78"
        )
        + "</customersSuppliers><generalLedger><ledgerAccount><accID>1520</accID><accDesc>BTW</accDesc>"
        "<accTp>B</accTp></ledgerAccount><ledgerAccount><accID>1100</accID><accDesc>Bank</accDesc></ledgerAccount>"
        + "".join(
            f"<ledgerAccount><accID>{each}</accID><accDesc>{name}</accDesc><accTp>{kind}</accTp></ledgerAccount>"
            for each, kind, name in accounts
        )
        + f"</generalLedger><transactions><journal><jrnID>1</jrnID>{journal}{made}</journal></transactions>"
        "</company></auditfile>"
    )  # fmt: skip


def lines(*named, sign=1, cost="4000"):
    """Cost 100, VAT 21, creditor 121; `named`: the accounts of the lines that name the supplier."""
    return [
        (account, sign * value, "7" if account in named else "")
        for account, value in ((cost, 10_000), ("1520", 2_100), ("1600", -12_100))
    ]


@pytest.mark.parametrize("creditors", ["Crediteuren", "Overlopende posten"])
@pytest.mark.parametrize(
    "named", [("1600",), ("4000",), ("4000", "1520", "1600"), ("4000", "1600"), ("4000", "1520")]
)
def test_whichever_line_names_the_relation_a_purchase_is_its_cost(named, creditors):
    _, rows = read(books(lines(*named), lines(*named, sign=-1), creditors=creditors))
    assert [row.amount for row in rows] == [10_000, -10_000]


def test_books_of_credit_notes_alone_are_flagged_and_a_credit_note_among_purchases_is_not():
    reading, rows = read(books(lines("1600", sign=-1), lines("1600", sign=-1)))
    assert [row.amount for row in rows] == [-10_000, -10_000]
    assert [each.what for each in reading.tally.flags.kept] == ["negative_total"]
    reading, _ = read(books(lines("1600", sign=-1), lines("1600")))
    assert not reading.tally.flags.kept


def test_what_is_bought_for_longer_counts_where_an_account_says_whom_it_is_owed_to():
    named = ("0100", "1520", "1600")
    _, (row,) = read(books(lines(*named, cost="0100")))
    assert row.amount == 10_000
    half = [("4000", 6_000, "7"), ("0100", 4_000, "7"), ("1520", 2_100, ""), ("1600", -12_100, "7")]
    assert [row.amount for row in read(books(half, creditors="Overlopende posten"))[1]] == [10_000]


def test_a_purchase_that_cannot_be_told_is_a_fault_and_not_left_out():
    unclear, shared = lines("0100", "1520", "1600", cost="0100"), [
        ("4000", 10_000, ""), ("1520", 2_100, ""), ("1600", -6_050, "7"), ("1600", -6_050, "8"),
    ]  # fmt: skip
    good = [lines("1600")] * 4
    reading, rows = read(books(*good, unclear, lines(), shared, creditors="Overlopende posten"))
    assert ([row.amount for row in rows], reading.tally.rejected) == ([10_000] * 4, 4)


def test_two_suppliers_in_one_transaction_are_two_purchases_when_their_vat_is_told_apart():
    both = [
        ("4000", 30_000, ""), ("1520", 2_100, "7"), ("1600", -12_100, "7"), ("1520", 4_200, "8"), ("1600", -24_200, "8"),
    ]  # fmt: skip
    reading, rows = read(books(both))
    assert [(reading.suppliers[row.supplier].code, row.amount) for row in rows] == [
        ("7", 10_000),
        ("8", 20_000),
    ]


def test_payments_sales_and_opening_balances_are_no_purchases_but_costs_paid_at_once_are():
    paid = [("1600", 12_100, "7"), ("1100", -12_100, "")]
    at_once = [("4000", 5_000, "7"), ("1100", -5_000, "")]
    _, rows = read(books(paid, at_once, journal="<jrnTp>B</jrnTp>"))
    assert [row.amount for row in rows] == [5_000]
    for kind in ("S", "O"):
        with pytest.raises(NoRows):
            read(books(lines("1600"), journal=f"<jrnTp>{kind}</jrnTp>"))
    later = "<jrnTp>S</jrnTp></journal><journal><jrnID>2</jrnID>"
    assert len(read(books(lines("1600"), journal=later))[1]) == 1


UBL = """<{kind} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2" xmlns:a="urn:a" xmlns:b="urn:b"><b:ID>2026-014</b:ID>
<b:IssueDate>2026-11-02</b:IssueDate><b:DocumentCurrencyCode>{money}</b:DocumentCurrencyCode>
<a:BillingReference><a:InvoiceDocumentReference><b:ID>2026-001</b:ID></a:InvoiceDocumentReference></a:BillingReference>
<a:AccountingSupplierParty><a:Party><a:PostalAddress><b:StreetName>Osdorpplein 12</b:StreetName><b:CityName>Amsterdam</b:CityName>
<b:PostalZone>1068 EH</b:PostalZone><a:Country><b:IdentificationCode>NL</b:IdentificationCode></a:Country></a:PostalAddress>
<a:PartyLegalEntity><b:RegistrationName>Coöperatie Voorbeeld U.A.</b:RegistrationName><b:CompanyID schemeID="{scheme}">12345678</b:CompanyID></a:PartyLegalEntity>
</a:Party></a:AccountingSupplierParty><a:LegalMonetaryTotal><b:LineExtensionAmount>{total}</b:LineExtensionAmount>
<b:TaxExclusiveAmount>100.00</b:TaxExclusiveAmount><b:TaxInclusiveAmount>121.00</b:TaxInclusiveAmount></a:LegalMonetaryTotal>
<a:{kind}Line><b:LineExtensionAmount>100.00</b:LineExtensionAmount><a:Item><b:Name>Schoonmaak</b:Name></a:Item></a:{kind}Line></{kind}>"""


def test_an_invoice_is_one_purchase_without_vat_and_a_credit_note_takes_it_off():
    reading, (row,) = read(UBL.format(kind="Invoice", money="EUR", scheme="0106", total="100.00"))
    facts = reading.suppliers[0]
    assert (row.document_number, row.amount, row.description, row.credits_document) == (
        "2026-014",
        10_000,
        "Schoonmaak",
        "",
    )
    assert (facts.name, facts.kvk_number, facts.postcode, facts.house_number) == (
        "Coöperatie Voorbeeld U.A.",
        "12345678",
        "1068 EH",
        "12",
    )
    reading, (row,) = read(UBL.format(kind="CreditNote", money="EUR", scheme="0190", total="100.00"))
    assert (row.amount, row.credits_document, reading.suppliers[0].kvk_number) == (-10_000, "2026-001", None)
    with pytest.raises(DeclaredTotalDiffers):
        read(UBL.format(kind="Invoice", money="EUR", scheme="0106", total="100.01"))
    with pytest.raises(OtherCurrency):
        read(UBL.format(kind="Invoice", money="GBP", scheme="0106", total="100.00"))


@needs_data
def test_a_bank_statement_gives_payments_and_says_that_vat_is_in_them():
    reading, rows = read(DATA / "bank" / "camt053-001-02-oca-abnamro.xml")
    assert [row.amount for row in rows] == [75_425, 56_405, 10_000]
    assert {"paid_with_vat", "payment_date"} <= {each.what for each in reading.tally.flags.kept}
    assert [(each.postcode, each.city) for each in reading.suppliers][:1] == [("1234 AB", "TESTCITY")]
    with pytest.raises(NoRows):
        read(DATA / "bank" / "camt053-001-08-own.xml")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('<!DOCTYPE a [<!ENTITY x "y">]><auditfile>&x;</auditfile>', XmlDangerous),
        ('<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><Invoice/>', XmlDangerous),
        ("<Invoice>" + "<a>" * 100, XmlDangerous), ("<html><body/></html>", XmlUnknown), ("<auditfile><header>", XmlBroken),
        ("<auditfile>&x;</auditfile>", XmlBroken), (XAF[: len(XAF) // 2].replace("{money}", "EUR"), XmlBroken), ("<Invoice/>", NoRows), ("<", XmlBroken),
    ],
)  # fmt: skip
def test_xml_that_means_harm_or_breaks_off_is_refused(content, fault):
    with pytest.raises(fault):
        read(content)


def test_the_beginning_of_a_long_file_is_read_as_far_as_it_goes():
    bought = "".join(f'<PartyTax/><Ntry><Amt Ccy="EUR">{n}.00</Amt></Ntry>' for n in range(3))
    whole = f"<Document><BkToCstmrStmt><Stmt>{bought}</Stmt></BkToCstmrStmt></Document>".encode()
    assert look(whole[:-60], is_part=True).labels
    with pytest.raises(XmlBroken):
        look(whole[:-60])


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


def test_a_zip_of_invoices_is_one_table_and_each_file_that_is_none_is_named_with_why():
    good, other = (
        UBL.format(kind=kind, money="EUR", scheme="0106", total="100.00")
        for kind in ("Invoice", "CreditNote")
    )
    wrong = UBL.format(kind="Invoice", money="EUR", scheme="0106", total="100.01")
    reading = look(
        zipped(**{
            "map/": "", "map/a.xml": good, "b.xml": other, "__MACOSX/x": "x", "half.xml": good[:-20], "som.xml": wrong,
            "dtd.xml": "<!DOCTYPE x>" + good, "brief.txt": "Beste", "xaf.xml": XAF.format(money="EUR", credit="221.00", paid="100.00"),
        })
    ).reading()  # fmt: skip
    rows = [row for batch in reading.batches() for row in batch]
    assert [(sheet_and_row(row.number), row.amount) for row in rows] == [
        ((101, 1), 10_000),
        ((102, 1), -10_000),
    ]
    told = [
        (type(each.what).__name__, *sheet_and_row(each.row), each.what.facts["file"])
        for each in sorted(reading.tally.faults.kept, key=lambda each: each.row)
    ]
    assert told == [
        ("PaperBroken", 103, 0, "half.xml"), ("PaperTotalDiffers", 104, 0, "som.xml"),
        ("PaperDangerous", 105, 0, "dtd.xml"), ("PaperBroken", 106, 0, "brief.txt"), ("PaperLeftOut", 107, 0, "xaf.xml"),
    ]  # fmt: skip
    assert max(row.number for row in rows) < 2**31


def test_a_zip_that_unpacks_beyond_sense_or_holds_too_much_is_refused_whole(monkeypatch):
    with pytest.raises(FileBomb):
        look(zipped(**{"a.xml": b" " * (MOST_UNPACKED + 1)}))
    with pytest.raises(FileActive):
        look(zipped(**{"a.xml": "<Invoice/>", "b.exe": "MZ"}))
    monkeypatch.setattr(gateway, "MOST_PAPERS", 1)
    with pytest.raises(TooManyPapers):
        look(zipped(**{"a.xml": "<Invoice/>", "b.xml": "<Invoice/>"}))
    with pytest.raises(NoRows):
        look(zipped(**{"brief.txt": "Beste"})).reading()
