"""Two people with one file, and an invoice approved while its ledger line comes in: counted once."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import Organisation
from cwb.identity.services import register_organisation
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.corrections.services import code_exclusion, undo_import
from ledger.exports import gateway
from ledger.rollups.queries import Narrowed, totals, verify
from ledger.share.rules import Standing
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.rules import File, Handed, LineFacts
from ledger.spend.services import record_rows, record_spend
from ledger.suppliers.models import Supplier
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence

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


class Interrupted:
    """Rows during whose reading something else happens."""

    def __init__(self, act):
        self._act, self._handed = act, Handed(LINES)
        self.suppliers = self._handed.suppliers

    def batches(self):
        rows = next(self._handed.batches())
        yield rows[:10]
        self._act()
        yield rows[10:]


def import_rows(session, anchor_id, rows):
    anchor = session.get_one(Organisation, anchor_id)
    return record_rows(session, anchor=anchor, rows=rows, file=File("a.csv", "x"), actor_id=None, at=AT)


def sound(at_once, lines):
    with at_once.atomic() as session:
        found = verify(session)
        assert (found.lines, found.differences) == (lines, 0)


@pytest.mark.slow
def test_evidence_that_comes_during_an_import_counts_for_all_its_lines(at_once, anchor_id):
    with at_once.atomic() as session:
        anchor = session.get_one(Organisation, anchor_id)
        record_spend(
            session,
            anchor=anchor,
            lines=[replace(LINES[0], invoice_on=date(2026, 7, 31))],
            actor_id=None,
            at=AT,
        )

    def prove():
        with at_once.atomic() as session:
            supplier = session.scalars(select(Supplier).where(Supplier.name == "A0")).one()
            add_evidence(
                session, supplier=supplier, grade=2, postcode="1063 AA", valid_from=date(2024, 1, 1), source="KvK",
                actor_id=None, at=AT,
            )  # fmt: skip

    with at_once.atomic() as session:
        assert import_rows(session, anchor_id, Interrupted(prove)).added == 20
    sound(at_once, 21)
    with at_once.atomic() as session:
        assert totals(session, Narrowed(standing=Standing.LOCAL))[:2] == (2, 200)


@pytest.mark.slow
def test_evidence_while_sums_are_written_waits_and_sees_them(at_once, anchor_id):
    with at_once.atomic() as session:
        import_rows(session, anchor_id, Handed(LINES))

    def prove(session):
        supplier = session.scalars(select(Supplier).where(Supplier.name == "A0")).one()
        return add_evidence(
            session, supplier=supplier, grade=2, postcode="1063 AA", valid_from=date(2024, 1, 1), source="KvK",
            actor_id=None, at=AT,
        ).grade  # fmt: skip

    def more(number):
        lines = [replace(each, invoice_on=date(2026, 8, 2 + number)) for each in LINES]
        return lambda session: import_rows(session, anchor_id, Handed(lines)).added

    assert at_once.run(*[more(n) for n in range(3)], prove, prove) == [20, 20, 20, 2, 2]
    sound(at_once, 80)
    with at_once.atomic() as session:
        assert totals(session, Narrowed(standing=Standing.LOCAL))[:2] == (4, 400)


@pytest.mark.slow
def test_evidence_that_comes_before_an_import_is_committed_waits_for_it(at_once, anchor_id):
    with at_once.atomic() as session:
        import_rows(session, anchor_id, Handed(LINES))

    def prove():
        with at_once.atomic() as session:
            supplier = session.scalars(select(Supplier).where(Supplier.name == "A0")).one()
            add_evidence(
                session, supplier=supplier, grade=2, postcode="1063 AA", valid_from=date(2024, 1, 1), source="KvK",
                actor_id=None, at=AT,
            )  # fmt: skip

    other = threading.Thread(target=prove)
    with at_once.atomic() as session:
        import_rows(
            session, anchor_id, Handed([replace(each, invoice_on=date(2026, 8, 2)) for each in LINES])
        )
        other.start()
        other.join(1)
        assert other.is_alive()
    other.join()
    sound(at_once, 40)
    with at_once.atomic() as session:
        assert totals(session, Narrowed(standing=Standing.LOCAL))[:2] == (2, 200)


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_nothing(at_once, anchor_id):
    with at_once.sessions() as session:
        other = session.connection().connection.driver_connection.info.backend_pid

        def kill():
            with at_once.atomic() as another:
                another.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": other})

        with pytest.raises((DBAPIError, psycopg.Error)):
            import_rows(session, anchor_id, Interrupted(kill))
        session.invalidate()
    sound(at_once, 0)
    with at_once.atomic() as session:
        assert import_rows(session, anchor_id, Handed(LINES)).added == 20


@pytest.mark.slow
def test_two_people_take_one_file_back_and_one_is_told(at_once, anchor_id):
    with at_once.atomic() as session:
        import_id = import_rows(session, anchor_id, Handed(LINES)).import_id

    def undo(session):
        made = session.get_one(SpendImport, import_id)
        return undo_import(session, made=made, reason="x", actor_id=None, at=AT).line_count

    assert sorted(at_once.run(undo, undo), key=str) == [20, "ImportUndone"]
    sound(at_once, 0)


@pytest.mark.slow
def test_several_who_ask_for_a_figure_make_it_once(at_once, anchor_id, monkeypatch):
    with at_once.atomic() as session:
        import_rows(session, anchor_id, Handed(LINES))
    made, make = [], gateway.queries.made

    def counted(*given):
        made.append(1)
        return make(*given)

    class Forgetful:
        def get(self, _key, ask):
            return ask()

    monkeypatch.setattr(gateway.queries, "made", counted)
    monkeypatch.setattr(gateway, "_KEPT", Forgetful())
    period = Period.parse("2026-Q3")
    found = at_once.run(*[lambda session: gateway.export(session, period, area_pack())["hash"]] * 4)
    assert len(set(found)) == 1
    assert len(made) == 1


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
