"""An electronic invoice of somebody else: read with what it holds, or refused with every fault by name."""

import re
from copy import deepcopy

import pytest

from ledger.inbound import errors, gateway, rules
from ledger.ubl.gateway import codes, xml_of
from ledger.ubl.rules import Profile
from ledger.ubl.rules import read as lawful

BILL = {
    "number": "2026-014", "type": "invoice", "issued_on": "2026-08-20", "due_on": "2026-09-19",
    "delivered": {"from": "2026-08-01", "to": "2026-08-18"}, "order_reference": "PO-1", "note": "Met dank",
    "payment_reference": "RF462026000123",
    "seller": {
        "name": "Drukkerij Voorbeeld", "kvk": "70000001", "vat_id": "NL000099998B57", "street": "Drukweg 1",
        "postcode": "1069 AB", "city": "Amsterdam", "country": "NL", "iban": "NL91ABNA0417164300",
    },
    "buyer": {
        "name": "Voorbeeld 3", "kvk": "80000003", "vat_id": "NL000099998B57", "street": "Voorbeeldstraat 3",
        "postcode": "1069 AB", "city": "Amsterdam", "country": "NL",
    },
    "lines": [
        {"description": "Drukwerk", "quantity": "3", "unit": "C62", "unit_price": "33.33", "vat": "standard"},
        {"description": "Broodjes", "quantity": "10", "unit": "C62", "unit_price": "1.09", "vat": "reduced"},
    ],
}  # fmt: skip


def ubl(profile=Profile.PEPPOL, **facts):
    """A lawful document with these facts."""
    document, faults = lawful(deepcopy(BILL) | facts, profile, codes())
    assert document, [each.text() for each in faults]
    return xml_of(document)


def change(found, wanted, content=None):
    """A document with one text replaced, once."""
    made, count = re.subn(found, wanted, (content or ubl()).decode(), count=1, flags=re.DOTALL)
    assert count == 1, found
    return made.encode()


def faults(content):
    """The faults of a document by name and rule."""
    bill, found = rules.read(gateway.texts(content))
    assert (bill is None) == bool(found)
    return {(type(each).__name__, each.facts.get("rule", "")) for each in found}


@pytest.mark.parametrize("profile", [Profile.EN16931, Profile.PEPPOL, Profile.NLCIUS])
def test_a_document_of_each_profile_is_read_with_all_it_says(profile):
    bill, found = rules.read(gateway.texts(ubl(profile)))
    assert found == []
    assert (bill.number, bill.net, bill.vat, bill.total) == ("2026-014", 11_089, 2_198, 13_287)
    assert (bill.seller.name, bill.seller.kvk, bill.seller.vat_id) == (
        "Drukkerij Voorbeeld",
        "70000001",
        "NL000099998B57",
    )
    assert (bill.ibans, bill.payment_reference) == (("NL91ABNA0417164300",), "RF462026000123")
    assert [each.net for each in bill.lines] == [9_999, 1_090]
    assert (bill.taxed, bill.shifted, bill.is_credit_note) == (11_089, 0, False)
    assert bill.supplied_on.isoformat() == "2026-08-18"


def test_a_credit_note_names_what_it_takes_off_and_shifted_vat_is_the_buyers():
    note = ubl(type="credit_note", credit_of={"number": "2026-014", "issued_on": "2026-08-20"})
    bill, _ = rules.read(gateway.texts(note))
    assert (bill.is_credit_note, bill.credit_of, bill.total) == (True, "2026-014", 13_287)
    line = BILL["lines"][0] | {"vat": "reverse_charge"}
    moved, _ = rules.read(gateway.texts(ubl(lines=[line])))
    assert (moved.vat, moved.shifted_net, moved.shifted) == (0, 9_999, 2_100)


@pytest.mark.parametrize(
    ("found", "wanted", "fault"),
    [
        ("<cbc:ID>2026-014</cbc:ID>", "", ("FactMissing", "BR-02")),
        ("<cbc:IssueDate>2026-08-20", "<cbc:IssueDate>2026-02-30", ("FactUnreadable", "BR-03")),
        ("<cbc:IssueDate>2026-08-20", "<cbc:IssueDate>0026-08-20", ("FactUnreadable", "BR-03")),
        (">380<", ">389<", ("KindRefused", "")),
        (">380<", ">381<", ("KindRefused", "")),
        (">EUR</cbc:DocumentCurrencyCode>", ">USD</cbc:DocumentCurrencyCode>", ("CurrencyRefused", "")),
        ("<cbc:CustomizationID>[^<]*", "<cbc:CustomizationID>", ("FactMissing", "BR-01")),
        (">99.99</cbc:LineExtensionAmount", ">99.98</cbc:LineExtensionAmount", ("SumWrong", "BR-CO-10")),
        (">99.99</cbc:TaxableAmount", ">99.98</cbc:TaxableAmount", ("SumWrong", "BR-S-08")),
        ('"C62">3<', '"C62">4<', ("SumWrong", "R120")),
        (">21.98<", ">21.99<", ("SumWrong", "BR-CO-14")),
        (">21.00<", ">21.99<", ("SumWrong", "BR-CO-17")),
        (">132.87</cbc:TaxInclusiveAmount", ">132.88</cbc:TaxInclusiveAmount", ("SumWrong", "BR-CO-15")),
        (">132.87</cbc:PayableAmount", ">1132.87</cbc:PayableAmount", ("SumWrong", "BR-CO-16")),
        (">110.89</cbc:TaxExclusiveAmount", ">110.88</cbc:TaxExclusiveAmount", ("SumWrong", "BR-CO-13")),
        (">110.89</cbc:TaxExclusiveAmount", ">1e30</cbc:TaxExclusiveAmount", ("FactUnreadable", "BR-13")),
        (">110.89</cbc:TaxExclusiveAmount", ">110.891</cbc:TaxExclusiveAmount", ("FactUnreadable", "BR-DEC")),
        ("<cbc:Percent>21</cbc:Percent>", "<cbc:Percent>19</cbc:Percent>", ("RateUnknown", "")),
        ("NL91ABNA0417164300", "NL91ABNA0417164301", ("NumberWrong", "")),
        (">70000001</cbc:CompanyID", ">7000001</cbc:CompanyID", ("NumberWrong", "")),
        ("NL000099998B57", "NL000099998B58", ("NumberWrong", "")),
        ("<cac:InvoiceLine>.*</cac:InvoiceLine>", "", ("FactMissing", "BR-16")),
        ("<cbc:Name>Drukwerk</cbc:Name>", "", ("FactMissing", "BR-25")),
    ],
)  # fmt: skip
def test_each_fault_is_named_by_its_rule(found, wanted, fault):
    assert fault in faults(change(found, wanted))


def test_all_faults_are_named_at_once():
    content = change(">EUR</cbc:DocumentCurrencyCode>", ">USD</cbc:DocumentCurrencyCode>")
    assert len(faults(change("<cbc:ID>2026-014</cbc:ID>", "", content))) == 2


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"factuur 12", errors.DocumentUnreadable),
        (b"", errors.DocumentUnreadable),
        (b"<Invoice/>", errors.DocumentUnreadable),
        (ubl()[:-40], errors.DocumentUnreadable),
        (b'<!DOCTYPE Invoice [<!ENTITY a "b">]>' + ubl().split(b"?>", 1)[1], errors.DocumentDangerous),
        (ubl().replace(b"Met dank", b"x" * gateway.MOST_BYTES), errors.DocumentTooLarge),
        (change("<cbc:Note>", "<a>" * 50 + "</a>" * 50 + "<cbc:Note>"), errors.DocumentDangerous),
        (change("(<cac:InvoiceLine>.*</cac:InvoiceLine>)", r"\1" * 1_001), errors.DocumentTooLarge),
    ],
)  # fmt: skip
def test_what_is_no_invoice_or_could_harm_is_not_read(content, fault):
    with pytest.raises(fault):
        gateway.texts(content)


def test_discounts_count_and_a_part_that_was_paid_ahead_is_refused():
    given = (
        "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount>10.00</cbc:Amount>"
        "<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21.0</cbc:Percent></cac:TaxCategory></cac:AllowanceCharge>"
    )
    content = change("<cac:TaxTotal>", given + "<cac:TaxTotal>")
    assert faults(content) >= {("SumWrong", "BR-CO-13"), ("SumWrong", "BR-S-08")}
    for found, wanted in (
        (">110.89</cbc:TaxExclusiveAmount", ">100.89</cbc:TaxExclusiveAmount"), (">99.99</cbc:TaxableAmount", ">89.99</cbc:TaxableAmount"),
        (">21.00<", ">18.90<"), (">21.98<", ">19.88<"), (">132.87</cbc:TaxInc", ">120.77</cbc:TaxInc"),
        (">132.87</cbc:Pay", ">120.77</cbc:Pay"),
    ):  # fmt: skip
        content = change(found, wanted, content)
    assert faults(content) == set()
    ahead = ubl(prepaid="10.00")
    assert faults(ahead) == {("PrepaidRefused", "")}
