"""Customers outside, and invoices to them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from ledger.customers.services import add_customer
from ledger.freehand.rules import Typed
from ledger.freehand.services import draft_free
from ledger.invoicing.services import send_invoice

WHO = {
    "name": "Bakkerij Buiten", "private": False, "kvk_number": "", "vat_id": "", "street": "Kerkstraat",
    "house_number": "7", "postcode": "1441 AA", "city": "Purmerend", "country": "NL",
    "email": "inkoop@bakkerij.example", "iban": "NL39RABO0300065264",
}  # fmt: skip
PERSON = {"name": "Jo Jansen", "private": True}
BERLIN = {
    "name": "Bäckerei Draußen", "vat_id": "DE136695976", "postcode": "10115", "city": "Berlin", "country": "DE",
}  # fmt: skip


def typed(**facts):
    """One typed line: three hours at 40.00."""
    known = {
        "description": "Ramen wassen", "unit": "HUR", "quantity": Decimal(3), "unit_price": Decimal("40.00"),
        "vat": "standard",
    }  # fmt: skip
    return Typed(**(known | facts))


@dataclass
class Outside:
    """A seller and whom it invoices."""

    trade: object

    def customer(self, **facts):
        """Somebody in the seller's address book."""
        return add_customer(
            self.trade.session, owner_id=self.trade.seller.id, actor=self.trade.member, at=self.trade.at,
            **(WHO | facts),
        )  # fmt: skip

    def draft(self, buyer, *lines, **facts):
        """A draft of typed lines."""
        known = {
            "seller_id": self.trade.seller.id, "buyer": buyer, "lines": lines or (typed(),), "payment_days": 14,
            "delivered_from": date(2026, 8, 1), "delivered_until": date(2026, 8, 31), "actor": self.trade.member,
            "at": self.trade.at,
        }  # fmt: skip
        return draft_free(self.trade.session, **(known | facts))

    def send(self, buyer, *lines, **facts):
        """A sent invoice of typed lines."""
        draft, at = self.draft(buyer, *lines, **facts), facts.get("at", self.trade.at)
        return send_invoice(self.trade.session, invoice=draft, agreement=None, actor=self.trade.member, at=at)


@pytest.fixture
def outside(trade):
    """The seller of the small trade."""
    return Outside(trade)
