from dataclasses import replace
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from procurement.drafting.rules import by_share
from procurement.lifecycle.errors import CostsMissing
from procurement.lifecycle.rules import Cost, Kind, LifeCycle
from procurement.methods import errors, rules
from procurement.methods.rules import QualityCriterion, Scoring
from procurement.scoring import rules as engine
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


LOG = Scoring(Method.LOG_PRICE, (PLAN, PEOPLE), Decimal(40), log_base=Decimal("1.5"))
RELATIVE = Scoring(Method.RELATIVE_PRICE, (PLAN, PEOPLE), Decimal(40))
SHARES = Scoring(
    Method.MEAT_COEFFICIENT,
    (replace(PLAN, max_points=Decimal(20)), replace(PEOPLE, max_points=Decimal("12.5"))),
)
SUPER = Scoring(
    Method.SUPERFORMULE, (PLAN,), reference=Money.of("100000"), reference_quality=Decimal(70), exponent=Decimal(-1)
)  # fmt: skip
WHY = "Het gaat om zout van één norm; elk merk strooit en smelt precies gelijk."
LOWEST = Scoring(Method.LOWEST_PRICE, (), tie_break="lot", reason=WHY)
LIFE = replace(
    LOWEST, method=Method.LIFE_CYCLE_COST, life=LifeCycle((Cost("Stroom", Kind.USE, 1, 8),), Decimal("2.25"))
)


def test_every_offered_method_has_a_formula_weights_and_reads_into_the_engine():
    every = (WORTH, RANGE, LOG, SHARES, LOWEST, LIFE, RELATIVE, SUPER)
    for scoring in every:
        rules.check_scoring(scoring)
        rule, criteria = rules.engine_of(scoring)
        assert engine.score(scoring.method, rule, criteria, []).ranking == []
    assert {each.method for each in every} == set(Method)
    assert [each.is_stable for each in (RELATIVE, LOG, SUPER)] == [False, True, True]
    assert rules.formula(LOG) == "T = [Plan] + [Mensen] + 40 * (1 - log(P / Pmin) / log(1.5)); max(T)"
    assert rules.formula(RELATIVE) == "T = [Plan] + [Mensen] + 40 * Pmin / P; max(T)"
    assert rules.formula(SHARES) == "F = P / (1 + ([Plan] + [Mensen]) / 67.5); min(F)"
    assert rules.formula(SUPER) == "S = ([Plan] / 35 / 0.7)^(-1) + (P / 100000.00)^(1); min(S)"
    assert rules.formula(LOWEST) == "F = P; min(F)"
    assert rules.formula(LIFE) == "F = P + sum([Stroom] / (1 + 2.25 / 100)^j, j = 1..8); min(F)"
    assert rules.weights(LOG) == {"price": Decimal(40), "Plan": Decimal(35), "Mensen": Decimal(25)}
    assert rules.weights(SHARES) == {"Plan": Decimal(20), "Mensen": Decimal("12.5")}
    assert rules.weights(SUPER) == rules.weights(LOWEST) == {}


@pytest.mark.parametrize(
    ("scoring", "fault", "field"),
    [
        (replace(LIFE, life=None), CostsMissing, "costs"), (replace(LIFE, criteria=(PLAN,)), errors.PriceAloneHasCriteria, "criteria"),
        (replace(LIFE, reason="Prijs telt."), errors.PriceAloneUnexplained, "reason"),
        (replace(LOG, log_base=None), errors.LogBaseInvalid, "log_base"),
        (replace(LOG, log_base=Decimal(1)), errors.LogBaseInvalid, "log_base"),
        (replace(LOG, log_base=Decimal("1000.01")), errors.LogBaseInvalid, "log_base"),
        (replace(LOG, log_base=Decimal("1.005")), errors.LogBaseInvalid, "log_base"),
        (replace(LOG, price_points=Decimal(41)), errors.WeightsNotHundred, "price_points"),
        (replace(RELATIVE, price_points=None), errors.PricePointsMissing, "price_points"),
        (replace(RELATIVE, price_points=Decimal(39)), errors.WeightsNotHundred, "price_points"),
        (replace(SHARES, criteria=(PLAN,)), errors.ShareTooLarge, "criteria"),
        (
            replace(SHARES, criteria=tuple(replace(PLAN, name=n, max_points=Decimal(25), min_points=Decimal(0)) for n in "abcd")),
            errors.SharesTooMuch, "criteria",
        ),
        (replace(SUPER, criteria=(PLAN, PEOPLE)), errors.OneCriterionOnly, "criteria"),
        (replace(SUPER, criteria=(PEOPLE,)), errors.MinimumNeeded, "criteria"),
        (replace(SUPER, reference=None), errors.ReferenceMissing, "reference"),
        (replace(SUPER, reference=Money(0)), errors.ReferenceMissing, "reference"),
        (replace(SUPER, reference_quality=Decimal(101)), errors.ReferenceQualityInvalid, "reference_quality"),
        (replace(SUPER, exponent=Decimal(0)), errors.ExponentInvalid, "exponent"),
        (replace(SUPER, exponent=None), errors.ExponentInvalid, "exponent"),
        (replace(SUPER, exponent=Decimal(-11)), errors.ExponentInvalid, "exponent"),
        (replace(LOWEST, criteria=(PLAN,)), errors.PriceAloneHasCriteria, "criteria"),
        (replace(LOWEST, tie_break="quality"), errors.PriceAloneTies, "tie_break"),
        (replace(LOWEST, reason="Prijs telt."), errors.PriceAloneUnexplained, "reason"),
        (replace(LOWEST, reason="prijs " * 20), errors.PriceAloneUnexplained, "reason"),
    ],
)  # fmt: skip
def test_parameters_that_a_method_cannot_use_are_refused_at_their_field(scoring, fault, field):
    with pytest.raises(fault) as found:
        rules.check_scoring(scoring)
    assert found.value.field == field


def test_a_reason_that_fits_any_purchase_is_named():
    assert rules.stock_phrases("Gezien de AARD van de opdracht is de prijs doorslaggevend.") == [
        "aard van de opdracht"
    ]
    assert rules.stock_phrases(WHY) == []


def test_a_lot_takes_its_share_of_the_ordinary_price():
    half = by_share(SUPER, Money.of("25000"), Money.of("50000"))
    assert (half.reference, half.exponent, half.reference_quality) == (Money.of("50000"), -1, 70)
    assert by_share(LOG, Money.of("1"), Money.of("3")).log_base == Decimal("1.5")
