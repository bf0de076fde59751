"""The door to the agreed JSON of a scoring: what `cwb score` reads and writes, and what is stored at freezing.

A number is a text or a JSON number; `"10/30"` is read exactly, for fractions that no decimal writes.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from procurement.scoring import rules
from procurement.scoring.errors import ScoreInputInvalid

_PRICE = {
    "max_points": "max_points", "min": "minimum", "max": "maximum", "log_base": "log_base",
    "reference": "reference", "reference_quality": "reference_quality", "exponent": "exponent",
    "discount_rate": "discount_rate",
}  # fmt: skip
_LONGEST = 60


def read(
    data: Any,
) -> tuple[rules.Method, rules.PriceRule, list[rules.Criterion], list[rules.Offer]]:
    """The input of the contract as values.

    Raises:
        ScoreInputInvalid: a field is missing or of the wrong form.
    """
    top = _mapping(data, "file")
    try:
        method = rules.Method(str(top.get("method")))
    except ValueError:
        raise ScoreInputInvalid(where="method", fault="unknown method") from None
    price = _mapping(top.get("price") or {}, "price")
    numbers = {inside: _number(price.get(name), f"price.{name}") for name, inside in _PRICE.items()}
    criteria = [_criterion(each) for each in _list(top.get("criteria") or [], "criteria")]
    offers = [_offer(each) for each in _list(top.get("bids"), "bids")]
    return method, rules.PriceRule(**numbers), criteria, offers


def written(outcome: rules.Outcome) -> dict[str, Any]:
    """An outcome in the contract's JSON."""
    return {
        "method": outcome.method.value,
        "ranking": [
            {
                "id": each.id,
                "rank": each.rank,
                "total": rules.shown(each.total),
                "price_points": rules.shown(each.price_points),
                "criteria_points": {name: rules.shown(value) for name, value in each.criteria_points.items()},
                "knocked_out": each.knocked_out,
            }
            for each in outcome.ranking
        ],
        "winner": outcome.winner,
        "tie": outcome.tie,
        "rank_stable": rules.RANK_STABLE[outcome.method],
        "formula": rules.FORMULA[outcome.method],
    }


def _criterion(data: Any) -> rules.Criterion:
    facts = _mapping(data, "criteria")
    name = _name(facts.get("id"), "criteria.id")
    return rules.Criterion(
        name,
        _number(facts.get("max_points"), f"{name}.max_points"),
        _number(facts.get("min_points"), f"{name}.min_points"),
        _number(facts.get("value"), f"{name}.value"),
    )


def _offer(data: Any) -> rules.Offer:
    facts = _mapping(data, "bids")
    name = _name(facts.get("id"), "bids.id")
    scores = {
        criterion: _given(value, f"{name}.scores.{criterion}")
        for criterion, value in _mapping(facts.get("scores") or {}, f"{name}.scores").items()
    }
    costs = [_cost(each, name) for each in _list(facts.get("costs") or [], f"{name}.costs")]
    return rules.Offer(name, _number(facts.get("price"), f"{name}.price"), scores, costs)


def _cost(data: Any, name: str) -> tuple[date, Fraction]:
    facts = _mapping(data, f"{name}.costs")
    try:
        day = date.fromisoformat(str(facts.get("on")))
    except ValueError:
        raise ScoreInputInvalid(where=f"{name}.costs.on", fault="write a day as 2027-01-01") from None
    return day, _given(facts.get("amount"), f"{name}.costs.amount")


def _mapping(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise ScoreInputInvalid(where=where, fault="an object is expected")
    return data


def _list(data: Any, where: str) -> Sequence[Any]:
    if not isinstance(data, list):
        raise ScoreInputInvalid(where=where, fault="a list is expected")
    return data


def _name(data: Any, where: str) -> str:
    if not isinstance(data, str) or not data:
        raise ScoreInputInvalid(where=where, fault="a text is expected")
    return data


def _given(data: Any, where: str) -> Fraction:
    number = _number(data, where)
    if number is None:
        raise ScoreInputInvalid(where=where, fault="a number is missing")
    return number


def _number(data: Any, where: str) -> Fraction | None:
    if data is None:
        return None
    if isinstance(data, bool) or not isinstance(data, (str, int, Decimal)):
        raise ScoreInputInvalid(where=where, fault="a number is expected")
    if isinstance(data, str) and "/" in data:
        above, below = (_given(each, where) for each in data.split("/", 1))
        if not below:
            raise ScoreInputInvalid(where=where, fault="a number is expected")
        return above / below
    try:
        number = Decimal(data)
    except InvalidOperation:
        raise ScoreInputInvalid(where=where, fault="a number is expected") from None
    if not number.is_finite() or len(str(data)) > _LONGEST or abs(number.adjusted()) > _LONGEST:
        raise ScoreInputInvalid(where=where, fault="a number of at most 60 digits is expected")
    return Fraction(number)
