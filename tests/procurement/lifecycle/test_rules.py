"""Costs over the life: what may be asked, what they are worth, and that the engine finds the same."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from procurement.lifecycle import errors, rules
from procurement.lifecycle.gateway import rate
from procurement.lifecycle.rules import Cost, Kind, LifeCycle, Line
from procurement.scoring import gateway as scoring
from procurement.scoring import rules as engine

LIFE = LifeCycle((Cost("Stroom", Kind.USE, 1, 2), Cost("Ophalen", Kind.END, 2, 2)), Decimal(10))
START = date(2027, 1, 1)


def test_it_is_kept_and_found_back():
    assert rules.life_cycle_of(LIFE.stored()) == LIFE
    assert rules.life_cycle_of(None) is None
    assert LIFE.codes == ["k1", "k2"]
    assert LIFE.years == [1, 2]
    assert rules.formula(LIFE) == (
        "F = P + sum([Stroom] / (1 + 10 / 100)^j, j = 1..2) + sum([Ophalen] / (1 + 10 / 100)^j, j = 2..2); min(F)"
    )


def test_the_sum_in_lines_by_hand():
    # 100.00 + 11.00/1.1 + 11.00/1.21 + 12.10/1.21 = 100 + 10 + 9.0909… + 10
    assert rules.lines(LIFE, 10_000, {"k1": 1_100, "k2": 1_210}) == [
        Line("", 0, 0, 10_000, 10_000), Line("Stroom", 1, 2, 1_100, 1_909), Line("Ophalen", 2, 2, 1_210, 1_000),
    ]  # fmt: skip


@pytest.mark.parametrize("percent", ["0", "2.25", "10"])
def test_the_engine_finds_what_the_lines_add_up_to(percent):
    life = replace(LIFE, percent=Decimal(percent))
    amounts = {"k1": 1_100, "k2": 1_210}
    found = engine.score(*scoring.read({
        "method": "life_cycle_cost",
        "price": {"discount_rate": f"{Decimal(percent) / 100:f}", "discount_from": START.isoformat()},
        "bids": [{"id": "A", "price": "100.00", "costs": rules.dated(life, 10_000, amounts, START)}],
    }))  # fmt: skip
    worth = sum(each.worth for each in rules.lines(life, 10_000, amounts))
    assert abs(float(found.ranking[0].total) * 100 - worth) <= 1


@pytest.mark.parametrize(
    ("life", "error"),
    [
        (None, errors.CostsMissing), (replace(LIFE, costs=()), errors.CostsMissing),
        (replace(LIFE, costs=(LIFE.costs[0],) * 7), errors.CostsMissing),
        (replace(LIFE, costs=(LIFE.costs[0],) * 2), errors.CostTwice),
        (replace(LIFE, costs=(Cost(" ", Kind.USE, 1, 1),)), errors.CostIncomplete),
        (replace(LIFE, costs=(Cost("x", Kind.USE, 2, 1),)), errors.YearsTurned),
        (replace(LIFE, costs=(Cost("x", Kind.USE, 0, 1),)), errors.YearsTurned),
        (replace(LIFE, costs=(Cost("x", Kind.USE, 1, 41),)), errors.YearsTurned),
        (replace(LIFE, percent=Decimal(-1)), errors.RateInvalid),
        (replace(LIFE, percent=Decimal("10.01")), errors.RateInvalid),
        (replace(LIFE, percent=Decimal("2.255")), errors.RateInvalid),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused_at_its_field(life, error):
    with pytest.raises(error) as refused:
        rules.check_life_cycle(life)
    assert refused.value.field in {"costs", "percent"}
    assert rules.check_life_cycle(LIFE) is LIFE


@pytest.mark.parametrize(
    ("given", "kept"),
    [({"k1": 0, "k2": 5}, {"k1": 0, "k2": 5}), ({"k1": -1, "k2": True, "k3": 9}, {}), (None, {}), ({"k1": "5"}, {})],
)  # fmt: skip
def test_amounts_are_whole_cents_from_nothing(given, kept):
    assert rules.kept_amounts(given, LIFE.codes) == kept


def test_the_rate_is_dated_and_marked_unverified():
    assert rate(date(2026, 1, 1)).certainty == "unverified"
    assert Decimal(rate(date(2000, 1, 1)).percent) == Decimal("2.25")
    assert set(rules.KINDS) == set(Kind)
