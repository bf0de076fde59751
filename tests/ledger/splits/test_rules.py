"""The declared and the silent part: nothing small can be told apart, and hiding only lowers the floor."""

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.disclosure.rules import LEAST_SUPPLIERS, POOLED, Purchase, public
from ledger.figure.rules import document, recompute
from ledger.share.rules import Standing
from ledger.splits.rules import branches, exact_floor, splits

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN


def some(anchor, standing, count, amount=100, start=0, declared=False, part=50, **other):
    facts = {"verdict": standing.value, "category": "x", "grade": "E2", "variants": (standing,), "lines": 1}
    return [
        Purchase(
            anchor=anchor, supplier=f"{standing}{i}", standing=standing, amount=amount,
            declared=amount if declared else 0, landed=amount * part // 100 if declared else 0, **(facts | other),
        )
        for i in range(start, start + count)
    ]  # fmt: skip


def export(rows):
    return document(
        public(rows), area={"id": "polder", "version": "1", "variants": [], "around": []}, variants=[], period="2026-Q3",
        anchors={}, categories={}, facts={}, previous=None,
    )  # fmt: skip


def plain(rows):
    return export([each._replace(variants=()) for each in rows])


def test_a_floor_with_its_coverage():
    rows = [*some("A", L, 5, declared=True), *some("A", L, 5, start=5), *some("A", N, 10)]
    found = plain(rows)["figures"]["landed_share"]
    assert (found["floor"], found["hi"], found["coverage"], found["measured"]) == (
        "0.1250",
        "0.8750",
        "0.2500",
        True,
    )
    assert found["by_anchor"]["A"]["floor"] == "0.1250"
    assert found["why"] is None


def test_attack_17_fewer_than_five_that_declared_count_as_silent():
    rows = [*some("A", L, 4, declared=True), *some("A", L, 9, start=4)]
    found = plain(rows)["figures"]["landed_share"]
    assert (found["floor"], found["measured"], found["coverage"]) == ("0.0000", False, "0.0000")


def test_fewer_than_five_that_are_silent_take_the_smallest_along():
    rows = [
        *some("A", L, 1, 77),
        *some("A", L, 20, start=1, declared=True),
        *some("A", L, 1, 1, start=30, declared=True),
    ]
    split = splits(public(rows).parts)[0]
    assert (split.suppliers, split.silent_up, split.declared_up) == (17, 77 + 1 + 300, 1700)


def test_anchors_with_few_that_declared_are_told_together():
    rows = [
        *some("A", L, 3, declared=True), *some("A", L, 9, start=20), *some("B", L, 3, start=3, declared=True),
        *some("B", L, 9, start=20),
    ]  # fmt: skip
    found = splits(public(rows).parts)
    assert [(each.anchor, each.suppliers, each.declared_up, each.silent_up) for each in found] == [
        (POOLED, 6, 600, 1800)
    ]
    assert plain(rows)["figures"]["landed_share"]["by_anchor"] == {}


def test_a_silent_credit_note_lowers_the_floor():
    rows = [*some("A", L, 6, declared=True), *some("A", U, 6, -10)]
    found = plain(rows)["figures"]["landed_share"]
    assert found["floor"] == "0.4444"  # (300 − 60) / 540


def test_attack_03_a_branch_and_a_seat_are_told_apart():
    rows = [*some("A", L, 5), *some("A", L, 6, start=9, branch=True), *some("A", N, 9)]
    assert branches(public(rows).parts) == {"L1a": (5, 500), "L1b": (6, 600)}
    assert plain(rows)["figures"]["by_level"] == {"L1a": "0.2500", "L1b": "0.3000"}
    few = [*some("A", L, 9), *some("A", L, 2, start=9, branch=True), *some("A", N, 9)]
    assert branches(public(few).parts) == {"L1a": None, "L1b": None}


def test_a_changed_part_is_noticed():
    found = plain([*some("A", L, 5, declared=True), *some("A", N, 9)])
    assert recompute(found) == []
    found["landed"][0]["declared_up"] = "99.00"
    assert any(each.startswith("landed: ") for each in recompute(found))


purchase = st.builds(
    lambda anchor, number, standing, amount, part: some(
        anchor, standing, 1, amount, number, part is not None, part or 0, verdict=str(number)
    )[0],
    st.sampled_from("ABC"), st.integers(0, 12), st.sampled_from([L, N, U]), st.integers(-50, 1000),
    st.none() | st.integers(0, 100),
)  # fmt: skip


@patient
@given(st.lists(purchase, max_size=60))
def test_no_part_is_small_and_the_floor_never_gains(rows):
    shown = public(rows)
    found = splits(shown.parts)
    small = range(1, LEAST_SUPPLIERS)
    assert all(each.suppliers not in small for each in found)
    assert all(each.silent_suppliers not in small or not each.suppliers for each in found)
    exported = plain(rows)
    floor = exact_floor(exported["landed"]).lo
    total = sum(part.amount for part in shown.parts)
    if floor is None or total <= 0:
        return
    truth = sum(part.landed + min(0, part.amount - part.declared) for part in _units(shown.parts))
    assert floor <= Fraction(truth, total)
    assert recompute(exported) == []


def _units(parts):
    """Parts of one supplier with one verdict at one anchor, netted: as if nothing were hidden."""
    found = {}
    for part in parts:
        key = part.anchor, part.supplier, part.verdict, part.key.standing
        if key in found:
            found[key].amount += part.amount
            found[key].declared += part.declared
            found[key].landed += part.landed
        else:
            found[key] = part
    return found.values()
