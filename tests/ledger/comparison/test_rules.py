"""The index: newcomers enter without a jump, and a link that cannot be is said to be none."""

from ledger.disclosure.rules import Purchase, public
from ledger.figure.rules import document, recompute
from ledger.share.rules import Standing

L, N = Standing.LOCAL, Standing.NOT_LOCAL


def some(anchor, standing, amount):
    return [
        Purchase(
            anchor=anchor, supplier=f"{standing}{i}", verdict="1", category="x", standing=standing, grade="E2",
            variants=(), amount=amount, lines=1,
        )
        for i in range(5)
    ]  # fmt: skip


def export(period, previous, *rows, half=()):
    return document(
        public([each for mine in rows for each in mine]), area={"id": "polder", "version": "1", "variants": [], "around": []},
        variants=[], period=period, anchors={}, categories={}, facts={}, previous=previous,
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
