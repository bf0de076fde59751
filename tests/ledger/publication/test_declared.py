"""A new version that differs by one declaration alone: nobody reads it off, and of a sole trader it waits."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from ledger.declarations import services as declarations
from ledger.publication import errors
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.queries import known_by_identity
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence

_SIGN = text(
    "INSERT INTO spend_publication (preparation_id, period, version, told, early_reason, narrow_reason, signed_by_id, at) "
    "SELECT id, period, 2, '[]', '', :why, :by, at + interval '99 days' FROM spend_preparation WHERE id = :id"
)


@pytest.fixture
def shop(session, desk):
    """Twelve shops of the area, of which these numbers are a person's; six have declared what landed."""
    known = {}

    def open_shops(persons=()):
        facts = [SupplierFacts(f"Winkel {n}", natural_person=n in persons) for n in range(12)]
        lines = [LineFacts(each, f"W{n}", date(2026, 5, 4), Money(100_00)) for n, each in enumerate(facts)]
        record_spend(session, anchor=desk.anchor, lines=lines, actor_id=None, at=desk.at)
        found = known_by_identity(session, desk.anchor.id, [each.identity for each in facts])
        for number, each in enumerate(facts):
            known[number] = found[each.identity]
            add_evidence(
                session, supplier=known[number], grade=2, postcode="1063 AA", valid_from=date(2024, 1, 1), source="KvK",
                actor_id=None, at=desk.at,
            )  # fmt: skip
        for number in range(6):
            declare(number)

    def declare(number):
        one, (writer, checker) = known[number], desk.people
        facts = {"supplier": one, "year": 2026, "turnover": 1_000_000, "actor_id": writer.id, "at": desk.at}
        made = declarations.start_declaration(session, **facts)
        session.refresh(made, ["supplier", "purchases", "check"])
        declarations.write_wages(
            session, declaration=made, wages=400_000, payroll="1063 AB 9", source="loonstaat"
        )
        declarations.send_declaration(session, declaration=made, actor_id=writer.id, at=desk.at)
        declarations.check_declaration(
            session, declaration=made, accepted=True, grade=3, reason="loonstaat gezien", actor_id=checker.id, at=desk.at
        )  # fmt: skip

    open_shops.declare = declare
    return open_shops


def test_attack_19_one_declaration_is_asked_why_it_cannot_wait(session, desk, shop):
    shop()
    desk.publish()
    desk.at += timedelta(days=1)
    shop.declare(6)
    prepared = desk.prepare(reason="een opgave kwam te laat binnen")
    with pytest.raises(errors.NarrowChange), session.begin_nested():
        desk.sign(prepared, cannot_wait="nu")
    facts = {"id": prepared.id, "by": desk.people[1].id}
    with pytest.raises(DBAPIError, match="says why it cannot wait"), session.begin_nested():
        session.execute(_SIGN, facts | {"why": ""})
    assert desk.sign(prepared).narrow_reason == "de fout is te groot om te wachten"


def test_attack_19_one_declaration_of_a_sole_trader_waits(session, desk, shop):
    shop(persons=(6,))
    desk.publish()
    desk.at += timedelta(days=1)
    shop.declare(6)
    prepared = desk.prepare(reason="een opgave kwam te laat binnen")
    with pytest.raises(errors.PersonShown), session.begin_nested():
        desk.sign(prepared)
    facts = {"id": prepared.id, "by": desk.people[1].id, "why": "te groot"}
    with pytest.raises(DBAPIError, match="a sole trader was paid waits"), session.begin_nested():
        session.execute(_SIGN, facts)
    for number in range(7, 11):
        shop.declare(number)
    assert desk.sign(desk.prepare(reason="vijf opgaven kwamen te laat")).version == 2
