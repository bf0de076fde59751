"""Suppression: nothing small leaves, nothing is lost, and hiding never raises the floor."""

from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.disclosure.rules import LEAST_SUPPLIERS, POOLED, Excluded, Influence, Purchase, public
from ledger.share.rules import Standing, Sums, Unit, exact_share, share_of

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Many tests share two cores: slowness here says nothing."""

L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN
GRADES = {L: "E2", N: "E2", U: "E0"}


def bought(anchor, supplier, standing, amount, *, category="cleaning", grade=None, **other):
    facts = {"verdict": standing.value, "lines": 1, "variants": (standing,), **other}
    return Purchase(
        anchor=anchor, supplier=supplier, category=category, standing=standing,
        grade=grade or GRADES[standing], amount=amount, **facts,
    )  # fmt: skip


def many(anchor, standing, count, amount=100, start=0, **other):
    return [bought(anchor, f"{standing}{i}", standing, amount, **other) for i in range(start, start + count)]


def sums(found, variant=None):
    """The measure of the shown cells, as the published figure takes it."""
    total = Sums()
    for cell in found.cells:
        standing = cell.key.standing if variant is None else cell.key.variants[variant]
        total += Sums.of(standing, cell.up) + Sums.of(standing, cell.down)
    return total


def test_large_cells_stay_as_they_are():
    found = public([*many("A", L, 5), *many("A", N, 6, 200), *many("A", U, 7, 300)])
    assert [(c.key.category, c.key.standing, c.key.grade, c.suppliers, c.up) for c in found.cells] == [
        ("cleaning", L, "E2", 5, 500),
        ("cleaning", N, "E2", 6, 1200),
        ("cleaning", U, "E0", 7, 2100),
    ]
    assert found.withheld_cells == 0
    assert found.local_suppliers == 5


def test_small_categories_fold_before_anything_is_called_unproven():
    found = public([
        *many("A", L, 3, category="green"), *many("A", L, 3, start=3, category="ict"), *many("A", N, 9),
    ])  # fmt: skip
    local = [c for c in found.cells if c.key.standing is L]
    assert [(c.key.category, c.key.grade, c.suppliers) for c in local] == [(POOLED, "E2", 6)]


def test_a_category_is_shown_whole_or_not_at_all():
    rows = [
        *many("A", L, 9, category="green"),
        *many("A", N, 2, 500, category="green"),
        *many("A", N, 9, start=9),
    ]
    found = public(rows)
    assert "green" not in {c.key.category for c in found.cells}
    lonely = [*many("A", L, 9), *many("A", N, 9), *many("A", U, 1, 77, category="ict")]
    assert {c.key.category for c in public(lonely).cells} == {POOLED}


def test_then_grades_and_variants_fold():
    found = public([*many("A", L, 3), *many("A", L, 3, start=3, grade="E3"), *many("A", N, 9)])
    assert [(c.key.category, c.key.grade) for c in found.cells if c.key.standing is L] == [
        ("cleaning", POOLED)
    ]
    found = public([*many("A", L, 3), *many("A", L, 3, start=3, variants=(N,)), *many("A", N, 9)])
    assert [c.key.variants for c in found.cells if c.key.standing is L] == [(U,)]


def test_areas_around_fold_before_parts_of_the_area():
    around = [*many("A", N, 9, variants=(N, N)), *many("A", N, 2, start=9, variants=(N, L))]
    found = public(
        [*around, *many("A", L, 9, variants=(L, L)), *many("A", L, 2, start=9, variants=(N, L))], around=1
    )
    assert {(c.key.standing, c.key.variants, c.suppliers) for c in found.cells} == {
        (L, (L, L), 6), (L, (U, L), 5), (N, (N, N), 6), (N, (N, U), 5),
    }  # fmt: skip


def test_a_lone_local_supplier_stays_local_when_others_can_join_it():
    found = public(
        [*many("A", L, 1, 1000, variants=(N,)), *many("A", L, 9, 10, start=3), *many("A", N, 9, 100)]
    )
    assert {(c.key.standing, c.key.variants, c.suppliers, c.up) for c in found.cells} == {
        (L, (U,), 5, 1040), (L, (L,), 5, 50), (N, (N,), 9, 900),
    }  # fmt: skip


def test_four_local_suppliers_count_as_unproven_and_are_joined_by_others():
    found = public([*many("A", L, 4, 1000), *many("A", N, 5, 100)])
    assert [(c.key.standing, c.suppliers, c.up) for c in found.cells] == [(U, 9, 4500)]
    assert found.local_suppliers is None


def test_just_enough_of_the_smallest_join_and_what_is_local_last():
    rows = [*many("A", U, 1, 77), *many("A", L, 20, 5), *many("A", N, 9, 100), bought("A", "tiny", N, 1)]
    found = public(rows)
    assert {(c.key.standing, c.suppliers, c.up) for c in found.cells} == {
        (U, 5, 378),
        (L, 20, 100),
        (N, 6, 600),
    }
    found = public([*many("A", U, 1, 77), *many("A", L, 20, 5), *many("A", N, 5, 100)])
    assert {(c.key.standing, c.suppliers, c.up) for c in found.cells} == {
        (U, 5, 97),
        (L, 16, 80),
        (N, 5, 500),
    }


def test_small_anchors_are_pooled_and_a_lone_one_is_withheld():
    found = public([*many("A", L, 9), *many("B", N, 3), *many("C", U, 3, start=9)])
    assert [(c.key.anchor, c.key.standing, c.suppliers) for c in found.cells] == [(POOLED, U, 6), ("A", L, 9)]
    found = public([*many("A", L, 9), *many("B", N, 3)])
    assert [c.key.anchor for c in found.cells] == ["A"]
    assert found.withheld_cells == 1


def test_credit_notes_are_netted_over_categories_within_an_anchor():
    found = public(
        [*many("A", U, 5, 100), *many("A", U, 5, -40, category="ict"), *many("A", U, 5, -30, start=9)]
    )
    assert [(c.key.category, c.up, c.down) for c in found.cells] == [("cleaning", 300, -150)]


def test_across_anchors_the_same_supplier_is_one_unit():
    rows = [*many("A", U, 6, 100), *many("B", U, 6, -30)]
    found = public(rows)
    assert [(n.standing, n.suppliers, n.amount) for n in found.nettings] == [(U, 6, 180)]
    assert public([*many("A", U, 6, 100), *many("B", U, 4, -30), *many("B", U, 2, 5, start=9)]).nettings == []


def test_exclusions_are_shown_but_for_few_persons():
    rows = many("A", N, 9)
    paid = [bought("A", "payroll", N, 5000, exclusion="X1", lines=12)]
    persons = many("A", U, 4, 70, exclusion="X5")
    found = public([*rows, *paid, *persons])
    assert found.excluded == [Excluded("A", "X1", 12, 5000)]
    assert found.withheld_cells == 1
    found = public([*rows, *many("A", U, 5, 70, exclusion="X5")])
    assert found.excluded == [Excluded("A", "X5", 5, 350)]
    assert public([*many("A", L, 9), *many("B", N, 2), *many("B", N, 1, exclusion="X1")]).excluded == [
        Excluded(POOLED, "X1", 1, 100)
    ]


def test_influence_of_few_suppliers_is_unknown():
    found = public([*many("A", N, 5, influence="yes"), *many("A", N, 4, 10, start=9, influence="no")])
    assert found.influence == [Influence("A", "unknown", 40), Influence("A", "yes", 500)]


def test_the_largest_suppliers_are_only_shown_together():
    found = public([*many("A", N, 12, 10), bought("A", "big", L, 1000)])
    assert found.top == (10, 1090)
    assert public(many("A", N, 4)).top is None
    assert public([]).local_suppliers == 0


SUPPLIERS = st.integers(0, 14).map(str)
purchases = st.lists(
    st.builds(
        lambda anchor, supplier, category, amount: (anchor, supplier, category, amount),
        st.sampled_from("ABC"), SUPPLIERS, st.sampled_from(["x", "y"]), st.integers(-200, 1000),
    ),
    max_size=40,
)  # fmt: skip


def drawn(rows):
    """A supplier's verdict follows from its number, as it does from evidence."""
    kinds = (L, N, U)
    return [
        bought(a, s, kinds[int(s) % 3], amount, category=c, variants=(kinds[int(s) % 3],))
        for a, s, c, amount in rows
    ]


@patient
@given(purchases)
def test_nothing_small_leaves_and_nothing_shown_is_lost(rows):
    given_ = drawn(rows)
    found = public(given_)
    assert all(cell.suppliers >= LEAST_SUPPLIERS for cell in found.cells)
    by_anchor = defaultdict(int)
    for each in given_:
        by_anchor[each.anchor] += each.amount
    shown = {cell.key.anchor for cell in found.cells}
    for anchor in shown - {POOLED}:
        assert sum(c.up + c.down for c in found.cells if c.key.anchor == anchor) == by_anchor[anchor]
    if found.withheld_cells == 0:
        assert sum(c.up + c.down for c in found.cells) == sum(by_anchor.values())
    assert sum(i.amount for i in found.influence) == sum(c.up + c.down for c in found.cells)


@patient
@given(purchases)
def test_a_part_of_the_area_an_area_around_it_and_the_own_one_stay_nested(rows):
    """Each supplier is in the part, in the area only, around it only, outside all of them, or nowhere known."""
    places = ((L, (L, L)), (L, (N, L)), (N, (N, L)), (N, (N, N)), (N, (N, U)), (U, (U, U)), (U, (U, L)))
    given_ = [
        bought(a, s, places[int(s) % 7][0], amount, category=c, variants=places[int(s) % 7][1])
        for a, s, c, amount in rows
    ]
    found = public(given_, around=1)
    if found.withheld_cells:
        return
    assert all(cell.key.variants[0] is N or cell.key.standing is not N for cell in found.cells), (
        "what is outside is outside each part"
    )
    assert all(cell.key.variants[1] is L or cell.key.standing is not L for cell in found.cells)
    for variant in (0, 1):
        truth = share_of([Unit(e.supplier, e.variants[variant], e.amount, e.amount) for e in given_])
        shown = exact_share(sums(found, variant))
        if truth.lo is not None:
            assert shown.lo <= truth.lo
            assert shown.hi >= truth.hi


@patient
@given(purchases)
def test_suppression_never_raises_the_floor_nor_lowers_the_ceiling(rows):
    given_ = drawn(rows)
    found = public(given_)
    if found.withheld_cells:
        return
    truth = share_of([Unit(e.supplier, e.standing, e.amount, e.amount) for e in given_])
    shown = exact_share(sums(found))
    if truth.lo is not None:
        assert shown.lo <= truth.lo
        assert shown.hi >= truth.hi
        assert shown.total_low == truth.total_low
