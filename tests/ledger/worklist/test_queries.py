"""The work list from real lines: totals before and after an answer, and after it is undone."""

from datetime import date
from fractions import Fraction

from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.corrections.services import undo_import
from ledger.exports.gateway import export
from ledger.handed.rules import Books
from ledger.identities.services import identify_supplier
from ledger.novelty.queries import local_suppliers
from ledger.novelty.rules import Novelty
from ledger.rollups.queries import quarters
from ledger.spend.models import SpendImport
from ledger.spend.rules import File, Handed
from ledger.spend.services import record_rows
from ledger.worklist.queries import open_work
from tests.ledger.lookups.conftest import take, told
from tests.ledger.spend.conftest import spend

__all__ = ["spend", "take"]

MONTHS = [date(2025, 12, 5), *(date(2026, each, 5) for each in range(1, 9))]
Q3, KVK = Period.parse("2026-Q3"), KvkNumber("91234567")


def test_an_answer_raises_the_coverage_as_the_list_said_and_undo_restores_every_total(
    session, spend, take, at, make_user
):
    user = make_user()
    spend.some("local", 6, "100.00")
    spend.record(spend.line("Groot bv", "400.00"), spend.line("Klein", "50.00"))
    spend.record(
        spend.line("Bank", "999.00", exclusion="X3"),
        spend.line("Groot bv", "-10.00", number="c"),
    )
    before, figures = open_work(session, Q3), export(session, Q3, area_pack())["figures"]
    assert before.coverage == Fraction(600, 1040)
    supplier = spend.supplier(spend.line("Groot bv", "1.00"))
    assert (before.rows[0].net, before.rows[0].supplier_id) == (390_00, supplier.id)
    take(told(KVK, "Groot"))
    decision = {"supplier": supplier, "number": KVK, "actor_id": user.id, "at": at}
    identify_supplier(session, holds=True, reason="uittreksel", **decision)
    after = open_work(session, Q3)
    assert after.coverage == before.after(1) == Fraction(990, 1040)
    assert export(session, Q3, area_pack())["figures"] != figures
    identify_supplier(session, holds=False, reason="vergissing", **decision)
    assert open_work(session, Q3) == before
    assert export(session, Q3, area_pack())["figures"] == figures


def test_each_anchor_has_its_own_list(session, spend):
    spend.record(spend.line("Een", "10.00"))
    spend.record(spend.line("Twee", "20.00"), anchor=spend.other)
    assert [each.net for each in open_work(session, Q3).rows] == [2000, 1000]
    assert [each.net for each in open_work(session, Q3, spend.anchor.id).rows] == [1000]
    assert open_work(session, Period.parse("2025-Q1")).rows == []


def test_attack_16_new_local_is_told_from_existing_local(session, spend, take):
    old, new, reached = (KvkNumber(f"9123456{i}") for i in (1, 2, 3))
    for number, name, day in (
        (old, "Oud", date(2024, 5, 1)), (old, "Oud", date(2026, 8, 1)), (new, "Nieuw", date(2026, 8, 1)),
        (reached, "Al daar", date(2026, 8, 1)),
    ):  # fmt: skip
        spend.record(spend.line(name, "100.00", number=f"{name}{day}", on=day, supplier_kvk_number=number))
    seat = told(old, "Oud").branches[0]
    started = type(seat)(
        number=None, main=True, started_on=date(2026, 2, 1), from_on=date(2026, 2, 1), postcode="1063 AA"
    )
    take(told(old, "Oud"), told(new, "Nieuw", started), told(reached, "Al daar"))
    found = {each.whose: each.novelty for each in local_suppliers(session, Q3)}
    assert found == {f"k{old}": Novelty.EXISTING, f"k{new}": Novelty.NEW, f"k{reached}": Novelty.UNKNOWN}
    year = {spend.anchor.id: Books(date(2025, 7, 1), date(2025, 7, 1))}
    found = {each.whose: each.novelty for each in local_suppliers(session, Q3, year)}
    assert found == {f"k{old}": Novelty.EXISTING, f"k{new}": Novelty.NEW, f"k{reached}": Novelty.REACHED}
    spend.record(spend.line("Ver weg", "100.00", supplier_postcode="3011 AA"))
    assert len(local_suppliers(session, Q3)) == 3


def test_one_old_file_of_one_buyer_says_nothing_of_the_others_and_taking_it_back_restores_all(
    session, spend, at
):
    lines = [spend.line("Al lang", "10.00", number=f"{day}", on=day) for day in MONTHS]
    spend.record(*lines, spend.line("Later", "10.00"), spend.line("Ook later", "10.00"))
    for each in ("Al lang", "Later", "Ook later"):
        spend.prove(spend.line(each, "1.00"), "local")

    def found():
        kinds = {each.whose: each.novelty for each in local_suppliers(session, Q3)}
        return sorted(kinds.values()), [str(each) for each in quarters(session)]

    before = found()
    assert before == (
        [Novelty.EXISTING, Novelty.UNKNOWN, Novelty.UNKNOWN],
        ["2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4"],
    )
    files = []
    for name, anchor in (("Oud", spend.other), ("Later", spend.anchor)):
        stray, file = Handed([spend.line(name, "5.00", on=date(2023, 2, 1))]), File("oud.csv", name)
        files.append(record_rows(session, anchor=anchor, rows=stray, file=file, actor_id=None, at=at))
    assert found() == ([Novelty.EXISTING, Novelty.EXISTING, Novelty.UNKNOWN], [*before[1], "2023-Q1"])
    for each in files:
        made = session.get_one(SpendImport, each.import_id)
        undo_import(session, made=made, reason="verkeerd jaar", actor_id=None, at=at)
    assert found() == before
