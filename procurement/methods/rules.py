"""How the bids of a lot are ranked: what a buyer chooses, and what it must be before it is published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from cwb.kernel.text import search_key
from procurement.lifecycle import rules as lifecycle
from procurement.lifecycle.rules import LifeCycle
from procurement.methods import errors
from procurement.scoring.rules import PRICE_ALONE, RANK_STABLE, Criterion, Method, PriceRule

SUMMED = frozenset({Method.FIXED_PRICE_RANGE, Method.LOG_PRICE, Method.RELATIVE_PRICE})
"""Price and quality get points, together 100."""

FRACTIONS = frozenset({Method.VALUE_AWARD, Method.SUPERFORMULE})
"""A score counts as the fraction points / maximum."""

AGAINST_LOWEST = frozenset({Method.LOG_PRICE, Method.RELATIVE_PRICE})
"""The price is measured against the lowest one received."""

EXPERIMENTAL = frozenset({Method.SUPERFORMULE})
"""Adding its two parts is inference, not published practice (domain/procurement.md section 6)."""

MOST_SHARE, MOST_BASE, MOST_EXPONENT = Decimal(30), Decimal(1000), Decimal(10)
"""Most percent of a `meat_coefficient` criterion (ProZorro); largest base of a logarithm; largest exponent."""

LEAST_REASON, LEAST_WORDS = 40, 6
"""Least characters and different words of the reason for price alone (a rule of the house)."""

STOCK_PHRASES = (
    "aard van de opdracht", "alleen de prijs telt", "altijd zo", "budget", "eenvoudige opdracht", "gebruikelijk",
    "geen meerwaarde", "goedkoop", "kwaliteit is niet van belang", "prijs is belangrijk", "prijs is doorslaggevend",
    "standaard product", "standaardproduct", "voldoet aan de eisen",
)  # fmt: skip
"""Words that say nothing about this purchase (settings of the house, unverified): a warning, never a refusal."""


@dataclass(frozen=True, slots=True)
class QualityCriterion:
    """What quality is judged on. `value` (euro) only with `value_award`; points with at most two decimals."""

    name: str
    description: str
    max_points: Decimal
    min_points: Decimal = Decimal(0)
    value: Money | None = None


@dataclass(frozen=True, slots=True)
class Scoring:
    """How bids are ranked; the method says which parameters it takes, the others are None.

    `price_points`: points methods. `price_min`, `price_max`: `fixed_price_range`. `log_base` above 1: `log_price`.
    `reference`, `reference_quality` (percent of full quality) and `exponent` (not 0): `superformule`.
    `reason`: why price or costs alone decide, public, with `PRICE_ALONE`; `life` with `life_cycle_cost`.
    """

    method: Method
    criteria: tuple[QualityCriterion, ...]
    price_points: Decimal | None = None
    price_min: Money | None = None
    price_max: Money | None = None
    tie_break: str = "quality"
    log_base: Decimal | None = None
    reference: Money | None = None
    reference_quality: Decimal | None = None
    exponent: Decimal | None = None
    reason: str = ""
    life: LifeCycle | None = None

    @property
    def worth(self) -> Money:
        """What full quality is worth in euro, with `value_award`."""
        return sum((each.value for each in self.criteria if each.value is not None), Money(0))

    @property
    def in_euro(self) -> bool:
        """Whether it names amounts, which the buyer chose beside the value it estimated."""
        return any((self.worth, self.price_min, self.price_max, self.reference))

    @property
    def is_stable(self) -> bool:
        """Whether a losing bid can never change the winner."""
        return RANK_STABLE[self.method]


class KeptCriterion(Protocol):
    """A stored criterion, as far as scoring reads it."""

    kind: str
    name: str
    description: str
    max_points: Decimal | None
    min_points: Decimal | None
    value_minor: int | None


class KeptMethod(Protocol):
    """A stored tender, as far as scoring reads it."""

    method: str | None
    tie_break: str | None
    price_only_reason: str
    life_cycle: dict[str, Any] | None


class KeptLot(Protocol):
    """A stored lot, as far as scoring reads it."""

    price_min_minor: int | None
    price_max_minor: int | None
    log_base: Decimal | None
    reference_minor: int | None
    reference_quality: Decimal | None
    exponent: Decimal | None

    @property
    def criteria(self) -> Sequence[KeptCriterion]:
        """Its criteria, price included."""


def scoring_of(tender: KeptMethod, lot: KeptLot) -> Scoring:
    """The scoring of one lot: the tender's method and tie-break, the lot's bounds and criteria."""
    price = next((each for each in lot.criteria if each.kind == "price"), None)
    return Scoring(
        method=Method(tender.method or Method.VALUE_AWARD),
        criteria=tuple(
            QualityCriterion(
                each.name, each.description, each.max_points or Decimal(0), each.min_points or Decimal(0),
                None if each.value_minor is None else Money(each.value_minor),
            )
            for each in lot.criteria if each.kind == "quality"
        ),
        price_points=price.max_points if price else None,
        price_min=None if lot.price_min_minor is None else Money(lot.price_min_minor),
        price_max=None if lot.price_max_minor is None else Money(lot.price_max_minor),
        tie_break=tender.tie_break or "quality",
        log_base=lot.log_base, exponent=lot.exponent, reference_quality=lot.reference_quality,
        reference=None if lot.reference_minor is None else Money(lot.reference_minor),
        reason=tender.price_only_reason, life=lifecycle.life_cycle_of(tender.life_cycle),
    )  # fmt: skip


def check_scoring(scoring: Scoring) -> None:
    """Refuse a scoring that cannot rank, or whose weights do not sum to 100.

    With `value_award` the weights are the euro values: each has its share of 100 by construction.

    Raises:
        RuleBroken: one of `procurement.methods.errors`, at the field of the method form.
    """
    if scoring.method in PRICE_ALONE:
        _check_price_alone(scoring)
        return
    if not scoring.criteria:
        raise errors.CriterionMissing(field="criteria")
    seen = set()
    for each in scoring.criteria:
        _check_criterion(each, scoring.method)
        key = search_key(each.name)
        if key in seen:
            raise errors.CriterionTwice(field="criteria", name=each.name)
        seen.add(key)
    for check in _CHECKS[scoring.method]:
        check(scoring)


def _check_within(value: Decimal | None, above: Decimal, most: Decimal, fault: RuleBroken) -> None:
    """Above the one, at most the other, in hundredths."""
    if value is None or not above < value <= most or value != value.quantize(Decimal("0.01")):
        raise fault


def _check_price_alone(scoring: Scoring) -> None:
    if scoring.criteria:
        raise errors.PriceAloneHasCriteria(field="criteria")
    if scoring.tie_break != "lot":
        raise errors.PriceAloneTies(field="tie_break")
    if (
        len(scoring.reason.strip()) < LEAST_REASON
        or len(set(search_key(scoring.reason).split())) < LEAST_WORDS
    ):
        raise errors.PriceAloneUnexplained(field="reason", least=LEAST_REASON)
    if scoring.method is Method.LIFE_CYCLE_COST:
        lifecycle.check_life_cycle(scoring.life)


def _check_points(scoring: Scoring) -> None:
    if scoring.price_points is None or scoring.price_points <= 0:
        raise errors.PricePointsMissing(field="price_points")
    whole = scoring.price_points + sum((each.max_points for each in scoring.criteria), Decimal(0))
    if whole != 100:
        raise errors.WeightsNotHundred(field="price_points", sum=f"{whole:f}")


def _check_bounds(scoring: Scoring) -> None:
    if scoring.price_min is None or scoring.price_max is None or not scoring.price_min < scoring.price_max:
        raise errors.PriceBoundsInvalid(field="price_max")
    if scoring.price_min.minor < 0:
        raise errors.PriceBoundsInvalid(field="price_min")


def _check_shares(scoring: Scoring) -> None:
    for each in scoring.criteria:
        if each.max_points > MOST_SHARE:
            raise errors.ShareTooLarge(field="criteria", name=each.name, most=f"{MOST_SHARE:f}")
    whole = sum((each.max_points for each in scoring.criteria), Decimal(0))
    if whole >= 100:
        raise errors.SharesTooMuch(field="criteria", sum=f"{whole:f}")


def _check_base(scoring: Scoring) -> None:
    _check_within(scoring.log_base, Decimal(1), MOST_BASE, errors.LogBaseInvalid(field="log_base"))


def _check_reference(scoring: Scoring) -> None:
    if len(scoring.criteria) != 1:
        raise errors.OneCriterionOnly(field="criteria")
    if scoring.criteria[0].min_points <= 0:
        raise errors.MinimumNeeded(field="criteria", name=scoring.criteria[0].name)
    if scoring.reference is None or scoring.reference.minor <= 0:
        raise errors.ReferenceMissing(field="reference")
    percent = errors.ReferenceQualityInvalid(field="reference_quality")
    _check_within(scoring.reference_quality, Decimal(0), Decimal(100), percent)
    wrong = errors.ExponentInvalid(field="exponent", most=f"{MOST_EXPONENT:f}")
    _check_within(abs(scoring.exponent or Decimal(0)), Decimal(0), MOST_EXPONENT, wrong)


_CHECKS: dict[Method, tuple[Callable[[Scoring], None], ...]] = {
    Method.VALUE_AWARD: (),
    Method.FIXED_PRICE_RANGE: (_check_points, _check_bounds),
    Method.LOG_PRICE: (_check_points, _check_base),
    Method.RELATIVE_PRICE: (_check_points,),
    Method.MEAT_COEFFICIENT: (_check_shares,),
    Method.SUPERFORMULE: (_check_reference,),
}


def _check_criterion(each: QualityCriterion, method: Method) -> None:
    if not each.name.strip() or each.max_points <= 0:
        raise errors.CriterionIncomplete(field="criteria")
    if not 0 <= each.min_points <= each.max_points:
        raise errors.MinimumAboveMaximum(field="criteria", name=each.name)
    if method is Method.VALUE_AWARD and (each.value is None or each.value.minor <= 0):
        raise errors.CriterionValueMissing(field="criteria", name=each.name)


def stock_phrases(reason: str) -> list[str]:
    """Phrases in a reason that would fit any purchase; a short reason around one is no reason."""
    text = search_key(reason)
    return [each for each in STOCK_PHRASES if search_key(each) in text]


def weights(scoring: Scoring) -> dict[str, Decimal]:
    """The share of each criterion in percent, exact; with points, price included, or euro they sum to 100.

    The price is "price". `meat_coefficient`: by how much each counts at most; with one or no criterion: nothing.
    """
    if scoring.method in PRICE_ALONE | {Method.SUPERFORMULE}:
        return {}
    points = {each.name: each.max_points for each in scoring.criteria}
    if scoring.method in SUMMED:
        return {"price": scoring.price_points or Decimal(0), **points}
    if scoring.method is Method.MEAT_COEFFICIENT:
        return points
    values = [each.value.minor if each.value else 0 for each in scoring.criteria]
    parts = Money(10_000).allocate(values)
    return {each.name: part.decimal() for each, part in zip(scoring.criteria, parts, strict=True)}


def _figure(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def formula(scoring: Scoring) -> str:
    """The formula that is frozen at publishing, exact and without words that need translating.

    P is a bid's price, Pmin the lowest price of the bids that are in, [name] the points of a criterion.
    """
    return _FORMULAS[scoring.method](scoring)


def _names(scoring: Scoring) -> str:
    return " + ".join(f"[{each.name}]" for each in scoring.criteria)


def _value_formula(scoring: Scoring) -> str:
    terms = " - ".join(
        f"[{each.name}] / {_figure(each.max_points)} * {each.value.plain() if each.value else 0}"
        for each in scoring.criteria
    )
    return f"F = P - {terms}; min(F)"


def _range_formula(scoring: Scoring) -> str:
    low, high, most = scoring.price_min, scoring.price_max, _figure(scoring.price_points)
    if low is None or high is None or not most:
        raise errors.PriceBoundsInvalid(field="price_max")
    return (
        f"T = {_names(scoring)} + {most} * ({high.plain()} - P) / {(high - low).plain()}; "
        f"P < {low.plain()}: {most}; P > {high.plain()}: 0, uit; max(T)"
    )


def _relative_formula(scoring: Scoring) -> str:
    return f"T = {_names(scoring)} + {_figure(scoring.price_points)} * Pmin / P; max(T)"


def _log_formula(scoring: Scoring) -> str:
    steps = f"log(P / Pmin) / log({_figure(scoring.log_base)})"
    return f"T = {_names(scoring)} + {_figure(scoring.price_points)} * (1 - {steps}); max(T)"


def _coefficient_formula(scoring: Scoring) -> str:
    room = 100 - sum((each.max_points for each in scoring.criteria), Decimal(0))
    return f"F = P / (1 + ({_names(scoring)}) / {_figure(room)}); min(F)"


def _superformula(scoring: Scoring) -> str:
    if scoring.reference is None or scoring.exponent is None or scoring.reference_quality is None:
        raise errors.ReferenceMissing(field="reference")
    each = scoring.criteria[0]
    quality = f"([{each.name}] / {_figure(each.max_points)} / {_figure(scoring.reference_quality / 100)})"
    price, best = f"(P / {scoring.reference.plain()})", "max" if scoring.exponent > 0 else "min"
    power, turned = _figure(scoring.exponent), _figure(-scoring.exponent)
    return f"S = {quality}^({power}) + {price}^({turned}); {best}(S)"


def _life_formula(scoring: Scoring) -> str:
    return lifecycle.formula(lifecycle.check_life_cycle(scoring.life))


_FORMULAS: dict[Method, Callable[[Scoring], str]] = {
    Method.VALUE_AWARD: _value_formula,
    Method.FIXED_PRICE_RANGE: _range_formula,
    Method.LOG_PRICE: _log_formula,
    Method.RELATIVE_PRICE: _relative_formula,
    Method.MEAT_COEFFICIENT: _coefficient_formula,
    Method.SUPERFORMULE: _superformula,
    Method.LOWEST_PRICE: lambda _: "F = P; min(F)",
    Method.LIFE_CYCLE_COST: _life_formula,
}


def unit(method: Method, maximum: Decimal) -> Decimal:
    """By what the points of a criterion are divided before they count: its maximum, a hundred, or one."""
    if method in FRACTIONS:
        return maximum
    return Decimal(100) if method is Method.MEAT_COEFFICIENT else Decimal(1)


def engine_of(scoring: Scoring) -> tuple[PriceRule, list[Criterion]]:
    """The scoring as the engine reads it; criteria are q1, q2 … as they are stored."""
    criteria = []
    for place, each in enumerate(scoring.criteria, start=1):
        by = Fraction(unit(scoring.method, each.max_points))
        worth = None if each.value is None else Fraction(each.value.decimal())
        criteria.append(
            Criterion(f"q{place}", Fraction(each.max_points) / by, Fraction(each.min_points) / by, worth)
        )
    percent = scoring.reference_quality
    rule = PriceRule(
        max_points=_exact(scoring.price_points), minimum=_euro(scoring.price_min), maximum=_euro(scoring.price_max),
        log_base=_exact(scoring.log_base), reference=_euro(scoring.reference), exponent=_exact(scoring.exponent),
        reference_quality=None if percent is None else Fraction(percent) / 100,
        discount_rate=None if scoring.life is None else Fraction(scoring.life.percent) / 100,
    )  # fmt: skip
    return rule, criteria


def _exact(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _euro(amount: Money | None) -> Fraction | None:
    return None if amount is None else Fraction(amount.decimal())
