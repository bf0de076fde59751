"""A small area with anchors and suppliers whose place is proven, or not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.identity.rules import Side
from cwb.kernel.money import Money
from ledger.spend.rules import LineFacts, Recorded
from ledger.spend.services import record_spend
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import known_by_identity
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence

CLEANING, GREEN = "90910000", "77300000"
POSTCODES = {"local": "1063 AA", "not_local": "3011 AA", "unknown": ""}


def purchase(
    name: str, euros: str, number: str = "", on: date | None = date(2026, 8, 1), **facts: Any
) -> LineFacts:
    """A line with sensible facts; those of the supplier start with `supplier_`."""
    theirs = {
        key.removeprefix("supplier_"): value for key, value in facts.items() if key.startswith("supplier_")
    }
    rest = {key: value for key, value in facts.items() if not key.startswith("supplier_")}
    given = {
        "supplier": SupplierFacts(name=name, **theirs), "document_number": number or f"{name}-1", "invoice_on": on,
        "amount": Money.of(euros),
    }  # fmt: skip
    return LineFacts(**(given | rest))


@dataclass
class Spend:
    """The acts of spending."""

    session: Session
    at: datetime
    anchor: Organisation
    other: Organisation

    line = staticmethod(purchase)

    def record(self, *lines: LineFacts, anchor: Organisation | None = None, **facts: Any) -> Recorded:
        """Record lines of an anchor."""
        return record_spend(
            self.session, anchor=anchor or self.anchor, lines=lines, actor_id=None, at=self.at, **facts
        )

    def supplier(self, line: LineFacts, anchor: Organisation | None = None) -> Supplier:
        """The supplier a line was recorded with."""
        identity = line.supplier.identity
        return known_by_identity(self.session, (anchor or self.anchor).id, [identity])[identity]

    def prove(self, line: LineFacts, standing: str, anchor: Organisation | None = None, **facts: Any) -> None:
        """Prove by register where the supplier of a line is, since 2024."""
        given = {
            "grade": 2, "postcode": POSTCODES[standing], "valid_from": date(2024, 1, 1), "source": "KvK",
            "actor_id": None, "at": self.at,
        }  # fmt: skip
        add_evidence(self.session, supplier=self.supplier(line, anchor), **(given | facts))

    def some(
        self, standing: str, count: int, euros: str, anchor: Organisation | None = None, **facts: Any
    ) -> None:
        """Lines of so many suppliers, all with this standing."""
        lines = [purchase(f"{standing} {i}", euros, **facts) for i in range(count)]
        self.record(*lines, anchor=anchor)
        for line in lines:
            if standing != "unknown":
                self.prove(line, standing, anchor)


@pytest.fixture
def spend(session: Session, make_organisation: Any, at: datetime) -> Spend:
    """Two anchors, nothing spent yet."""
    return Spend(session, at, make_organisation(Side.ANCHOR), make_organisation(Side.ANCHOR))
