"""Test 19 of the matrix: every way in which our writer could go wrong is seen by a reader that shares no code with it."""

from decimal import Decimal

import pytest
from lxml import etree

from ledger.inbound import gateway, rules
from ledger.ubl import gateway as writer
from tests.ledger.inbound.test_inbound import BILL, change, ubl

BLOCKED = {"iban": "NL20INGB0001234567", "amount": "30.00"}


def named(content):
    """The rules a document breaks; where none is named, the kind of fault."""
    _, found = rules.read(gateway.texts(content))
    return {each.facts.get("rule") or type(each).__name__ for each in found}


@pytest.mark.parametrize(
    ("found", "wanted", "rule"),
    [
        (">10.90</cbc:LineExtensionAmount", ">10.91</cbc:LineExtensionAmount", "BR-CO-10"),
        (">0.98</cbc:TaxAmount", ">0.99</cbc:TaxAmount", "BR-CO-17"),
        (">132.87</cbc:PayableAmount", ">132.86</cbc:PayableAmount", "BR-CO-16"),
        ("<cbc:ID>2026-014</cbc:ID>", "<cbc:ID></cbc:ID>", "BR-02"),
        ("<cbc:CustomizationID>.*?</cbc:CustomizationID>", "", "BR-01"),
        ("(<cac:AccountingSupplierParty>)(.*?)(<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>)", r"\1\2", "BR-S-02"),
    ],
    ids=["line", "vat", "payable", "number", "profile", "seller"],
)  # fmt: skip
def test_19_a_cent_a_number_or_a_party_that_is_wrong_is_seen(found, wanted, rule):
    assert named(ubl()) == set()
    assert rule in named(change(found, wanted))


def test_19_lines_that_changed_places_still_say_the_same():
    turned = ubl(lines=BILL["lines"][::-1])
    one, other = (rules.read(gateway.texts(each))[0] for each in (ubl(), turned))
    assert (one.net, one.vat, sorted(one.lines)) == (other.net, other.vat, sorted(other.lines))


def test_19_a_reason_that_the_law_asks_for_is_written_and_a_writer_without_it_is_seen():
    exempt = ubl(lines=[BILL["lines"][0] | {"vat": "exempt"}], vat_reason="Vrijgesteld: onderwijs")
    assert b"Vrijgesteld: onderwijs" in exempt
    assert b"TaxExemptionReason" in exempt


def test_19_both_parts_of_a_split_stand_in_the_document_and_add_up():
    root = etree.fromstring(ubl(writer.Profile.GACCOUNT, g_account=BLOCKED))
    names = {"cbc": writer._CBC, "cac": writer._CAC}
    parts = [Decimal(each.text) for each in root.iterfind("cac:PaymentTerms/cbc:Amount", names)]
    assert sum(parts) == Decimal("132.87")
    bill, _ = rules.read(gateway.texts(etree.tostring(root)))
    assert set(bill.ibans) == {"NL91ABNA0417164300", "NL20INGB0001234567"}


@pytest.mark.parametrize(
    ("found", "wanted", "rule"),
    [
        (">21.00</cbc:TaxAmount", ">21.99</cbc:TaxAmount", "BR-CO-17"),
        ('"C62">10<', '"C62">11<', "R120"),
        ("NL91ABNA0417164300", "NL92ABNA0417164300", "NumberWrong"),
        (">70000001</cbc:CompanyID", ">7000001</cbc:CompanyID", "NumberWrong"),
        ('schemeID="0106">80000003</cbc:CompanyID', 'schemeID="0190">123</cbc:CompanyID', "NumberWrong"),
    ],
    ids=["vat", "quantity", "iban", "kvk", "oin"],
)
def test_19_what_the_official_rules_let_pass_is_seen(found, wanted, rule):
    assert rule in named(change(found, wanted))


def test_19_shifted_vat_without_the_buyers_number_is_seen():
    shifted = ubl(lines=[BILL["lines"][0] | {"vat": "reverse_charge"}])
    assert named(shifted) == set()
    buyer = "(<cac:AccountingCustomerParty>.*?)<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>"
    assert "BR-AE-02" in named(change(buyer, r"\1", shifted))
