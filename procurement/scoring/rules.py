"""Scoring, exact. Fractions throughout; logarithms and roots with fifty digits; rounding once, when printed.

Knock-outs come first; the best price is taken over the rest. Sources: Dutch e-tendering practice, ProZorro (MEAT).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from cwb.kernel.exact import EXACT, Number, compared, decimal_of, power, shown
from cwb.kernel.exact import total as total_of
from procurement.scoring.errors import ScoreRefused


class Method(StrEnum):
    """How bids are compared. The names are part of the command line's contract."""

    RELATIVE_PRICE = "relative_price"
    FIXED_PRICE_RANGE = "fixed_price_range"
    VALUE_AWARD = "value_award"
    LOG_PRICE = "log_price"
    SUPERFORMULE = "superformule"
    MEAT_COEFFICIENT = "meat_coefficient"
    LOWEST_PRICE = "lowest_price"
    LIFE_CYCLE_COST = "life_cycle_cost"


FORMULA = {
    Method.RELATIVE_PRICE: "sum(points) + max_points * lowest price / price; highest wins",
    Method.FIXED_PRICE_RANGE: "sum(points) + max_points * (max - price) / (max - min), at most max_points; "
    "a price above max is out; highest wins",
    Method.VALUE_AWARD: "price - sum(fraction * value); lowest wins",
    Method.LOG_PRICE: "sum(points) + max_points * (1 - log(price / lowest price) / log(log_base)); "
    "highest wins",
    Method.SUPERFORMULE: "(quality / reference_quality)^n + (price / reference)^-n; "
    "n > 0: highest wins, n < 0: lowest wins",
    Method.MEAT_COEFFICIENT: "price / (1 + sum(shares) / (1 - sum(maxima))); lowest wins",
    Method.LOWEST_PRICE: "price; lowest wins",
    Method.LIFE_CYCLE_COST: "sum(amount / (1 + discount_rate)^(days since the first cost / 365)), "
    "the price being one of the costs; lowest wins",
}
"""Each formula in one line, as it is printed with every result."""

RANK_STABLE = {method: method is not Method.RELATIVE_PRICE for method in Method}
"""Whether adding or removing a losing bid can never change the winner."""

PRICE_ALONE = frozenset({Method.LOWEST_PRICE, Method.LIFE_CYCLE_COST})
_LOWEST_WINS = PRICE_ALONE | {Method.VALUE_AWARD, Method.MEAT_COEFFICIENT}

MOST_MEAT_SHARE = Fraction(3, 10)


@dataclass(frozen=True, slots=True)
class PriceRule:
    """Parameters of the price part; the method says which are needed.

    `minimum`, `maximum`, `reference` in euro; `reference_quality` a fraction; `discount_rate` a year, counted from
    `discount_from` (absent: from the first cost of all bids). `lowest`: the lowest price received, where not all
    bids are there to find it (a bidder recomputes its own total).
    """

    max_points: Fraction | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    log_base: Fraction | None = None
    reference: Fraction | None = None
    reference_quality: Fraction | None = None
    exponent: Fraction | None = None
    discount_rate: Fraction | None = None
    discount_from: date | None = None
    lowest: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A quality criterion. `value`: euro for full quality; below `min_points` a bid is out."""

    id: str
    max_points: Fraction | None = None
    min_points: Fraction | None = None
    value: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid as the formula sees it. `costs` are (day, amount) for life-cycle cost."""

    id: str
    price: Fraction | None
    scores: Mapping[str, Fraction] = field(default_factory=dict)
    costs: Sequence[tuple[date, Fraction]] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """A bid's outcome. `rank` and `total` are None when it was knocked out, for the reason named."""

    id: str
    rank: int | None
    total: Number | None
    price_points: Number | None
    criteria_points: Mapping[str, Fraction]
    knocked_out: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All bids by rank, knocked-out ones last. A shared first place has no winner."""

    method: Method
    ranking: Sequence[Scored]
    winner: str | None
    tie: bool


@dataclass(frozen=True, slots=True)
class _Field:
    """What the formulas look at: the rule, the criteria, the lowest price and the first cost of the bids still in."""

    price: PriceRule
    criteria: Sequence[Criterion]
    best_price: Fraction
    first_cost: date


_Parts = tuple[Number, Number | None, dict[str, Fraction]]
"""Total, price points, points per criterion."""


def score(
    method: Method, price: PriceRule, criteria: Sequence[Criterion], offers: Sequence[Offer]
) -> Outcome:
    """Rank bids.

    Raises:
        ScoreRefused: a parameter is missing or impossible, a price is not positive, a score lies outside its
            range or is missing, two bids or criteria share an id.
    """
    _check(method, price, criteria, offers)
    out = {offer.id: reason for offer in offers if (reason := _knocked_out(method, price, criteria, offer))}
    left = [offer for offer in offers if offer.id not in out]
    found = _totals(method, price, criteria, left)
    sign = 1 if lowest_wins(method, price) else -1
    order = sorted(found, key=lambda each: (sign * compared(found[each][0]), each))
    ranking: list[Scored] = []
    for place, each in enumerate(order, 1):
        total, price_points, points = found[each]
        same = (
            bool(ranking) and ranking[-1].total is not None and compared(ranking[-1].total) == compared(total)
        )
        rank = ranking[-1].rank if same else place
        ranking.append(Scored(each, rank, total, price_points, points, None))
    first = [each.id for each in ranking if each.rank == 1]
    ranking += [Scored(each, None, None, None, {}, out[each]) for each in sorted(out)]
    return Outcome(method, ranking, first[0] if len(first) == 1 else None, len(first) > 1)


def lowest_wins(method: Method, price: PriceRule) -> bool:
    """Whether the lowest total wins."""
    turned = method is Method.SUPERFORMULE and price.exponent is not None and price.exponent < 0
    return turned or method in _LOWEST_WINS


def _totals(
    method: Method, price: PriceRule, criteria: Sequence[Criterion], offers: Sequence[Offer]
) -> dict[str, "_Parts"]:
    prices = [offer.price for offer in offers if offer.price is not None]
    days = [day for offer in offers for day, _ in offer.costs]
    first = price.discount_from or min(days, default=date.min)
    best = min(prices, default=Fraction(0))
    if price.lowest is not None and prices and not 0 < price.lowest <= best:
        raise ScoreRefused(where="price.lowest", fault="must be above 0 and not above a price that is in")
    field_ = _Field(price, criteria, price.lowest or best, first)
    formula = _FORMULAS[method]
    try:
        found = {offer.id: formula(field_, offer) for offer in offers}
        for total, price_points, _ in found.values():
            shown(total), shown(price_points), compared(total)
    except (ArithmeticError, OverflowError):
        raise ScoreRefused(
            where=method.value, fault="the result is too large or too small to compute"
        ) from None
    return found


def _price(offer: Offer) -> Fraction:
    if offer.price is None:
        raise ScoreRefused(where=offer.id, fault="price is missing")
    return offer.price


def _need(value: Fraction | None, name: str) -> Fraction:
    if value is None:
        raise ScoreRefused(where=name, fault="needed by this method")
    return value


def _points(field_: _Field, offer: Offer) -> dict[str, Fraction]:
    return {each.id: offer.scores[each.id] for each in field_.criteria}


def _relative_price(field_: _Field, offer: Offer) -> _Parts:
    points = _points(field_, offer)
    price = _need(field_.price.max_points, "price.max_points") * field_.best_price / _price(offer)
    return price + sum(points.values()), price, points


def _fixed_price_range(field_: _Field, offer: Offer) -> _Parts:
    low, high = _need(field_.price.minimum, "price.min"), _need(field_.price.maximum, "price.max")
    share = (high - max(_price(offer), low)) / (high - low)
    points = _points(field_, offer)
    price = _need(field_.price.max_points, "price.max_points") * share
    return price + sum(points.values()), price, points


def _value_award(field_: _Field, offer: Offer) -> _Parts:
    points = {
        each.id: offer.scores[each.id] * _need(each.value, f"{each.id}.value") for each in field_.criteria
    }
    return _price(offer) - sum(points.values()), None, points


def _log_price(field_: _Field, offer: Offer) -> _Parts:
    points = _points(field_, offer)
    weight = decimal_of(_need(field_.price.max_points, "price.max_points"))
    ratio = decimal_of(_price(offer) / field_.best_price).ln(EXACT)
    steps = EXACT.divide(ratio, decimal_of(_need(field_.price.log_base, "price.log_base")).ln(EXACT))
    price = EXACT.multiply(weight, EXACT.subtract(Decimal(1), steps))
    return EXACT.add(price, decimal_of(sum(points.values(), Fraction(0)))), price, points


def _superformule(field_: _Field, offer: Offer) -> _Parts:
    exponent = _exponent(field_.price)
    quality = offer.scores[field_.criteria[0].id] / _need(field_.price.reference_quality, "reference_quality")
    ratio = _price(offer) / _need(field_.price.reference, "price.reference")
    quality_part, price_part = power(quality, exponent), power(ratio, -exponent)
    return total_of(quality_part, price_part), price_part, {field_.criteria[0].id: Fraction(quality_part)}


def _meat_coefficient(field_: _Field, offer: Offer) -> _Parts:
    points = _points(field_, offer)
    room = 1 - sum((_need(each.max_points, f"{each.id}.max_points") for each in field_.criteria), Fraction(0))
    return _price(offer) / (1 + sum(points.values(), Fraction(0)) / room), None, points


def _life_cycle_cost(field_: _Field, offer: Offer) -> _Parts:
    rate = field_.price.discount_rate or Fraction(0)
    if not rate:
        return sum((amount for _, amount in offer.costs), Fraction(0)), None, {}
    total = Decimal(0)
    for day, amount in offer.costs:
        factor = _discount(rate, (day - field_.first_cost).days)
        total = EXACT.add(total, EXACT.divide(decimal_of(amount), factor))
    return total, None, {}


@lru_cache(maxsize=4096)
def _discount(rate: Fraction, days: int) -> Decimal:
    """What an amount so many days after the first is divided by; bids mostly cost on the same days."""
    return EXACT.power(decimal_of(1 + rate), decimal_of(Fraction(days, 365)))


_FORMULAS: dict[Method, Callable[[_Field, Offer], _Parts]] = {
    Method.RELATIVE_PRICE: _relative_price,
    Method.FIXED_PRICE_RANGE: _fixed_price_range,
    Method.VALUE_AWARD: _value_award,
    Method.LOG_PRICE: _log_price,
    Method.SUPERFORMULE: _superformule,
    Method.MEAT_COEFFICIENT: _meat_coefficient,
    Method.LOWEST_PRICE: lambda _, offer: (_price(offer), None, {}),
    Method.LIFE_CYCLE_COST: _life_cycle_cost,
}


def _exponent(price: PriceRule) -> Fraction:
    exponent = _need(price.exponent, "price.exponent")
    if not exponent:
        raise ScoreRefused(where="price.exponent", fault="must not be 0")
    return exponent


def _check(method: Method, price: PriceRule, criteria: Sequence[Criterion], offers: Sequence[Offer]) -> None:
    for kind, ids in (("criteria", [c.id for c in criteria]), ("bids", [o.id for o in offers])):
        if twice := [each for each, often in Counter(ids).items() if often > 1]:
            raise ScoreRefused(where=kind, fault=f"the id {twice[0]} occurs twice")
    _CHECKS.get(method, _check_points)(price, criteria)
    scored = method not in PRICE_ALONE
    for offer in offers:
        _check_offer(method, offer)
        if scored:
            _check_scores(method, criteria, offer)


def _check_offer(method: Method, offer: Offer) -> None:
    if method is Method.LIFE_CYCLE_COST:
        if not offer.costs:
            raise ScoreRefused(where=offer.id, fault="costs are missing")
        return
    if _price(offer) <= 0:
        raise ScoreRefused(where=offer.id, fault="the price must be above 0")


def _check_scores(method: Method, criteria: Sequence[Criterion], offer: Offer) -> None:
    known = {each.id for each in criteria}
    if unknown := sorted(set(offer.scores) - known):
        raise ScoreRefused(where=offer.id, fault=f"a score for the unknown criterion {unknown[0]}")
    for each in criteria:
        if each.id not in offer.scores:
            raise ScoreRefused(where=offer.id, fault=f"no score for {each.id}")
        fraction = method in {Method.VALUE_AWARD, Method.SUPERFORMULE}
        highest = Fraction(1) if fraction else _need(each.max_points, f"{each.id}.max_points")
        if not 0 <= offer.scores[each.id] <= highest:
            raise ScoreRefused(
                where=offer.id, fault=f"the score for {each.id} lies outside 0 to {shown(highest)}"
            )
        if method is Method.SUPERFORMULE and not offer.scores[each.id] and not each.min_points:
            raise ScoreRefused(where=offer.id, fault="the quality must be above 0")


def _check_points(price: PriceRule, criteria: Sequence[Criterion]) -> None:
    if _need(price.max_points, "price.max_points") < 0:
        raise ScoreRefused(where="price.max_points", fault="must not be below 0")
    for each in criteria:
        if _need(each.max_points, f"{each.id}.max_points") < 0:
            raise ScoreRefused(where=f"{each.id}.max_points", fault="must not be below 0")


def _check_range(price: PriceRule, criteria: Sequence[Criterion]) -> None:
    _check_points(price, criteria)
    if not 0 <= _need(price.minimum, "price.min") < _need(price.maximum, "price.max"):
        raise ScoreRefused(where="price", fault="min must be at least 0 and below max")


def _check_log(price: PriceRule, criteria: Sequence[Criterion]) -> None:
    _check_points(price, criteria)
    if _need(price.log_base, "price.log_base") <= 1:
        raise ScoreRefused(where="price.log_base", fault="must be above 1")


def _check_values(_price_rule: PriceRule, criteria: Sequence[Criterion]) -> None:
    for each in criteria:
        if _need(each.value, f"{each.id}.value") < 0:
            raise ScoreRefused(where=f"{each.id}.value", fault="must not be below 0")


def _check_superformule(price: PriceRule, criteria: Sequence[Criterion]) -> None:
    _exponent(price)
    if len(criteria) != 1:
        raise ScoreRefused(where="criteria", fault="this method takes exactly one criterion")
    if _need(price.reference, "price.reference") <= 0:
        raise ScoreRefused(where="price.reference", fault="must be above 0")
    if not 0 < _need(price.reference_quality, "price.reference_quality") <= 1:
        raise ScoreRefused(where="price.reference_quality", fault="must lie between 0 and 1")


def _check_meat(_price_rule: PriceRule, criteria: Sequence[Criterion]) -> None:
    maxima = [_need(each.max_points, f"{each.id}.max_points") for each in criteria]
    if any(not 0 <= each <= MOST_MEAT_SHARE for each in maxima):
        raise ScoreRefused(where="criteria", fault="a maximum share lies outside 0 to 0.3")
    if sum(maxima) >= 1:
        raise ScoreRefused(where="criteria", fault="the maximum shares must sum to less than 1")


def _check_discount(price: PriceRule, _criteria: Sequence[Criterion]) -> None:
    if price.discount_rate is not None and price.discount_rate <= -1:
        raise ScoreRefused(where="price.discount_rate", fault="must be above -1")


_CHECKS: dict[Method, Callable[[PriceRule, Sequence[Criterion]], None]] = {
    Method.FIXED_PRICE_RANGE: _check_range,
    Method.LOG_PRICE: _check_log,
    Method.VALUE_AWARD: _check_values,
    Method.SUPERFORMULE: _check_superformule,
    Method.MEAT_COEFFICIENT: _check_meat,
    Method.LOWEST_PRICE: _check_discount,
    Method.LIFE_CYCLE_COST: _check_discount,
}


def _knocked_out(method: Method, price: PriceRule, criteria: Sequence[Criterion], offer: Offer) -> str | None:
    if method not in PRICE_ALONE:
        for each in criteria:
            if each.min_points is not None and offer.scores[each.id] < each.min_points:
                return (
                    f"{each.id}: {shown(offer.scores[each.id])} is below the minimum {shown(each.min_points)}"
                )
    if method is Method.FIXED_PRICE_RANGE and _price(offer) > _need(price.maximum, "price.max"):
        return f"price: {shown(offer.price)} is above the maximum {shown(price.maximum)}"
    return None
