"""What is no lawful invoice is refused with every fault at its place; nothing is written."""

import json

import pytest
from click.testing import CliRunner

from ledger.ubl.commands import invoice as command
from ledger.ubl.gateway import codes
from ledger.ubl.rules import Profile, read
from tests.ledger.ubl.conftest import BUYER, SELLER, line

CREDIT = {"type": "credit_note", "credit_of": {"number": "2026-010"}, "due_on": None}


def without(party, *names):
    return {name: value for name, value in party.items() if name not in names}


WRONG = {
    "no number": ({"number": ""}, ["number FactMissing"]),
    "another type": ({"type": "386"}, ["type FactInvalid"]),
    "no day": ({"issued_on": None}, ["issued_on FactMissing"]),
    "a day that is none": ({"issued_on": "2026-02-30"}, ["issued_on DateUnreadable"]),
    "due before issued": ({"due_on": "2026-11-01"}, ["due_on DatesTurned"]),
    "no due day": ({"due_on": None}, ["due_on FactMissing"]),
    "period turned": (
        {"delivered": {"from": "2026-10-31", "to": "2026-10-01"}}, ["delivered.to DatesTurned"],
    ),
    "rate changes within": (
        {"delivered": {"from": "2018-12-01", "to": "2019-01-31"}, "lines": [line("reduced")]},
        ["lines[0].vat VatRateChanges"],
    ),
    "other currency": ({"currency": "NWE"}, ["currency CurrencyNotEuro"]),
    "no lines": ({"lines": []}, ["lines FactMissing" ]),
    "lines are no list": ({"lines": "x"}, ["lines FactInvalid"]),
    "a line is no object": ({"lines": [3]}, ["lines[0] FactInvalid"]),
    "negative quantity": ({"lines": [line(quantity="-1")]}, ["lines[0].quantity AmountNotPositive"]),
    "quantity zero": ({"lines": [line(quantity="0")]}, ["lines[0].quantity AmountNotPositive"]),
    "negative price": ({"lines": [line(price="-1")]}, ["lines[0].unit_price AmountNotPositive"]),
    "price is a word": ({"lines": [line(price="1,50")]}, ["lines[0].unit_price AmountUnreadable"]),
    "price is not finite": ({"lines": [line(price="NaN")]}, ["lines[0].unit_price AmountUnreadable"]),
    "too much": ({"lines": [line(quantity="999999999", price="999999999")]}, ["lines[0].unit_price AmountTooLarge"]),
    "unit unknown": ({"lines": [line(unit="uur")]}, ["lines[0].unit UnitUnknown"]),
    "no description": ({"lines": [line(description=" ")]}, ["lines[0].description FactMissing"]),
    "vat unknown": ({"lines": [line("21")]}, ["lines[0].vat VatCodeUnknown"]),
    "outside beside taxed": ({"lines": [line("outside"), line()]}, ["lines OutsideVatMixed"]),
    "exempt without a reason": ({"lines": [line("exempt")]}, ["vat_reason ExemptionReasonMissing"]),
    "reverse charge without the buyer's VAT id": (
        {"lines": [line("reverse_charge")], "buyer": without(BUYER, "vat_id")}, ["buyer.vat_id BuyerVatIdMissing"],
    ),
    "no VAT id of the seller": ({"seller": without(SELLER, "vat_id")}, ["seller.vat_id SellerVatIdMissing"]),
    "KvK of seven digits": ({"seller": SELLER | {"kvk": "1234567"}}, ["seller.kvk KvkNumberInvalid"]),
    "OIN of three digits": ({"buyer": BUYER | {"oin": "123"}}, ["buyer.oin OinInvalid"]),
    "IBAN with other check digits": (
        {"seller": SELLER | {"iban": "NL92ABNA0417164300"}}, ["seller.iban IbanInvalid"],
    ),
    "no IBAN": ({"seller": without(SELLER, "iban")}, ["seller.iban FactMissing"]),
    "VAT id with other check digits": (
        {"seller": SELLER | {"vat_id": "NL123456789B90"}}, ["seller.vat_id VatIdInvalid"],
    ),
    "no town": ({"buyer": without(BUYER, "city")}, ["buyer.city FactMissing"]),
    "land unknown": ({"buyer": BUYER | {"country": "XX"}}, ["buyer.country CountryUnknown"]),
    "no seller": ({"seller": None}, ["seller FactMissing"]),
    "nobody's number": ({"buyer": without(BUYER, "kvk", "oin")}, ["buyer.kvk LegalIdMissing"]),
    "no reference": ({"buyer_reference": None}, ["buyer_reference ReferenceMissing"]),
    "RF with other check digits": ({"payment_reference": "RF472026000123"}, ["payment_reference ReferenceInvalid"]),
    "credit of nothing": (CREDIT | {"credit_of": None}, ["credit_of FactMissing"]),
    "credit of what has no number": (CREDIT | {"credit_of": {"issued_on": "2026-10-01"}}, ["credit_of.number FactMissing"]),
    "credit before its invoice": (
        CREDIT | {"credit_of": {"number": "1", "issued_on": "2026-11-03"}}, ["credit_of.issued_on DatesTurned"],
    ),
    "paid ahead above the total": ({"prepaid": "99999.00"}, ["prepaid PrepaidAboveTotal"]),
    "paid ahead below nothing": ({"prepaid": "-1"}, ["prepaid AmountNotPositive"]),
    "a tenth of a cent paid ahead": ({"prepaid": "0.001"}, ["prepaid AmountUnreadable"]),
    "signs that XML cannot hold": ({"note": "a\x00b"}, ["note FactInvalid"]),
    "all to the G-account": (
        {"g_account": {"iban": "NL20INGB0001234567", "amount": "1474.69"}}, ["g_account.amount BlockedShareWrong"],
    ),
    "both to one account": (
        {"g_account": {"iban": SELLER["iban"], "amount": "1"}}, ["g_account.iban BlockedAccountSame"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(WRONG))
def test_each_fault_is_named_at_its_place(invoice, name):
    more, wanted = WRONG[name]
    document, faults = read(invoice(**more), Profile.PEPPOL, codes())
    assert document is None
    told = [f"{each.field} {type(each).__name__}" for each in faults]
    if more.get("seller", 1) is None:
        told = told[:1]  # a seller who is not there lacks everything else too
    assert told == wanted


def test_every_fault_is_told_at_once(invoice):
    data = invoice(line(quantity="0"), line(unit="uur"), number="", buyer_reference=None)
    faults = read(data, Profile.NLCIUS, codes())[1]
    assert [each.field for each in faults] == [
        "lines[0].quantity", "lines[1].unit", "number", "buyer_reference"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "fields"),
    [
        (Profile.EN16931, []), (Profile.PEPPOL, ["buyer.kvk", "buyer_reference"]),
        (Profile.NLCIUS, ["buyer.kvk", "buyer_reference"]),
        (Profile.GACCOUNT, ["g_account", "buyer.kvk", "buyer_reference"]),
    ],
)  # fmt: skip
def test_each_profile_asks_its_own(invoice, profile, fields):
    data = invoice(buyer=without(BUYER, "kvk", "oin"), buyer_reference=None)
    assert [each.field for each in read(data, profile, codes())[1]] == fields


def run(tmp_path, content, *more):
    file = tmp_path / "in.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return CliRunner().invoke(command, ["build", str(file), *more])


def test_the_command_writes_prints_or_refuses(invoice, tmp_path):
    out = tmp_path / "out.xml"
    done = run(tmp_path, invoice(), "--profile", "peppol", "--out", str(out))
    assert (done.exit_code, done.stdout) == (0, "")
    shown = run(tmp_path, invoice(), "--profile", "peppol")
    assert shown.exit_code == 0
    assert shown.stdout_bytes == out.read_bytes()
    refused = run(tmp_path, invoice(number=""), "--profile", "peppol", "--out", str(tmp_path / "no.xml"))
    assert refused.exit_code == 1
    assert "number: Dit ontbreekt" in refused.stderr
    assert not (tmp_path / "no.xml").exists()


@pytest.mark.parametrize("content", ["", "[]", "3", "{", '{"number": NaN', "[" * 5000])
def test_what_is_no_invoice_ends_with_two(tmp_path, content):
    done = run(tmp_path, content, "--profile", "nlcius")
    assert done.exit_code == 2
    assert "geen factuur" in done.stderr
