"""What is cut once more still adds up, and shows no few suppliers: neither a row nor what follows from the others."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cuts.rules import check_cuts, net
from ledger.disclosure.rules import POOLED, Purchase, public
from ledger.figure.rules import document, recompute
from ledger.share.rules import Standing

L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN
AROUND = [{"id": "stad"}, {"id": "land"}]
WIJKEN = {"FA": "Molenwijk", "FB": "Tuindorp", "FC": "Haven"}


def some(wijk, count, amount=100, standing=L, anchor="A", ring=""):
    return [
        Purchase(
            anchor=anchor, supplier=f"{wijk}{standing}{ring}{i}", verdict=standing.value, category="x", standing=standing,
            grade="E2", variants=(), amount=amount, lines=1, wijk=wijk, ring=ring,
        )
        for i in range(count)
    ]  # fmt: skip


def export(rows, **more):
    return document(
        public(rows), area={"id": "polder", "version": "1", "variants": [], "around": AROUND, "wijken": WIJKEN}, variants=[],
        period="2026-Q3", anchors={"A": "Anker"}, categories={}, facts={}, previous=None, **more,
    )  # fmt: skip


def counts(found, name="wijken"):
    return {row["id"]: row["suppliers"] for row in found[name]}


def test_a_wijk_counts_what_is_proven_there_and_what_may_be():
    found = export(
        [*some("FA", 5), *some("FB", 5), *some("", 5), *some("", 5, standing=U), *some("", 5, standing=N)]
    )
    share = found["figures"]["local_supplier_share"]["by_wijk"]
    assert (share["FA"]["lo"], share["FA"]["hi"], share["FA"]["coverage"]) == ("0.2000", "0.6000", "0.6000")
    assert share["FC"]["lo"] == "0.0000"
    assert share["FA"]["total"] == found["figures"]["local_supplier_share"]["total"]["total"]
    assert counts(found) == {"FA": 5, "FB": 5, "FC": 0, POOLED: 5}


def test_attack_19_a_wijk_with_few_suppliers_is_not_shown_nor_what_it_follows_from():
    assert counts(export([*some("FA", 4), *some("FB", 9), *some("FC", 7)])) == {"FB": 9, POOLED: 11}
    assert counts(export([*some("FA", 9), *some("FB", 7), *some("", 1)])) == {"FA": 9, "FC": 0, POOLED: 8}
    assert counts(export([*some("FA", 4), *some("FB", 9), *some("", 1)])) == {"FB": 9, "FC": 0, POOLED: 5}


def test_a_supplier_that_moved_within_one_verdict_sits_in_no_wijk():
    moved = [*some("FA", 5), *some("FB", 5)]
    same = [each._replace(supplier=f"m{place % 5}") for place, each in enumerate(moved)]
    assert counts(export(same)) == {"FA": 0, "FB": 0, "FC": 0, POOLED: 5}


@given(
    st.lists(
        st.tuples(st.sampled_from(["FA", "FB", "FC", ""]), st.integers(0, 9), st.integers(-50, 99)),
        max_size=6,
    )
)
def test_rows_add_up_and_hold_five_suppliers_or_none(groups):
    rows = [each for wijk, count, amount in groups for each in some(wijk, count, amount or 1)]
    found = export([*rows, *some("", 6, standing=N)])
    assert check_cuts(found) == []
    assert recompute(found) == []
    for name in ("wijken", "novelty"):
        assert not [each for each in counts(found, name).values() if 0 < each < 5]


def test_new_is_told_from_found_and_unknown_is_said():
    rows = [*some("FA", 5), *some("FB", 6, 200), *some("FC", 3)]
    known = {each.supplier: "new" if each.wijk == "FA" else "existing" for each in rows if each.wijk != "FC"}
    found = export(rows, novelty=known)
    assert counts(found, "novelty") == {"reached": 0, "existing": 6, POOLED: 8}, (
        "the three unknown take five along"
    )
    assert found["figures"]["by_novelty"] == {"reached": "0.0000", "existing": "0.6000", POOLED: "0.4000"}
    assert export([*some("", 5, standing=N)])["figures"]["by_novelty"]["new"] is None


def test_days_of_payment_follow_from_their_sums():
    days = [{"anchor": "A", "paid": 8, "within_30_days": 6, "days": 172}]
    found = export(some("FA", 5), payments=days)
    assert found["figures"]["payment_days"] == {"A": "21.5"}
    found["payments"][0]["days"] = 100
    assert any("payment_days.A" in each for each in recompute(found))


@pytest.mark.parametrize("name", ["wijken", "novelty"])
def test_a_changed_cut_is_seen(name):
    found = copy.deepcopy(export([*some("FA", 5), *some("FB", 6)]))
    row = next(each for each in found[name] if net(each))
    row["up"] = "9.99"
    assert any(each.startswith(f"{name}: the rows add up to") for each in recompute(found))


def around(found):
    shares = found["figures"]["local_supplier_share"]["around"]
    return {name: (each["lo"], each["hi"]) for name, each in shares.items()}


def test_areas_around_hold_those_within_them():
    rows = [
        *some("FA", 10), *some("", 10, standing=N, ring="stad"), *some("", 10, standing=N, ring="land"),
        *some("", 5, standing=N, ring="outside"), *some("", 5, standing=U),
    ]  # fmt: skip
    found = export(rows)
    assert counts(found, "rings") == {"stad": 10, "land": 10, "outside": 5, POOLED: 5}
    assert around(found) == {"stad": ("0.5000", "0.6250"), "land": ("0.7500", "0.8750")}
    whole = found["figures"]["local_supplier_share"]["total"]
    assert around(found)["stad"][0] > whole["lo"]
    assert recompute(found) == []


def test_a_ring_of_few_suppliers_counts_as_not_known():
    rows = [*some("FA", 10), *some("", 4, standing=N, ring="stad"), *some("", 9, standing=N, ring="outside")]
    found = export(rows)
    assert counts(found, "rings") == {"land": 0, POOLED: 13}
    assert around(found)["stad"] == ("0.4348", "1.0000")
    forged = copy.deepcopy(found)
    forged["rings"][-1]["up"] = "1.00"
    assert any(each.startswith("rings: ") for each in check_cuts(forged))


@given(
    st.lists(
        st.tuples(st.sampled_from(["stad", "land", "outside", ""]), st.integers(1, 9), st.integers(-50, 500))
    )
)
def test_wider_areas_never_hold_less_and_no_row_shows_few(groups):
    rows = [*some("FA", 6)]
    for number, (ring, count, amount) in enumerate(groups):
        rows += some(f"g{number}", count, amount, standing=N if ring else U, ring=ring)
    found = export(rows)
    assert all(row["suppliers"] == 0 or row["suppliers"] >= 5 for row in found["rings"])
    assert check_cuts(found) == []
    share = found["figures"]["local_supplier_share"]
    if share["total"]["lo"] is not None and all(amount >= 0 for _, _, amount in groups):
        levels = [share["total"]["lo"], share["around"]["stad"]["lo"], share["around"]["land"]["lo"]]
        assert levels == sorted(levels, key=float)
