"""The work list from real lines: totals before and after an answer, and after it is undone."""

from datetime import date
from fractions import Fraction

from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.exports.gateway import export
from ledger.identities.services import identify_supplier
from ledger.rollups.queries import local_suppliers
from ledger.suppliers.rules import Novelty
from ledger.worklist.queries import open_work
from tests.ledger.lookups.conftest import take, told
from tests.ledger.spend.conftest import spend

__all__ = ["spend", "take"]

Q3, KVK = Period.parse("2026-Q3"), KvkNumber("91234567")


def test_an_answer_raises_the_coverage_as_the_list_said_and_undo_restores_every_total(
    session, spend, take, at, make_user
):
    user = make_user()
    spend.some("local", 6, "100.00")
    spend.record(spend.line("Groot bv", "400.00", supplier_kvk_number=KVK), spend.line("Klein", "50.00"))
    spend.record(
        spend.line("Bank", "999.00", exclusion="X3"),
        spend.line("Groot bv", "-10.00", number="c", supplier_kvk_number=KVK),
    )
    before, figures = open_work(session, Q3), export(session, Q3, area_pack())["figures"]
    assert before.coverage == Fraction(600, 1040)
    supplier = spend.supplier(spend.line("Groot bv", "1.00", supplier_kvk_number=KVK))
    assert (before.rows[0].net, before.rows[0].supplier_id) == (390_00, supplier.id)
    take(told(KVK, "Heel groot"))
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
    assert found == {f"k{old}": Novelty.EXISTING, f"k{new}": Novelty.NEW, f"k{reached}": Novelty.REACHED}
    spend.record(spend.line("Ver weg", "100.00", supplier_postcode="3011 AA"))
    assert len(local_suppliers(session, Q3)) == 3
