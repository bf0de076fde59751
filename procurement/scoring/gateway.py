"""The door to the agreed JSON of a scoring: what `cwb score` reads and writes, and what is stored at freezing.

A number is a text or a JSON number; `"10/30"` is read exactly, for fractions that no decimal writes.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cwb.kernel.exact import shown
from procurement.scoring import rules
from procurement.scoring.errors import ScoreInputInvalid

_PRICE = {
    "max_points": "max_points", "min": "minimum", "max": "maximum", "log_base": "log_base",
    "reference": "reference", "reference_quality": "reference_quality", "exponent": "exponent",
    "discount_rate": "discount_rate", "lowest": "lowest",
}  # fmt: skip
_LONGEST, _LONGEST_NAME = 60, 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


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
    price = _mapping(_or(top.get("price"), {}), "price")
    numbers = {inside: number(price.get(name), f"price.{name}") for name, inside in _PRICE.items()}
    since = price.get("discount_from")
    first = None if since is None else _day(since, "price.discount_from")
    criteria = [_criterion(each) for each in _list(_or(top.get("criteria"), []), "criteria")]
    offers = [_offer(each) for each in _list(top.get("bids"), "bids")]
    return method, rules.PriceRule(**numbers, discount_from=first), criteria, offers


def written(outcome: rules.Outcome) -> dict[str, Any]:
    """An outcome in the contract's JSON."""
    return {
        "method": outcome.method.value,
        "ranking": [
            {
                "id": each.id,
                "rank": each.rank,
                "total": shown(each.total),
                "price_points": shown(each.price_points),
                "criteria_points": {name: shown(value) for name, value in each.criteria_points.items()},
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
        number(facts.get("max_points"), f"{name}.max_points"),
        number(facts.get("min_points"), f"{name}.min_points"),
        number(facts.get("value"), f"{name}.value"),
    )


def _offer(data: Any) -> rules.Offer:
    facts = _mapping(data, "bids")
    name = _name(facts.get("id"), "bids.id")
    scores = {
        criterion: _given(value, f"{name}.scores.{criterion}")
        for criterion, value in _mapping(_or(facts.get("scores"), {}), f"{name}.scores").items()
    }
    costs = [_cost(each, name) for each in _list(_or(facts.get("costs"), []), f"{name}.costs")]
    return rules.Offer(name, number(facts.get("price"), f"{name}.price"), scores, costs)


def _cost(data: Any, name: str) -> tuple[date, Fraction]:
    facts = _mapping(data, f"{name}.costs")
    return _day(facts.get("on"), f"{name}.costs.on"), _given(facts.get("amount"), f"{name}.costs.amount")


def _day(data: Any, where: str) -> date:
    try:
        return date.fromisoformat(data if isinstance(data, str) and _DAY.fullmatch(data) else "")
    except ValueError:
        raise ScoreInputInvalid(where=where, fault="write a day as 2027-01-01") from None


def _mapping(data: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise ScoreInputInvalid(where=where, fault="an object is expected")
    return data


def _list(data: Any, where: str) -> Sequence[Any]:
    if not isinstance(data, list):
        raise ScoreInputInvalid(where=where, fault="a list is expected")
    return data


def _name(data: Any, where: str) -> str:
    if not isinstance(data, str) or not data.strip():
        raise ScoreInputInvalid(where=where, fault="a text is expected")
    if not data.isprintable() or len(data) > _LONGEST_NAME:
        raise ScoreInputInvalid(where=where, fault="a text of at most 200 printable characters is expected")
    return data


def _or(data: Any, absent: Any) -> Any:
    """What stands there, or what absence means; an empty thing of the wrong kind stays wrong."""
    return absent if data is None else data


def _given(data: Any, where: str) -> Fraction:
    found = number(data, where)
    if found is None:
        raise ScoreInputInvalid(where=where, fault="a number is missing")
    return found


def number(data: Any, where: str) -> Fraction | None:
    """A number, exact; None when it is absent.

    Raises:
        ScoreInputInvalid: it is none.
    """
    if data is None:
        return None
    if isinstance(data, bool) or not isinstance(data, (str, int, Decimal)):
        raise ScoreInputInvalid(where=where, fault="a number is expected")
    if not isinstance(data, str):
        return _exact(Decimal(data), where)
    above, stroke, below = data.partition("/")
    if not all(_NUMBER.fullmatch(each) for each in ((above, below) if stroke else (above,))):
        raise ScoreInputInvalid(where=where, fault="a number is expected")
    divisor = _exact(Decimal(below), where) if stroke else Fraction(1)
    if not divisor:
        raise ScoreInputInvalid(where=where, fault="a number is expected")
    return _exact(Decimal(above), where) / divisor


def _exact(number: Decimal, where: str) -> Fraction:
    digits = len(number.as_tuple().digits)
    if not number.is_finite() or digits > _LONGEST or abs(number.adjusted()) > _LONGEST:
        raise ScoreInputInvalid(where=where, fault="a number of at most 60 digits is expected")
    return Fraction(number)
