"""An anchor that gets electronic invoices from a printer outside."""

from copy import deepcopy
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import text

from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.incoming import queries, services
from ledger.ubl.gateway import codes, xml_of
from ledger.ubl.rules import Profile, read
from tests.ledger.inbound.test_inbound import BILL

OTHER_IBAN = "NL69INGB0123456789"


@dataclass
class Inbox:
    """Who receives, and the acts with sensible facts."""

    trade: object

    def __post_init__(self):
        self.session, self.at, self.buyer = self.trade.session, self.trade.at, self.trade.buyer
        self.first, self.second = self.trade.purchaser, self.trade.colleague
        self.clerk = replace(self.trade.member, organisation_id=self.buyer.id)

    def ubl(self, number="2026-014", price="33.33", **facts):
        known = deepcopy(BILL) | {"number": number}
        known["buyer"] |= {"name": self.buyer.name, "kvk": self.buyer.kvk_number, "vat_id": ""}
        known["seller"] |= facts.pop("seller", {})
        known["buyer"] |= facts.pop("buyer", {})
        known["lines"][0]["unit_price"] = price
        document, faults = read(known | facts, Profile.PEPPOL, codes())
        assert document, [each.text() for each in faults]
        return xml_of(document)

    def note(self, of="2026-014", number="C-1", **facts):
        return self.ubl(
            number, type="credit_note", credit_of={"number": of, "issued_on": "2026-08-20"}, **facts
        )

    def take(self, content=None, *, actor=None, faults=None, **facts):
        return services.receive(
            self.session, buyer=self.buyer, content=content or self.ubl(**facts), actor=actor or self.clerk,
            at=self.at, faults=[] if faults is None else faults,
        )  # fmt: skip

    def approve(self, held, actor=None, **facts):
        known = {"cost": "services", "delivered": True, "checked": True, "note": "Gebeld, klopt"}
        return services.approve(
            self.session, incoming=held, actor=actor or self.first, at=self.at, **(known | facts)
        )

    def pay(self, held, cents=None, key="a", **facts):
        known = {"paid_on": self.trade.at.date(), "reference": "", "back": False, "actor": self.first}
        amount = Money(cents) if cents else held.open
        return services.pay(
            self.session, incoming=held, amount=amount, key=key, at=self.at, **(known | facts)
        )

    def odd(self, held):
        return [each.value for each in queries.odd(self.session, held)]

    def books(self):
        self.session.flush()
        found = self.session.query(Account).filter_by(party_id=self.buyer.id).order_by(Account.id)
        return {each.role: each.posted for each in found if each.posted}

    def settled(self):
        """Let the deferred constraints speak."""
        self.session.flush()
        self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        self.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


@pytest.fixture
def inbox(trade):
    return Inbox(trade)
