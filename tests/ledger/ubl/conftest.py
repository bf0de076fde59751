"""Example invoices as plain data."""

import pytest

SELLER = {
    "name": "Schoon Samen (voorbeeld)", "kvk": "12345678", "vat_id": "NL123456782B90", "street": "Plein 1",
    "postcode": "1063 AB", "city": "Amsterdam", "country": "NL", "email": "geld@schoon.example",
    "iban": "NL91ABNA0417164300",
}  # fmt: skip
BUYER = {
    "name": "Gemeente Voorbeeldstad", "kvk": "87654321", "oin": "00000001003214345000", "vat_id": "NL123456782B91",
    "street": "Amstel 1", "postcode": "1011 PN", "city": "Amsterdam", "country": "NL",
}  # fmt: skip


def line(vat="standard", quantity="37.5", price="32.50", **more):
    """A line of an invoice."""
    return {
        "description": "Schoonmaak <school> & trap", "quantity": quantity, "unit": "HUR", "unit_price": price, "vat": vat,
    } | more  # fmt: skip


@pytest.fixture
def invoice():
    """Makes the data of an invoice; what is None is left out."""

    def make(*lines, **more):
        facts = {
            "number": "2026-014", "type": "invoice", "issued_on": "2026-11-02", "due_on": "2026-12-02",
            "delivered": {"from": "2026-10-01", "to": "2026-10-31"}, "buyer_reference": "K-12",
            "contract_reference": "C-9", "seller": SELLER, "buyer": BUYER, "lines": list(lines) or [line()],
            "prepaid": "0.00", "payment_reference": "RF462026000123",
        } | more  # fmt: skip
        return {name: value for name, value in facts.items() if value is not None}

    return make
