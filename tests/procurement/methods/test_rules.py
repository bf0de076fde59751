from dataclasses import replace
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from procurement.methods import errors, rules
from procurement.methods.rules import QualityCriterion, Scoring
from procurement.scoring.rules import Method

PLAN = QualityCriterion("Plan", "", Decimal(35), Decimal(18), Money.of("3000"))
PEOPLE = QualityCriterion("Mensen", "", Decimal(25), Decimal(0), Money.of("1000"))
RANGE = Scoring(Method.FIXED_PRICE_RANGE, (PLAN, PEOPLE), Decimal(40), Money.of("40000"), Money.of("80000"))
WORTH = Scoring(Method.VALUE_AWARD, (PLAN, PEOPLE))


def test_good_scorings_are_accepted_and_weigh_a_hundred():
    for scoring in (RANGE, WORTH):
        rules.check_scoring(scoring)
        assert sum(rules.weights(scoring).values()) == 100
    assert rules.weights(WORTH) == {"Plan": Decimal("75.00"), "Mensen": Decimal("25.00")}
    thirds = replace(WORTH, criteria=tuple(replace(PLAN, name=n, value=Money(1)) for n in "abc"))
    assert sum(rules.weights(thirds).values()) == 100


def test_the_formulas_are_exact():
    assert rules.formula(WORTH) == "F = P - [Plan] / 35 * 3000.00 - [Mensen] / 25 * 1000.00; min(F)"
    assert rules.formula(RANGE) == (
        "T = [Plan] + [Mensen] + 40 * (80000.00 - P) / 40000.00; P < 40000.00: 40; P > 80000.00: 0, uit; max(T)"
    )
    with pytest.raises(errors.PriceBoundsInvalid):
        rules.formula(replace(RANGE, price_min=None))


@pytest.mark.parametrize(
    ("scoring", "fault"),
    [
        (replace(WORTH, criteria=()), errors.CriterionMissing),
        (replace(WORTH, criteria=(replace(PLAN, name=" "),)), errors.CriterionIncomplete),
        (replace(WORTH, criteria=(replace(PLAN, max_points=Decimal(0)),)), errors.CriterionIncomplete),
        (replace(WORTH, criteria=(replace(PLAN, min_points=Decimal(36)),)), errors.MinimumAboveMaximum),
        (replace(WORTH, criteria=(replace(PLAN, min_points=Decimal(-1)),)), errors.MinimumAboveMaximum),
        (replace(WORTH, criteria=(replace(PLAN, value=None),)), errors.CriterionValueMissing),
        (replace(WORTH, criteria=(replace(PLAN, value=Money(0)),)), errors.CriterionValueMissing),
        (replace(WORTH, criteria=(PLAN, replace(PLAN, name="PLÁN"))), errors.CriterionTwice),
        (replace(RANGE, price_points=None), errors.PricePointsMissing),
        (replace(RANGE, price_points=Decimal(0)), errors.PricePointsMissing),
        (replace(RANGE, price_points=Decimal("39.99")), errors.WeightsNotHundred),
        (replace(RANGE, price_min=None), errors.PriceBoundsInvalid),
        (replace(RANGE, price_max=None), errors.PriceBoundsInvalid),
        (replace(RANGE, price_max=Money.of("40000")), errors.PriceBoundsInvalid),
        (replace(RANGE, price_min=Money(-1)), errors.PriceBoundsInvalid),
    ],
)
def test_scorings_that_cannot_rank_are_refused(scoring, fault):
    with pytest.raises(fault):
        rules.check_scoring(scoring)
