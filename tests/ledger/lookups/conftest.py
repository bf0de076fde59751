"""Suppliers of a ledger, and what a register says of them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import KvkNumber
from ledger.extracts.rules import Branch, Extract
from ledger.identities.services import known_suppliers
from ledger.lookups.services import Taken, take_extracts
from ledger.suppliers.models import Supplier
from ledger.suppliers.rules import SupplierFacts

INSIDE, OUTSIDE, SPLIT = "1063 AA", "3526 KS", "1061 AB"


def told(number: str, name: str, *branches: Branch, postcode: str = INSIDE, **facts: Any) -> Extract:
    """An extract with one seat since 2024, or with these establishments."""
    seat = Branch(
        number=None, main=True, started_on=date(2020, 1, 1), from_on=date(2024, 1, 1), postcode=postcode
    )
    return Extract(kvk_number=KvkNumber(number), name=name, branches=branches or (seat,), **facts)


@pytest.fixture
def anchor(make_organisation: Any) -> Organisation:
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def known(session: Session, anchor: Organisation, at: datetime) -> Callable[..., Supplier]:
    """A supplier as a ledger writes it."""

    def make(name: str = "Voorbeeld bv", ledger: Organisation | None = None, **facts: Any) -> Supplier:
        given = SupplierFacts(**{"name": name, "postcode": INSIDE} | facts)
        found = known_suppliers(session, anchor=ledger or anchor, facts=[given], actor_id=None, at=at)
        return found[given.identity]

    return make


@pytest.fixture
def take(session: Session, at: datetime) -> Callable[..., Taken]:
    """Take extracts in."""

    def act(*extracts: Extract, via: str = "api", moment: datetime | None = None, **facts: Any) -> Taken:
        when = moment or at
        return take_extracts(
            session, extracts=extracts, looked_up_on=facts.pop("on", local_date(when)), via=via,
            source=facts.pop("source", "KvK"), actor_id=facts.pop("actor_id", None), at=when, **facts,
        )  # fmt: skip

    return act
