"""Two people with one file, and an invoice approved while its ledger line comes in: counted once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from cwb.identity.models import Organisation
from cwb.identity.services import register_organisation
from cwb.kernel.money import Money
from ledger.corrections.services import code_exclusion
from ledger.spend.models import SpendLine
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.rules import SupplierFacts

AT = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
LINES = [LineFacts(SupplierFacts(name=f"A{i}"), str(i), date(2026, 8, 1), Money(100)) for i in range(20)]


@pytest.fixture
def anchor_id(at_once):
    with at_once.atomic() as session:
        return register_organisation(
            session, name="Voorbeeld", kvk_number="91111111", legal_form="public_body", street="Weg", house_number="1",
            postcode="1069 AB", city="Amsterdam", email="a@voorbeeld.example", anchor_type="municipality", at=AT,
        ).id  # fmt: skip


@pytest.mark.slow
def test_two_people_with_one_file_add_it_once(at_once, anchor_id):
    def record(session):
        anchor = session.get_one(Organisation, anchor_id)
        return record_spend(session, anchor=anchor, lines=LINES, actor_id=None, at=AT).added

    assert sorted(at_once.run(*[record] * 4)) == [0, 0, 0, 20]
    with at_once.atomic() as session:
        assert session.scalar(select(func.count()).select_from(SpendLine)) == 20


@pytest.mark.slow
def test_two_people_code_one_line_and_one_is_told(at_once, anchor_id):
    with at_once.atomic() as session:
        record_spend(
            session, anchor=session.get_one(Organisation, anchor_id), lines=LINES[:1], actor_id=None, at=AT
        )
        line_id = session.scalars(select(SpendLine.id)).one()

    def code(session):
        line = session.get_one(SpendLine, line_id)
        code_exclusion(session, line=line, code="X4", reason="x", actor_id=None, at=AT)
        return "done"

    assert sorted(at_once.run(code, code)) == ["LineReplaced", "done"]
    with at_once.atomic() as session:
        assert session.scalar(select(func.sum(SpendLine.weight))) == 1
