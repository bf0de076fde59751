"""The index: newcomers enter without a jump, and a link that cannot be is said to be none."""

from ledger.comparison.rules import shielded, shielding
from ledger.disclosure.rules import Purchase, public
from ledger.figure.rules import document, recompute
from ledger.share.rules import Standing

L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN


def some(anchor, standing, amount):
    return [
        Purchase(
            anchor=anchor, supplier=f"{standing}{i}", verdict="1", category="x", standing=standing, grade="E2",
            variants=(), amount=amount, lines=1,
        )
        for i in range(5)
    ]  # fmt: skip


def export(period, previous, *rows, half=(), **facts):
    return document(
        public([each for mine in rows for each in mine]), area={"id": "polder", "version": "1", "variants": [], "around": []},
        variants=[], period=period, anchors={}, categories={}, facts=facts, previous=previous,
        deliveries=[{"anchor": each, "gaps": [{}]} for each in half],
    )  # fmt: skip


def test_attack_07_a_newcomer_does_not_move_the_index():
    first = export("2026-Q1", None, some("A", L, 20), some("A", N, 80))
    second = export(
        "2026-Q2", first, some("A", L, 20), some("A", N, 80), some("B", L, 900), some("B", N, 100)
    )
    assert second["figures"]["local_supplier_share"]["total"]["lo"] == "0.8364"
    assert second["figures"]["index"]["lo"] == {"base": "2026-Q1", "value": "100.00"}
    third = export(
        "2026-Q3", second, some("A", L, 30), some("A", N, 70), some("B", L, 900), some("B", N, 100)
    )
    index = third["figures"]["index"]
    assert index["lo"]["value"] == "101.09"  # (930 / 1100) / (920 / 1100)
    assert [link["to"] for link in index["links"]] == ["2026-Q2", "2026-Q3"]
    assert recompute(third) == []


def test_the_index_recomputes_from_the_export_alone_and_a_changed_link_is_noticed():
    first = export("2026-Q1", None, some("A", L, 20), some("A", N, 80))
    second = export("2026-Q2", first, some("A", L, 30), some("A", N, 70))
    third = export("2026-Q3", second, some("A", L, 60), some("A", N, 40))
    assert third["figures"]["index"]["hi"]["value"] == "300.00"
    third["links"][0]["lo"][0] = "0.50"
    assert any("figures.index" in each for each in recompute(third))


def test_a_share_of_zero_breaks_the_chain_and_it_begins_anew():
    first = export("2026-Q1", None, some("A", N, 80))
    second = export("2026-Q2", first, some("A", L, 20), some("A", N, 80))
    assert second["figures"]["index"]["lo"] == {"base": "2026-Q2", "value": "100.00"}
    third = export("2026-Q3", second, some("A", L, 40), some("A", N, 60))
    assert third["figures"]["index"]["lo"] == {"base": "2026-Q2", "value": "200.00"}


def test_without_an_earlier_period_the_index_is_100():
    assert export("2026-Q1", None, some("A", L, 20))["figures"]["index"] == {
        "links": [], "lo": {"base": "2026-Q1", "value": "100.00"}, "hi": {"base": "2026-Q1", "value": "100.00"},
    }  # fmt: skip


def test_anchors_that_were_pooled_are_no_cohort():
    few = [some("B", N, 50)[:3], some("C", N, 70)[2:5]]
    first = export("2026-Q1", None, some("A", L, 20), some("A", N, 80), *few)
    second = export("2026-Q2", first, some("A", L, 30), some("A", N, 70), *few)
    assert second["figures"]["change"]["cohort"] == sorted({"A"})
    assert second["figures"]["index"]["lo"]["value"] == "150.00"


def test_a_half_period_is_no_base_of_the_index_and_none_of_a_change():
    all_local, half = some("A", L, 20), some("A", N, 80)
    first = export("2025-Q4", None, all_local, half=["A"])
    assert first["figures"]["index"]["lo"] == {"base": None, "value": None}
    second = export("2026-Q1", first, all_local, half)
    assert (second["figures"]["change"]["cohort"], second["figures"]["change"]["lo"]) == ([], None)
    assert second["figures"]["index"]["lo"] == {"base": "2026-Q1", "value": "100.00"}
    third = export("2026-Q2", second, some("A", L, 40), some("A", N, 60), some("B", L, 900), half=["B"])
    assert third["figures"]["index"]["lo"] == {"base": "2026-Q1", "value": "200.00"}
    fourth = export("2026-Q3", third, some("A", L, 40), some("A", N, 60), some("B", L, 90), some("B", N, 10))
    assert fourth["figures"]["change"]["cohort"] == ["A"]
    fifth = export("2026-Q4", fourth, some("A", L, 40), some("A", N, 60), half=["A"])
    assert fifth["figures"]["index"]["hi"] == {"base": None, "value": None}
    assert all(recompute(each) == [] for each in (first, second, third, fourth, fifth))


def _told(*rows):
    """What shielding does to these purchases, of one supplier each."""
    bought = [
        Purchase(
            anchor=anchor, supplier=supplier, verdict="1", category=category, standing=standing, grade="E2", variants=(),
            amount=amount, lines=1,
        )
        for anchor, supplier, category, standing, amount in rows
    ]  # fmt: skip
    return shielding(bought, public(bought).parts)


def _of(anchor, standing, count, amount, category="x"):
    return [(anchor, f"{anchor}{standing}{i}", category, standing, amount) for i in range(count)]


def test_what_shielding_does_to_the_bounds_is_told_to_a_tenth_of_a_point():
    whole = [*_of("A", L, 5, 1_000), *_of("A", N, 5, 1_000)]
    assert _told(*whole) == {"lo": "0.000", "hi": "0.000"}
    thin = [*_of("A", L, 5, 1_000), *_of("B", L, 3, 200), *_of("B", N, 4, 100), *_of("B", U, 2, 10)]
    assert _told(*thin) == {"lo": "-0.100", "hi": "0.066"}, "600 proven local and 400 not, of 6,020"


def test_attack_19_what_few_suppliers_lose_by_shielding_is_not_told():
    few = [*_of("A", L, 5, 1_000), *_of("B", L, 3, 200), *_of("B", U, 5, 10)]
    assert _told(*few) is None
    assert _told(*_of("A", U, 5, -10)) is None, "no total"


def test_an_excluded_line_of_a_supplier_says_nothing_of_its_proof():
    bought = [
        Purchase("A", f"{i}", "1", "x", standing, "E2", (), 100, 1, code)
        for i in range(5)
        for standing, code in ((U, "X2"), (L, None))
    ]
    assert shielding(bought, public(bought).parts) == {"lo": "0.000", "hi": "0.000"}


def test_the_change_says_what_of_it_is_shielding_and_older_exports_say_nothing():
    rows = some("A", L, 20), some("A", N, 80)
    old = export("2026-Q1", None, *rows)
    assert "shielding" not in export("2026-Q2", old, *rows)["figures"]["change"]
    told = {"lo": "-0.001", "hi": "0.000"}
    first = export("2026-Q1", None, *rows, shielding=told)
    second = export("2026-Q2", first, *rows, shielding={"lo": "-0.004", "hi": "0.002"})
    assert second["figures"]["change"]["shielding"] == {
        "lo": {"before": "-0.001", "after": "-0.004", "change": "-0.003"},
        "hi": {"before": "0.000", "after": "0.002", "change": "0.002"},
    }
    assert recompute(second) == []
    forged = second | {"facts": second["facts"] | {"shielding": told}}
    assert any("figures.change.shielding.lo" in each for each in recompute(forged))
    after_old = export("2026-Q2", old, *rows, shielding=told)
    assert after_old["figures"]["change"]["shielding"] == {"lo": None, "hi": None}
    assert [shielded(old, second), shielded(first, export("2026-Q1", None, *rows, shielding=None))] == [
        None, {"lo": None, "hi": None},
    ]  # fmt: skip
