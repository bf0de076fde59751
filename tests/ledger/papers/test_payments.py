"""What was paid, as banks write it in camt.053: each euro once, and only what is booked."""

import io

import pytest

from ledger.papers.gateway import PaperTable
from tests.ledger.bankfiles.test_others import details, document, entry, party, statement


def rows(*entries):
    table = PaperTable(lambda: io.BytesIO(document(statement("".join(entries))).encode()))
    (_, names), *lines = table.records()
    return [
        (line["supplier_name"], line["amount"], line["currency"])
        for line in (dict(zip(names, each, strict=True)) for _, each in lines)
    ]


def part(name, amount="", currency="EUR", inner=""):
    told = f"<AmtDtls><TxAmt><Amt Ccy='{currency}'>{amount}</Amt></TxAmt></AmtDtls>" if amount else ""
    return f"{inner}{told}<RltdPties>{party('Cdtr', name)}</RltdPties>"


@pytest.mark.parametrize("state", ["PDNG", "<Cd>INFO</Cd>", "<Cd>FUTR</Cd>"])
def test_what_is_not_booked_is_not_paid(state):
    waits = entry(details(part("Bakker")), side="DBIT").replace("BOOK", state)
    assert rows(waits, entry(details(part("Slager")), side="DBIT")) == [("Slager", "10.00", "EUR")]


def test_a_batch_is_its_payments_where_they_make_its_sum():
    two = details(part("Bakker", "4.00"), part("Slager", "6.00"))
    assert rows(entry(two, side="DBIT")) == [("Bakker", "4.00", "EUR"), ("Slager", "6.00", "EUR")]


@pytest.mark.parametrize(
    "parts",
    [
        (part("Bakker"), part("Slager")),
        (part("Bakker", "4.00"), part("Slager", "7.00")),
        (part("Bakker", "10.00"), part("Slager")),
    ],
    ids=["no amounts", "another sum", "one amount"],
)
def test_a_batch_counts_once_where_its_payments_do_not_make_its_sum(parts):
    batch = entry(details(*parts) + "<AddtlNtryInf>Verzamelbetaling</AddtlNtryInf>", side="DBIT")
    assert rows(batch) == [("Verzamelbetaling", "10.00", "EUR")]


def test_a_payment_in_another_currency_is_what_left_the_account():
    assert rows(entry(details(part("Bakker", "12.00", "USD")), side="DBIT")) == [("Bakker", "10.00", "EUR")]
    both = "<Amt Ccy='USD'>12.00</Amt>"
    assert rows(entry(details(part("Bakker", "9.50", inner=both)), side="DBIT")) == [
        ("Bakker", "9.50", "EUR")
    ]
    assert rows(entry(details(part("Bakker", "12.00")), side="DBIT")) == [("Bakker", "10.00", "EUR")]


def test_the_total_of_an_invoice_that_is_no_amount_stays_a_fault():
    ubl = (
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>1</ID><LegalMonetaryTotal>'
        "<TaxExclusiveAmount>1e3</TaxExclusiveAmount></LegalMonetaryTotal></Invoice>"
    )
    (_, names), (_, cells) = PaperTable(lambda: io.BytesIO(ubl.encode())).records()
    assert dict(zip(names, cells, strict=True))["amount"] == "1e3"
