"""Documents that others accept: the schema, the rules of EN 16931, and what profiles ask beyond."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ledger.ubl.gateway import codes, xml_of
from ledger.ubl.rules import Profile, read
from tests.einvoices import fatals
from tests.ledger.ubl.conftest import BUYER, SELLER, line

NS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
SPLIT = {"iban": "NL20INGB0001234567", "amount": "200.00"}
CREDIT = {
    "type": "credit_note", "credit_of": {"number": "2026-010", "issued_on": "2026-10-01"}, "due_on": None,
}  # fmt: skip
KINDS = {
    "one rate": ((line(),), {}),
    "two rates and a price below a cent": ((line(), line("reduced", "3", "0.335")), {}),
    "zero rate": ((line("zero"),), {}),
    "exempt": ((line("exempt"),), {"vat_reason": "Kleineondernemersregeling"}),
    "exempt beside taxed": ((line("exempt", vat_reason="Zorg, art. 11"), line()), {}),
    "reverse charge": ((line("reverse_charge"),), {}),
    "outside": ((line("outside"),), {}),
    "no delivery named": ((line(),), {"delivered": None}),
    "paid ahead in part": ((line(),), {"prepaid": "100.00"}),
    "paid ahead whole": ((line("zero", "1", "100.00"),), {"prepaid": "100.00"}),
    "order and note": ((line(),), {"order_reference": "O-7", "note": "Dank u\nwel"}),
    "a G-account": ((line(),), {"g_account": SPLIT, "note": "Dank u"}),
    "credit note": ((line(), line("reduced")), CREDIT),
    "credit note reverse-charged": ((line("reverse_charge"),), CREDIT),
    "many lines": (tuple(line(quantity=str(n), price="0.05") for n in range(1, 21)), {}),
    "buyer abroad": ((line("reverse_charge"),), {"buyer": {
        "name": "Kunde (Beispiel)", "vat_id": "DE123456789", "street": "Weg 1", "postcode": "10115", "city": "Berlin",
        "country": "DE",
    }}),
}  # fmt: skip


def made(data, profile):
    document, faults = read(data, profile, codes())
    assert faults == []
    return xml_of(document)


def at(tree, path):
    return [each.text for each in tree.iterfind(path, NS)]


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_valid_in_every_profile_that_holds_it(invoice, kind, profile):
    lines, more = KINDS[kind]
    if profile is Profile.GACCOUNT:
        more = {"g_account": SPLIT | {"amount": "0.10"}} | more
    data = invoice(*lines, **more)
    if profile is Profile.PEPPOL and kind == "buyer abroad":
        assert [each.field for each in read(data, profile, codes())[1]] == ["buyer.kvk"]
    elif profile is Profile.GACCOUNT and kind == "paid ahead whole":
        assert [each.field for each in read(data, profile, codes())[1]] == ["g_account.amount"]
    else:
        assert fatals(made(data, profile)) == []


def test_the_official_rules_are_really_asked(invoice):
    good = made(invoice(), Profile.PEPPOL)
    assert "BR-CO-15" in fatals(good.replace(b">1474.69<", b">1475.69<"))
    no_vat_id = re.sub(b"<cac:PartyTaxScheme>.*?</cac:PartyTaxScheme>", b"", good, flags=re.DOTALL)
    assert "BR-S-02" in fatals(no_vat_id)
    assert fatals(good.replace(b"cbc:IssueDate", b"cbc:Issued"))[0].startswith("XSD")


def test_vat_is_rounded_once_per_rate_and_half_away_from_zero(invoice):
    lines = [line(quantity="1", price="0.50"), line(quantity="1", price="0.50"), line("reduced", "1", "0.50")]
    tree = etree.fromstring(made(invoice(*lines), Profile.EN16931))
    assert at(tree, "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount") == ["0.21", "0.05"]
    assert at(tree, "cac:LegalMonetaryTotal/cbc:PayableAmount") == ["1.76"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.decimals("0.01", "999", places=3), st.decimals("0.001", "999", places=3),
            st.sampled_from(("standard", "reduced")),
        ),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_sums_are_those_of_an_independent_reckoning(rows):
    cent = Decimal("0.01")
    data = {
        "number": "1", "type": "invoice", "issued_on": "2026-11-02", "due_on": "2026-12-02", "buyer_reference": "x",
        "seller": SELLER, "buyer": BUYER, "lines": [line(vat, str(q), str(p)) for q, p, vat in rows],
    }  # fmt: skip
    tree = etree.fromstring(made(data, Profile.PEPPOL))
    nets = [(vat, (q * p).quantize(cent, ROUND_HALF_UP)) for q, p, vat in rows]
    total = sum(net for _, net in nets)
    for vat, percent in (("standard", 21), ("reduced", 9)):
        total += (sum((net for each, net in nets if each == vat), Decimal(0)) * percent / 100).quantize(
            cent, ROUND_HALF_UP
        )
    assert Decimal(at(tree, "cac:LegalMonetaryTotal/cbc:PayableAmount")[0]) == total


def test_a_g_account_is_two_means_and_two_terms_that_add_up(invoice):
    tree = etree.fromstring(made(invoice(g_account=SPLIT), Profile.GACCOUNT))
    assert at(tree, "cac:PaymentMeans/cbc:ID") == ["REGULAR", "GACCOUNT"]
    assert at(tree, "cac:PaymentMeans/cbc:PaymentID") == ["RF462026000123"] * 2
    assert at(tree, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID") == [SELLER["iban"], SPLIT["iban"]]
    assert at(tree, "cac:PaymentTerms/cbc:PaymentMeansID") == ["REGULAR", "GACCOUNT"]
    parts = [Decimal(each) for each in at(tree, "cac:PaymentTerms/cbc:Amount")]
    assert parts == [Decimal("1274.69"), Decimal("200.00")]
    assert sum(parts) == Decimal(at(tree, "cac:LegalMonetaryTotal/cbc:PayableAmount")[0])


def test_other_profiles_tell_the_split_in_the_one_note(invoice):
    tree = etree.fromstring(made(invoice(g_account=SPLIT, note="Dank u"), Profile.PEPPOL))
    assert at(tree, "cbc:Note") == ["Dank u\nWaarvan 200.00 euro naar G-rekening NL20INGB0001234567."]
    assert at(tree, "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID") == [SELLER["iban"]]


def test_outside_vat_names_no_vat_numbers_and_no_rate(invoice):
    tree = etree.fromstring(made(invoice(line("outside")), Profile.NLCIUS))
    assert at(tree, ".//cac:PartyTaxScheme/cbc:CompanyID") == []
    assert at(tree, ".//cbc:Percent") == []
    assert at(tree, ".//cbc:TaxExemptionReason") == ["Buiten de btw"]


def test_who_the_parties_are_is_said_as_the_profiles_ask(invoice):
    tree = etree.fromstring(made(invoice(), Profile.PEPPOL))
    ends = [(each.get("schemeID"), each.text) for each in tree.iterfind(".//cbc:EndpointID", NS)]
    assert ends == [("0106", "12345678"), ("0106", "87654321")]
    legal = [
        (each.get("schemeID"), each.text)
        for each in tree.iterfind(".//cac:PartyLegalEntity/cbc:CompanyID", NS)
    ]
    assert legal == [("0106", "12345678"), ("0190", "00000001003214345000")]
    assert at(tree, "cbc:CustomizationID")[0].endswith("#urn:fdc:peppol.eu:2017:poacc:billing:3.0")


@pytest.mark.parametrize(("on", "percent"), [("2018-12-31", "6"), ("2019-01-01", "9")])
def test_the_rate_is_that_of_the_day_of_supply(invoice, on, percent):
    data = invoice(line("reduced"), delivered={"from": on, "to": on})
    assert at(etree.fromstring(made(data, Profile.EN16931)), ".//cbc:Percent") == [percent, percent]


def test_the_same_data_make_the_same_bytes(invoice):
    text = json.dumps(invoice())
    assert made(json.loads(text), Profile.NLCIUS) == made(json.loads(text), Profile.NLCIUS)
