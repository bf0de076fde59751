"""How fast invoices become e-invoices: read from plain data, checked by our own rules, written as UBL.

Yardstick: lxml parsing what was written. The invoices differ in lines, rates and profile; a tenth are credit notes.
"""

import time
from decimal import Decimal
from random import Random
from typing import Any

from lxml import etree

from ledger.ubl.gateway import codes, xml_of
from ledger.ubl.rules import Profile, read

INVOICES = {"small": 500, "normal": 10_000, "large": 50_000}
MOST_SECONDS_FOR_TEN_THOUSAND = 60

_PARTY = {"street": "Plein 1", "postcode": "1063 AB", "city": "Amsterdam", "country": "NL"}
_SELLER = _PARTY | {
    "name": "Schoon Samen (voorbeeld)", "kvk": "12345678", "vat_id": "NL123456782B90", "email": "geld@schoon.example",
    "iban": "NL91ABNA0417164300",
}  # fmt: skip
_BUYER = _PARTY | {
    "name": "Gemeente Voorbeeldstad", "kvk": "87654321", "oin": "00000001003214345000", "vat_id": "NL123456782B91",
}  # fmt: skip


def run(size: str, _url: str) -> list[dict[str, Any]]:
    """Invoices per second, built and checked. The database is not asked for anything."""
    count = INVOICES[size]
    data = [invoice(number) for number in range(count)]
    profiles = list(Profile)
    start = time.perf_counter()
    made = [_build(each, profiles[place % len(profiles)]) for place, each in enumerate(data)]
    took = time.perf_counter() - start
    start = time.perf_counter()
    for each in made:
        etree.fromstring(each)
    bare = time.perf_counter() - start
    target = count / (MOST_SECONDS_FOR_TEN_THOUSAND * count / 10_000)
    return [
        {
            "name": f"{count} invoices built and checked, in four profiles",
            "unit": "invoices/s",
            "figure": round(count / took),
            "yardstick": round(count / bare),
            "yardstick_name": "lxml parsing the same documents",
            "ratio": round(bare / took, 3),
            "target": round(target / (count / bare), 4),
            "reached": count / took >= target,
            "note": f"{took:.1f} s, asked: {MOST_SECONDS_FOR_TEN_THOUSAND} s for 10,000",
        }
    ]


def _build(data: dict[str, Any], profile: Profile) -> bytes:
    document, faults = read(data, profile, codes())
    if document is None:
        raise AssertionError([each.text() for each in faults])
    return xml_of(document)


def invoice(number: int) -> dict[str, Any]:
    """The data of an invoice of one to eight lines."""
    random = Random(number)
    lines = [
        {
            "description": f"Levering {place} van week {number % 52}",
            "quantity": str(Decimal(random.randrange(100, 4000)) / 100),
            "unit": "HUR",
            "unit_price": str(Decimal(random.randrange(100, 9000)) / 100),
            "vat": random.choice(["standard", "reduced", "zero"]),
        }
        for place in range(1 + number % 8)
    ]
    facts = {
        "number": f"2026-{number:05}", "type": "credit_note" if number % 10 == 9 else "invoice",
        "issued_on": "2026-11-02", "due_on": "2026-12-02", "delivered": {"from": "2026-10-01", "to": "2026-10-31"},
        "buyer_reference": f"K-{number}", "contract_reference": "C-9", "seller": _SELLER, "buyer": _BUYER,
        "lines": lines, "prepaid": "0.00", "payment_reference": "RF462026000123",
    }  # fmt: skip
    if number % 10 == 9:
        facts |= {"credit_of": {"number": f"2026-{number - 1:05}", "issued_on": "2026-10-02"}}
    if list(Profile)[number % len(Profile)] is Profile.GACCOUNT:
        facts |= {"g_account": {"iban": "NL69INGB0123456789", "amount": "0.50"}}
    return facts
