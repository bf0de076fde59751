"""A supplier that is new and at once known to be an organisation of this house: its proven days stand once."""

from datetime import date

from sqlalchemy import select

from cwb.identity.rules import Side
from ledger.identities.services import known_suppliers
from ledger.suppliers.models import SupplierStanding
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence, party_supplier


def test_a_new_supplier_that_is_met_at_once_has_each_proven_day_once(session, make_organisation, at):
    party = make_organisation(name="Groen bv", kvk_number="61234567")
    add_evidence(
        session, supplier=party_supplier(session, organisation=party, at=at), grade=2, postcode="1063 AA",
        house_number="9", valid_from=date(2024, 1, 1), source="KvK", actor_id=None, at=at,
    )  # fmt: skip
    facts = [
        SupplierFacts(name="Groen bv", kvk_number="61234567", postcode="1063 AA"),
        SupplierFacts(name="Een ander", postcode="1063 AA"),
    ]
    found = known_suppliers(session, anchor=make_organisation(Side.ANCHOR), facts=facts, actor_id=None, at=at)
    mine = found[facts[0].identity]
    assert mine.party_id == party.id
    for each in found.values():
        days = session.scalars(
            select(SupplierStanding.from_on).where(SupplierStanding.supplier_id == each.id)
        ).all()
        assert days
        assert len(days) == len(set(days))
