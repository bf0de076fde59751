"""How the bids of a lot are ranked: what a buyer chooses, and what it must be before it is published."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Protocol

from cwb.kernel.money import Money
from cwb.kernel.text import search_key
from procurement.methods import errors


class Method(StrEnum):
    """How bids are ranked. Both are absolute: a losing bid never changes the winner (domain/procurement.md §6)."""

    VALUE_AWARD = "value_award"
    FIXED_PRICE_RANGE = "fixed_price_range"


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
    """How bids are ranked. `price_points` and the bounds only with `fixed_price_range`."""

    method: Method
    criteria: tuple[QualityCriterion, ...]
    price_points: Decimal | None = None
    price_min: Money | None = None
    price_max: Money | None = None
    tie_break: str = "quality"


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


class KeptLot(Protocol):
    """A stored lot, as far as scoring reads it."""

    price_min_minor: int | None
    price_max_minor: int | None

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
    )  # fmt: skip


def by_share(scoring: Scoring, value: Money, whole: Money) -> Scoring:
    """The scoring of a lot of `whole` for one of `value`: amounts by that share, to whole euro, points as they are."""
    if value == whole:
        return scoring

    def part(amount: Money | None) -> Money | None:
        if amount is None:
            return None
        return Money.of(
            amount.times(Decimal(value.minor) / whole.minor).decimal().quantize(Decimal(1), ROUND_HALF_UP)
        )

    low, high = part(scoring.price_min), part(scoring.price_max)
    if low is not None and high is not None and not low < high:
        high = low + Money(100)
    least = Money(100)
    criteria = tuple(
        replace(each, value=None if each.value is None else max(part(each.value) or least, least, key=_minor))
        for each in scoring.criteria
    )
    return replace(scoring, criteria=criteria, price_min=low, price_max=high)


def _minor(amount: Money) -> int:
    return amount.minor


def check_scoring(scoring: Scoring) -> None:
    """Refuse a scoring that cannot rank, or whose weights do not sum to 100.

    With `value_award` the weights are the euro values: each has its share of 100 by construction.

    Raises:
        RuleBroken: one of `procurement.tenders.errors`, at the field of the method form.
    """
    if not scoring.criteria:
        raise errors.CriterionMissing(field="criteria")
    seen = set()
    for each in scoring.criteria:
        _check_criterion(each, scoring.method)
        key = search_key(each.name)
        if key in seen:
            raise errors.CriterionTwice(field="criteria", name=each.name)
        seen.add(key)
    if scoring.method is Method.FIXED_PRICE_RANGE:
        if scoring.price_points is None or scoring.price_points <= 0:
            raise errors.PricePointsMissing(field="price_points")
        if (
            scoring.price_min is None
            or scoring.price_max is None
            or not scoring.price_min < scoring.price_max
        ):
            raise errors.PriceBoundsInvalid(field="price_max")
        if scoring.price_min.minor < 0:
            raise errors.PriceBoundsInvalid(field="price_min")
        whole = scoring.price_points + sum((each.max_points for each in scoring.criteria), Decimal(0))
        if whole != 100:
            raise errors.WeightsNotHundred(field="price_points", sum=f"{whole:f}")


def _check_criterion(each: QualityCriterion, method: Method) -> None:
    if not each.name.strip() or each.max_points <= 0:
        raise errors.CriterionIncomplete(field="criteria")
    if not 0 <= each.min_points <= each.max_points:
        raise errors.MinimumAboveMaximum(field="criteria", name=each.name)
    if method is Method.VALUE_AWARD and (each.value is None or each.value.minor <= 0):
        raise errors.CriterionValueMissing(field="criteria", name=each.name)


def weights(scoring: Scoring) -> dict[str, Decimal]:
    """The share of each criterion in percent, exact; they sum to 100. The price of `fixed_price_range` is "price"."""
    if scoring.method is Method.FIXED_PRICE_RANGE:
        return {
            "price": scoring.price_points or Decimal(0),
            **{each.name: each.max_points for each in scoring.criteria},
        }
    values = [each.value.minor if each.value else 0 for each in scoring.criteria]
    parts = Money(10_000).allocate(values)
    return {each.name: part.decimal() for each, part in zip(scoring.criteria, parts, strict=True)}


def formula(scoring: Scoring) -> str:
    """The formula that is frozen at publishing, exact and without words that need translating."""
    if scoring.method is Method.VALUE_AWARD:
        terms = " - ".join(
            f"[{each.name}] / {each.max_points.normalize():f} * {each.value.plain() if each.value else 0}"
            for each in scoring.criteria
        )
        return f"F = P - {terms}; min(F)"
    low, high, most = scoring.price_min, scoring.price_max, scoring.price_points
    if low is None or high is None or most is None:
        raise errors.PriceBoundsInvalid(field="price_max")
    span = (high - low).plain()
    terms = " + ".join(f"[{each.name}]" for each in scoring.criteria)
    points = f"{most.normalize():f}"
    return (
        f"T = {terms} + {points} * ({high.plain()} - P) / {span}; "
        f"P < {low.plain()}: {points}; P > {high.plain()}: 0, uit; max(T)"
    )
