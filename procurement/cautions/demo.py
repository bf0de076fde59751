"""The demo's ways of ranking, and the confirmation of the relative one."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from cwb.kernel.money import Money
from procurement.cautions import queries, rules, services
from procurement.lifecycle.rules import Cost, Kind, LifeCycle
from procurement.methods.rules import QualityCriterion, Scoring
from procurement.scoring.rules import Method
from procurement.tenders.demo import Plot

PLAN, HOW = "Plan van aanpak", "Hoe u het werk doet."

POINTS = (
    QualityCriterion(PLAN, HOW, Decimal(35), Decimal(15)),
    QualityCriterion("Goed werkgeverschap", "Hoe u met uw mensen omgaat.", Decimal(25), Decimal(0)),
)

PERCENTS = (
    QualityCriterion(PLAN, HOW, Decimal(20), Decimal(4)),
    QualityCriterion("Zorg voor vogels en dieren", "Hoe u nesten spaart.", Decimal(10), Decimal(0)),
)


def scoring(plot: Plot) -> Scoring:
    """How the tender of a plot ranks; amounts follow from the value of lot 1, in whole euro."""
    value = plot.facts["lots"][0]["value"] if "lots" in plot.facts else plot.facts["value"]
    method = Method(plot.facts["method"])
    if method is Method.VALUE_AWARD:
        share, most = Money(value * 6), Decimal(10)
        plan = QualityCriterion(PLAN, HOW, most, Decimal(4), share)
        people = QualityCriterion("Mensen uit de buurt", "Hoe u mensen opleidt.", most, Decimal(0), share)
        return Scoring(method, (plan, people))
    if method is Method.LOWEST_PRICE:
        return Scoring(method, (), tie_break="lot", reason=plot.facts["price_only_reason"])
    if method is Method.LIFE_CYCLE_COST:
        costs = tuple(
            Cost(each["name"], Kind(each["kind"]), each["first"], each["last"])
            for each in plot.facts["costs"]
        )
        life = LifeCycle(costs, Decimal("2.25"))
        return Scoring(method, (), tie_break="lot", reason=plot.facts["price_only_reason"], life=life)
    if method is Method.MEAT_COEFFICIENT:
        return Scoring(method, PERCENTS)
    points = Decimal(40)
    if method is Method.FIXED_PRICE_RANGE:
        return Scoring(method, POINTS, points, Money(value * 80), Money(value * 110))
    return Scoring(method, POINTS, points, log_base=Decimal(2) if method is Method.LOG_PRICE else None)


def confirm(plot: Plot, session: Session, at: datetime) -> None:
    """The buyer saw the test of a relative method and confirms it."""
    tender = plot.tender(session)
    found = queries.scorings(tender)
    if rules.is_needed(found):
        services.confirm_method(
            session, tender=tender, digest=rules.digest_of(found), seed=1, is_understood=True,
            user_id=plot.person("purchaser1"), at=at,
        )  # fmt: skip
