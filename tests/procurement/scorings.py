"""One way of ranking per method a tender offers, for tests."""

from dataclasses import replace
from decimal import Decimal

from cwb.kernel.money import Money
from procurement.lifecycle.rules import Cost, Kind, LifeCycle
from procurement.methods.rules import QualityCriterion, Scoring
from procurement.scoring.rules import Method

PLAN = QualityCriterion("Plan van aanpak", "Hoe?", Decimal(40), Decimal(8))
SOCIAL = QualityCriterion("Werk voor de buurt", "Hoe?", Decimal(20))
WHY = "Het gaat om zout van één norm; elk merk strooit en smelt precies gelijk."
SCORINGS = {
    "relative_price": Scoring(Method.RELATIVE_PRICE, (PLAN, SOCIAL), Decimal(40)),
    "log_price": Scoring(Method.LOG_PRICE, (PLAN, SOCIAL), Decimal(40), log_base=Decimal(2)),
    "fixed_price_range": Scoring(
        Method.FIXED_PRICE_RANGE, (PLAN, SOCIAL), Decimal(40), Money.of("40000"), Money.of("60000")
    ),
    "meat_coefficient": Scoring(
        Method.MEAT_COEFFICIENT,
        (replace(PLAN, max_points=Decimal("22.5")), replace(SOCIAL, max_points=Decimal(10))),
    ),
    "superformule": Scoring(
        Method.SUPERFORMULE, (PLAN,), reference=Money.of("48000"), reference_quality=Decimal(70),
        exponent=Decimal(-2), tie_break="quality",
    ),
    "lowest_price": Scoring(Method.LOWEST_PRICE, (), tie_break="lot", reason=WHY),
    "life_cycle_cost": Scoring(
        Method.LIFE_CYCLE_COST, (), tie_break="lot", reason=WHY,
        life=LifeCycle((Cost("Stroom", Kind.USE, 1, 8), Cost("Ophalen", Kind.END, 8, 8)), Decimal("2.25")),
    ),
}  # fmt: skip
