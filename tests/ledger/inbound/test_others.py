"""What other people's programs write in UBL that the official rules let pass: read rightly, or named."""

import re

import pytest

from ledger.inbound import errors, gateway, rules
from tests.ledger.inbound.test_inbound import BILL, change, faults, ubl


def read(content):
    return rules.read(gateway.texts(content))


def everywhere(found, wanted, content):
    return re.sub(found, wanted, content.decode()).encode()


def rounded(amount, payable):
    return change(
        "(<cbc:PayableAmount[^>]*>)132.87",
        rf'<cbc:PayableRoundingAmount currencyID="EUR">{amount}</cbc:PayableRoundingAmount>\g<1>{payable}',
    )


@pytest.mark.parametrize(("amount", "payable", "cents"), [("0.13", "133.00", 13), ("-0.37", "132.50", -37)])
def test_a_sum_to_pay_that_is_rounded_is_read_with_the_rounding_as_a_line(amount, payable, cents):
    bill, found = read(rounded(amount, payable))
    assert found == []
    assert (bill.net, bill.vat, bill.total) == (11_089 + cents, 2_198, 13_287 + cents)
    assert (sum(each.net for each in bill.lines), bill.taxed) == (bill.net, 11_089)


def test_a_rounding_that_is_no_rounding_or_is_not_in_the_sum_is_named():
    assert faults(rounded("9.00", "141.87")) == {("SumWrong", "BT-114")}
    assert faults(rounded("0.13", "132.87")) == {("SumWrong", "BR-CO-16")}


def negative():
    """An invoice of less than nothing, as some send for a credit note."""
    less = everywhere(r'(Amount currencyID="EUR">)([0-9])', r"\1-\2", ubl())
    less = everywhere(r"(<cbc:PriceAmount[^>]*>)-", r"\1", less)
    less = everywhere(r'(Quantity unitCode="C62">)', r"\1-", less)
    before = "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>2026-001</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>"
    return change("(<cac:AccountingSupplierParty>)", before + r"\1", less)


def test_an_invoice_of_less_than_nothing_is_a_credit_note():
    bill, found = read(negative())
    assert found == []
    assert (bill.is_credit_note, bill.credit_of, bill.net, bill.vat, bill.total) == (
        True,
        "2026-001",
        11_089,
        2_198,
        13_287,
    )
    assert [(each.quantity, each.net) for each in bill.lines] == [("3", 9_999), ("10", 1_090)]
    nameless = everywhere("<cac:BillingReference>.*</cac:BillingReference>", "", negative())
    assert faults(nameless) == {("FactMissing", "BT-25")}


def test_a_credit_note_of_less_than_nothing_means_nothing_and_is_named():
    note = ubl(type="credit_note", credit_of={"number": "2026-001", "issued_on": "2026-08-20"})
    less = everywhere(r'(Amount currencyID="EUR">)([0-9])', r"\1-\2", note)
    less = everywhere(r"(<cbc:PriceAmount[^>]*>)-", r"\1", less)
    assert faults(everywhere(r'(Quantity unitCode="C62">)', r"\1-", less)) == {("FactMissing", "BT-112")}


TOTAL = '<cac:TaxTotal><cbc:TaxAmount currencyID="DKK">164.00</cbc:TaxAmount></cac:TaxTotal>'


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_vat_in_the_currency_of_a_tax_office_is_left_aside(place):
    said = everywhere(
        "(<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>)",
        r"\1<cbc:TaxCurrencyCode>DKK</cbc:TaxCurrencyCode>",
        ubl(),
    )
    found = ("(<cac:TaxTotal>)", TOTAL + r"\1") if place == "before" else ("(</cac:TaxTotal>)", r"\1" + TOTAL)
    bill, amiss = read(change(*found, said))
    assert (amiss, bill.vat, len(bill.taxes)) == ([], 2_198, 2)


@pytest.mark.parametrize("where", ["LineExtensionAmount", "PriceAmount", "PayableAmount", "TaxableAmount"])
def test_an_amount_in_another_currency_than_the_document_is_refused(where):
    assert faults(change(f'{where} currencyID="EUR"', f'{where} currencyID="USD"')) == {
        ("CurrencyRefused", "")
    }


def test_the_number_for_another_tax_is_no_vat_id():
    other = (
        "<cac:PartyTaxScheme><cbc:CompanyID>Godkänd för F-skatt</cbc:CompanyID><cac:TaxScheme><cbc:ID>TAX</cbc:ID>"
        "</cac:TaxScheme></cac:PartyTaxScheme>"
    )
    bill, found = read(change("(<cac:PartyTaxScheme>)", other + r"\1"))
    assert (found, bill.seller.vat_id) == ([], "NL000099998B57")


def allowance(indicator):
    return (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{indicator}</cbc:ChargeIndicator>"
        '<cbc:Amount currencyID="EUR">1.00</cbc:Amount></cac:AllowanceCharge>'
    )


@pytest.mark.parametrize(
    ("indicator", "right"), [("1", True), ("true", True), ("0", False), ("false", False)]
)
def test_a_charge_is_written_as_a_word_or_as_one(indicator, right):
    line = change("(<cac:Item>)", allowance(indicator) + r"\1")
    line = change('PriceAmount currencyID="EUR">33.33', 'PriceAmount currencyID="EUR">33.00', line)
    line = change('(Quantity unitCode="C62">)3<', r"\g<1>2.9997<", line)  # 2.9997 × 33.00 + 1.00 = 99.99
    assert (faults(line) == set()) is right


@pytest.mark.parametrize("number", ["1_0", "١٠", "1e1", "10,00", "0x0A", "Infinity", "--10", "10.", "+10"])
def test_a_number_is_what_the_norm_calls_one(number):
    bill, found = read(change('(Quantity unitCode="C62">)10<', rf"\g<1>{number}<"))
    assert (bill is not None) is (number in {"10.", "+10"}), [each.text() for each in found]


def test_less_than_nothing_of_shifted_vat_is_named():
    lines = [BILL["lines"][0], BILL["lines"][0] | {"vat": "reverse_charge", "quantity": "1"}]
    moved = everywhere(
        ">33.33</cbc:(LineExtension|Taxable)Amount", r">-33.33</cbc:\1Amount", ubl(lines=lines)
    )
    moved = everywhere('(Quantity unitCode="C62">)1<', r"\1-1<", moved)
    for found, wanted in (
        ("133.32</cbc:LineExt", "66.66</cbc:LineExt"),
        ("133.32</cbc:TaxExc", "66.66</cbc:TaxExc"),
        ("154.32</cbc:TaxInc", "87.66</cbc:TaxInc"),
        ("154.32</cbc:Pay", "87.66</cbc:Pay"),
    ):
        moved = change(found, wanted, moved)
    assert faults(moved) == {("FactMissing", "BT-112")}


@pytest.mark.parametrize("kind", ["326", "388"])
def test_an_invoice_of_a_part_and_a_tax_invoice_are_invoices(kind):
    bill, found = read(change(">380<", f">{kind}<"))
    assert (found, bill.is_credit_note, bill.total) == ([], False, 13_287)


def test_an_invoice_in_another_syntax_or_alphabet_says_so():
    cii = b'<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>'
    for content in (cii, b"<Invoice/>", ubl()[:200]):
        with pytest.raises(errors.DocumentUnreadable):
            gateway.texts(content)
    text = ubl(note="Zoë & Ünal").decode().replace("UTF-8", "ISO-8859-1").replace("utf-8", "ISO-8859-1")
    assert read(text.encode("latin-1"))[0].note == "Zoë & Ünal"
