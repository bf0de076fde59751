"""The stress test's JSON: what `cwb score stress` reads, and the whole result as it writes it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from cwb.kernel.exact import Number, shown
from procurement.scoring import gateway as scoring
from procurement.scoring import rules as engine
from procurement.scoring.errors import ScoreInputInvalid
from procurement.scoring.rules import Offer
from procurement.simulation.rules import Reversal, Setup
from procurement.stress.rules import PARTS, Extremes, Report, Shift


def read(data: Any) -> Setup:
    """A scoring as `cwb score` reads it, bids left out, with `"stress": {"low", "high", "seed"}`.

    Without prices the bounds of the price serve, else the bids' own.

    Raises:
        ScoreInputInvalid: a field is missing or of the wrong form.
        ScoreRefused, PricesTurned: it cannot be scored or played.
    """
    top = dict(data) if isinstance(data, dict) else data
    if isinstance(top, dict):
        top.setdefault("bids", [])
    method, price, criteria, offers = scoring.read(top)
    facts = top.get("stress")
    facts = {} if facts is None else facts
    if not isinstance(facts, dict):
        raise ScoreInputInvalid(where="stress", fault="an object is expected")
    seed = facts.get("seed", 1)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 10**9:
        raise ScoreInputInvalid(where="stress.seed", fault="a whole number below a billion is expected")
    prices = [each.price for each in offers if each.price is not None]
    low = scoring.number(facts.get("low"), "stress.low") or price.minimum or min(prices, default=None)
    high = scoring.number(facts.get("high"), "stress.high") or price.maximum or max(prices, default=None)
    if low is None or high is None:
        raise ScoreInputInvalid(where="stress", fault="low and high are needed: plausible prices in euro")
    engine.score(method, price, criteria, [])
    names = {
        each["id"]: each["name"] for each in top.get("criteria") or [] if isinstance(each.get("name"), str)
    }
    return Setup(method, price, criteria, low, high, seed, names)


def written(report: Report) -> dict[str, Any]:
    """A result in JSON; amounts and points as texts."""
    setup, played = report.setup, report.played
    return {
        "method": setup.method.value, "seed": setup.seed, "low": shown(setup.low), "high": shown(setup.high),
        "rank_stable": engine.RANK_STABLE[setup.method], "rounds": played.rounds, "reversed": played.changed,
        "reversed_share": shown(Fraction(played.changed, played.rounds)),
        "example": None if played.example is None else _reversal(played.example), "wins": dict(played.wins),
        "weights": [_shift(each) for each in report.shifts], "extremes": _extremes(report.extremes),
        "worth": _worth(report),
        "verdict": [
            {"id": each.id, "tone": each.tone, "facts": {name: str(value) for name, value in each.facts.items()}}
            for each in report.findings
        ],
    }  # fmt: skip


def _worth(report: Report) -> dict[str, Any]:
    per = "percent" if report.setup.method in PARTS else "point"
    return {"per": per, "euro": {code: _cents(value) for code, value in report.worth.items()}}


def _cents(value: Fraction) -> str:
    return f"{round(value * 100) / 100:.2f}"


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "price": shown(offer.price),
        "scores": {name: shown(score) for name, score in offer.scores.items()},
    }


def _totals(totals: Mapping[str, Number]) -> dict[str, str | None]:
    return {name: shown(total) for name, total in totals.items()}


def _reversal(found: Reversal) -> dict[str, Any]:
    return {
        "number": found.number, "bids": [_offer(each) for each in found.bids], "totals": _totals(found.totals),
        "winner": found.winner, "loser": _offer(found.loser), "added": found.added, "then": found.then,
        "totals_then": _totals(found.totals_then),
    }  # fmt: skip


def _shift(found: Shift) -> dict[str, Any]:
    return {
        "id": found.id,
        "weight": shown(found.weight),
        "down": shown(found.down),
        "up": shown(found.up),
    }


def _extremes(found: Extremes) -> dict[str, Any]:
    return {
        "cheapest": _offer(found.cheap), "dearest": _offer(found.dear), "totals": _totals(found.totals),
        "winner": {"cheap": "cheapest", "dear": "dearest"}.get(found.winner or ""),
    }  # fmt: skip
