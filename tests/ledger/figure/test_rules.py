"""The export says everything its figures need, and nothing else makes a figure."""

import contextlib
import copy
import json
from fractions import Fraction

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cwb.cli import Cwb
from cwb.kernel.canonical import digest
from ledger.disclosure.rules import POOLED, Purchase, public
from ledger.figure.commands import spend
from ledger.figure.rules import document, figures, recompute, same_figures
from ledger.share.rules import Standing, Unit, ratio, share_of

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Many tests share two cores: slowness here says nothing."""

L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN
AREA = {"id": "polder", "version": "1", "variants": [{"id": "dry", "name": "zonder het water"}], "around": []}


def bought(anchor, supplier, standing, amount, **other):
    facts = {
        "verdict": standing.value,
        "lines": 1,
        "variants": (standing,),
        "category": "x",
        "grade": "E2",
        **other,
    }
    return Purchase(anchor=anchor, supplier=supplier, standing=standing, amount=amount, **facts)


def some(anchor, standing, count, amount, start=0, **other):
    return [bought(anchor, f"{standing}{i}", standing, amount, **other) for i in range(start, start + count)]


def export(rows, previous=None, period="2026-Q3"):
    return document(
        public(rows), area=AREA, variants=["dry"], period=period, anchors={"A": "Anker", "B": "Boei"},
        categories={"x": "X"}, facts={"corrections": 0}, previous=previous,
    )  # fmt: skip


QUARTER = [
    *some("A", L, 6, 10_000), *some("A", N, 10, 10_000), *some("A", U, 5, 2_000), *some("B", L, 5, 10_000, variants=(N,)),
    *some("B", N, 5, 20_000, influence="no"), bought("A", "loon", N, 500_000, exclusion="X1"),
]  # fmt: skip


def test_the_figures_of_a_quarter():
    found = export(QUARTER)["figures"]
    total = found["local_supplier_share"]["total"]
    assert total["lo"] == ratio(
        share_of([Unit(p.supplier, p.standing, p.amount, p.amount) for p in QUARTER[:-1]]).lo
    )
    assert total["total"] == "3200.00"
    assert found["local_supplier_share"]["variants"]["dry"]["lo"] == "0.1875"
    assert found["local_supplier_share"]["by_anchor"]["B"]["lo"] == "0.3333"
    assert set(found["local_supplier_share"]["by_anchor"]) == {"A", "B"}
    assert found["bridge"]["by_anchor"]["A"] == {
        "d0": "6700.00",
        "steps": [{"code": f"X{i}", "amount": "5000.00" if i == 1 else "0.00", "lines": int(i == 1)} for i in range(1, 8)],
        "d1": "1700.00", "lines": 21, "influenceable": "0.00", "not_influenceable": "0.00",
        "influence_unknown": "1700.00", "d2": None, "d2_why": "no contract reference for 1700.00 of D1",
    }  # fmt: skip
    assert found["bridge"]["total"]["not_influenceable"] == "1000.00"
    assert found["landed_share"]["floor"] == "0.0000"
    assert found["landed_share"]["measured"] is False
    assert found["by_grade"] == {"E2": "3200.00"}
    assert found["local_suppliers"] == 6
    assert found["change"] is None


def test_attack_02_a_figure_names_its_area_and_another_version_cannot_pass_for_it():
    found = export(QUARTER)
    assert (found["area"]["id"], found["area"]["version"]) == ("polder", "1")
    stretched = found | {"area": AREA | {"version": "2"}}
    assert {each.partition(":")[0] for each in recompute(stretched)} == {"rows_hash", "hash"}


def test_attack_04_every_small_supplier_counts_not_only_the_largest():
    small = some("A", L, 400, 100, start=1_000)
    large = some("A", N, 10, 4_000_000)
    found = export([*large, *small])["figures"]
    assert found["bridge"]["total"]["lines"] == 410
    assert found["bridge"]["total"]["d1"] == "400400.00"
    assert found["local_supplier_share"]["total"]["lo"] == ratio(Fraction(40_000, 40_040_000))
    assert found["local_suppliers"] == 400


def test_attack_06_the_average_is_pooled_over_euros_and_says_so():
    found = export([*some("A", L, 5, 100), *some("B", N, 5, 9_900)])
    assert found["average"] == "pooled"
    share = found["figures"]["local_supplier_share"]
    assert [each["lo"] for each in share["by_anchor"].values()] == ["1.0000", "0.0000"]
    assert share["total"]["lo"] == "0.0100"


def test_d2_is_printed_when_every_contract_is_known():
    found = export([*some("A", N, 5, 100, influence="yes"), *some("A", L, 5, 50, influence="no")])["figures"]
    assert found["bridge"]["total"]["d2"] == "5.00"
    assert found["bridge"]["total"]["d2_why"] is None


def test_the_change_is_told_for_those_in_both_periods():
    before = export([*some("A", L, 5, 800), *some("A", N, 5, 3200), *some("C", N, 5, 999)], period="2026-Q2")
    after = export([*some("A", L, 5, 900), *some("A", N, 5, 2700), *some("B", L, 5, 999)], before)
    told = after["figures"]["change"]
    assert told["cohort"] == ["A"]
    assert told["lo"] == {
        "before": "0.2000", "after": "0.2500", "change": "0.0500", "numerator": "0.0278", "denominator": "0.0222",
    }  # fmt: skip
    assert told["hi"] == told["lo"]
    nothing = export([*some("B", L, 5, 900)], before)["figures"]["change"]
    assert (nothing["cohort"], nothing["lo"], nothing["hi"]) == ([], None, None)


def test_what_is_netted_across_anchors_narrows_the_total():
    rows = [*some("A", U, 6, 100), *some("B", U, 6, -30), *some("A", L, 6, 100), *some("B", L, 6, -30)]
    found = export(rows)["figures"]["local_supplier_share"]["total"]
    truth = share_of([Unit(p.supplier, p.standing, p.amount, p.amount) for p in rows])
    assert (found["lo"], found["hi"], found["coverage"]) == (
        ratio(truth.lo),
        ratio(truth.hi),
        ratio(truth.coverage),
    )


def test_an_export_recomputes_after_a_trip_through_json():
    assert recompute(json.loads(json.dumps(export(QUARTER, export(QUARTER, period="2026-Q2"))))) == []


def test_nothing_to_show_is_an_honest_nothing():
    empty = export([])
    assert empty["figures"]["local_supplier_share"]["total"]["lo"] is None
    assert empty["figures"]["top_share"] is None
    assert recompute(empty) == []


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from leaves(each, (*path, i))
    else:
        yield path


WHOLE = export(QUARTER, export(QUARTER, period="2026-Q2"))


@patient
@given(st.sampled_from(sorted(leaves(WHOLE), key=str)))
def test_any_changed_value_is_noticed(path):
    changed = copy.deepcopy(WHOLE)
    place = changed
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    place[path[-1]] = (
        "12.34"
        if isinstance(old, str) and old.replace(".", "").isdigit()
        else old
        if old is None
        else old * 2 + 1
        if isinstance(old, int)
        else old
    )
    if place[path[-1]] == old:
        return
    with contextlib.suppress(ValueError):
        assert recompute(changed)


def test_a_figure_raised_by_hand_is_named(tmp_path):
    changed = copy.deepcopy(WHOLE)
    changed["figures"]["local_supplier_share"]["total"]["lo"] = "0.9000"
    said = recompute(changed)
    assert any(each.startswith("figures.local_supplier_share.total.lo: printed 0.9000") for each in said)
    assert figures(changed)["local_supplier_share"]["total"]["lo"] != "0.9000"


@pytest.fixture
def run(tmp_path):
    def act(text, *options):
        path = tmp_path / "export.json"
        path.write_text(text)
        group = Cwb("cwb")
        group.add_command(spend)
        return CliRunner().invoke(group, ["spend", "recompute", str(path), *options])

    return act


def test_the_command_says_yes_no_or_what(run):
    assert run(json.dumps(WHOLE)).exit_code == 0
    assert json.loads(run(json.dumps(WHOLE), "--json").stdout) == {
        "ok": True,
        "period": "2026-Q3",
        "differences": [],
    }
    changed = copy.deepcopy(WHOLE)
    changed["rows"][0]["up"] = "1.00"
    result = run(json.dumps(changed))
    assert result.exit_code == 1
    assert "local_supplier_share.total.lo" in result.stderr
    assert json.loads(run(json.dumps(changed), "--json").stdout)["ok"] is False
    changed["schema"] = "other"
    assert "is not cwb-spend-6" in run(json.dumps(changed)).stderr


def older(body):
    """The same export in the shape before contracts were in it."""
    kept = {name: each for name, each in body.items() if name not in {"contracts", "without_euros", "hash"}}
    kept["schema"] = "cwb-spend-3"
    kept["rows_hash"] = digest({name: kept[name] for name in THREE})
    kept["figures"] = figures(kept)
    return kept | {"hash": digest(kept)}


THREE = (
    "schema", "definition", "area", "period", "anchors", "rows", "nettings", "landed", "levels", "wijken", "rings",
    "novelty", "payments", "excluded", "influence", "facts", "links",
)  # fmt: skip


def test_an_export_of_the_shape_before_still_recomputes_and_a_change_in_it_is_still_found():
    three = older(copy.deepcopy(WHOLE))
    assert "commitments" not in three["figures"]
    assert recompute(three) == []
    three["rows"][0] = three["rows"][0] | {"lines": 999}
    assert any("rows were changed" in each for each in recompute(three))


def test_a_newer_layout_of_the_same_figures_is_no_change_and_another_figure_is():
    assert WHOLE["hash"] != older(WHOLE)["hash"]
    assert same_figures(older(WHOLE), WHOLE)
    assert not same_figures(WHOLE, WHOLE | {"figures": WHOLE["figures"] | {"top_share": "0.9999"}})
    assert not same_figures(export(QUARTER), export(QUARTER[1:]))


def test_what_was_committed_follows_from_the_contracts_and_a_change_in_them_is_found():
    made = [
        {"anchor": "A", "contracts": 2, "days": 1096, "amount": "1500.00"},
        {"anchor": "B", "contracts": 1, "days": 365, "amount": "0.10"},
    ]
    body = WHOLE | {"contracts": made}
    found = figures(body)["commitments"]
    assert found["total"] == {"contracts": 3, "months": "16.0", "amount": "1500.10"}
    assert found["by_anchor"]["A"] == {"contracts": 2, "months": "18.0", "amount": "1500.00"}
    assert figures(WHOLE)["commitments"]["total"]["months"] is None
    said = recompute(body)
    assert any(each.startswith("figures.commitments.total.amount") for each in said)
    assert any(each.startswith("rows_hash") for each in said)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"rows": 1}', "{" * 10, json.dumps({**WHOLE, "rows": [{"up": "x"}]})]
)
def test_what_is_no_export_is_unreadable(run, text):
    result = run(text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1


def test_what_an_export_lacks_is_named(run):
    lacking = {name: value for name, value in WHOLE.items() if name not in {"figures", "hash"}}
    assert "without figures, hash" in run(json.dumps(lacking)).stderr


def test_pooled_anchors_are_named_as_such():
    rows = [*some("A", L, 9, 1), *some("B", N, 3, 1), *some("C", U, 3, 1, start=9)]
    assert set(export(rows)["figures"]["bridge"]["by_anchor"]) == {"A", POOLED}
