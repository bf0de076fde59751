"""Two tabs, and a file taken back meanwhile: one answer stands, and the purchase counts as it says."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from cwb.identity.models import Organisation
from cwb.identity.services import register_organisation, register_user
from cwb.kernel.money import Money
from ledger.conflicts.models import SpendDecision
from ledger.conflicts.services import decide_file
from ledger.corrections.services import undo_import
from ledger.rollups.queries import verify
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.rules import File, Handed
from ledger.spend.services import record_rows
from tests.ledger.spend.conftest import purchase

AT = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
LINES = [purchase(f"A{i}", "1.00", on=date(2026, 8, 1)) for i in range(20)]


@pytest.fixture
def facts(at_once):
    """An anchor with one file and the same in another layout; who decides."""
    with at_once.atomic() as session:
        anchor = register_organisation(
            session, name="Voorbeeld", kvk_number="91111111", legal_form="public_body", street="Weg", house_number="1",
            postcode="1069 AB", city="Amsterdam", email="a@voorbeeld.example", anchor_type="municipality", at=AT,
        )  # fmt: skip
        user = register_user(
            session, email="a@b.example", name="Voorbeeld", password=None, locale="nl", at=AT
        )
        first, second = (
            record_rows(
                session, anchor=anchor, rows=Handed([replace(each, description=text) for each in LINES]),
                file=File(text, text), actor_id=None, at=AT,
            ).import_id
            for text in ("een", "twee")
        )  # fmt: skip
        return anchor.id, user.id, first, second


def deciding(facts, *, same):
    anchor_id, user_id, _, second = facts

    def act(session):
        return decide_file(
            session, anchor=session.get_one(Organisation, anchor_id), same=same, reason="x", actor_id=user_id, at=AT,
            file=session.get_one(SpendImport, second).public_id,
        )  # fmt: skip

    return act


def counted(at_once):
    with at_once.atomic() as session:
        assert verify(session).differences == 0
        return session.scalar(select(func.sum(SpendLine.weight)))


@pytest.mark.slow
def test_two_tabs_decide_and_one_is_told(at_once, facts):
    found = at_once.run(deciding(facts, same=True), deciding(facts, same=False))
    assert sorted(map(str, found)) == ["20", "ConflictDecided"]
    with at_once.atomic() as session:
        said = session.scalars(select(SpendDecision.same).distinct()).all()
    assert counted(at_once) == (20 if said == [True] else 40)


@pytest.mark.slow
def test_a_file_that_is_taken_back_while_somebody_decides(at_once, facts):
    def take_back(session):
        return undo_import(
            session, made=session.get_one(SpendImport, facts[2]), reason="x", actor_id=None, at=AT
        ).line_count

    found = at_once.run(deciding(facts, same=False), take_back)
    assert (found[0] in {20, "ConflictDecided"}, found[1], counted(at_once)) == (True, 20, 20)


@pytest.fixture
def merged(facts, at_once):
    """A third file: what came as two lines of one invoice comes as one, with another amount."""
    with at_once.atomic() as session:
        anchor = session.get_one(Organisation, facts[0])
        parts = [
            purchase("Z1", amount, number="F9", on=date(2026, 8, 2), description="deel") for amount in ("5.00", "3.00")
        ]  # fmt: skip
        record_rows(
            session, anchor=anchor, rows=Handed(parts), file=File("delen", "delen"), actor_id=None, at=AT
        )
        whole = replace(parts[0], amount=Money(9_00))
        done = record_rows(
            session, anchor=anchor, rows=Handed([whole]), file=File("een", "een"), actor_id=None, at=AT
        )
        return done.import_id


def replacing(facts, merged, *, replaces):
    def act(session):
        return decide_file(
            session, anchor=session.get_one(Organisation, facts[0]), same=True, replaces=replaces, changed=True, reason="x",
            actor_id=facts[1], at=AT, file=session.get_one(SpendImport, merged).public_id,
        )  # fmt: skip

    return act


def cents(at_once):
    with at_once.atomic() as session:
        assert verify(session).differences == 0
        return session.scalar(
            select(func.sum(SpendLine.net_amount)).where(
                SpendLine.weight != 0, SpendLine.document_number == "F9"
            )
        )


@pytest.mark.slow
@pytest.mark.parametrize("other", [True, False])
def test_two_tabs_replace_a_whole_invoice_once(at_once, facts, merged, other):
    found = at_once.run(replacing(facts, merged, replaces=True), replacing(facts, merged, replaces=other))
    assert sorted(map(str, found)) == ["1", "ConflictDecided"]
    with at_once.atomic() as session:
        replaces = session.scalar(select(SpendDecision.replaces))
    assert cents(at_once) == (9_00 if replaces else 8_00)


@pytest.mark.slow
def test_a_whole_invoice_is_replaced_while_the_new_file_is_taken_back(at_once, facts, merged):
    def take_back(session):
        return undo_import(
            session, made=session.get_one(SpendImport, merged), reason="x", actor_id=None, at=AT
        ).line_count

    found = at_once.run(replacing(facts, merged, replaces=True), take_back)
    assert str(found[0]) in {"1", "ConflictDecided"}
    assert cents(at_once) == 8_00
