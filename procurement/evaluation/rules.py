"""Points, the input of a ranking, ties, and the file with which a bidder recomputes: pure decisions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from cwb.kernel.money import Money
from procurement.evaluation import errors
from procurement.lifecycle.rules import dated, life_cycle_of, lines
from procurement.methods.rules import AGAINST_LOWEST, FRACTIONS, SUMMED, unit
from procurement.scoring import rules as engine
from procurement.scoring.rules import Method, PriceRule

MOST_NOTE = 2000
"""Longest note beside a score, in characters."""


class Step(StrEnum):
    """Where an evaluation stands."""

    WAITING = "waiting"
    SCORING = "scoring"
    SCORED = "scored"
    AGREEING = "agreeing"
    READY = "ready"
    FROZEN = "frozen"
    STOPPED = "stopped"


def step(
    *, is_stopped: bool, is_opened: bool, is_frozen: bool, is_joint: bool, to_score: int, to_agree: int
) -> Step:
    """The step from what is still missing: individual scores first, then the joint round with its consensus.

    Without anything to score (price alone decides) there is no joint round to begin.
    """
    if is_frozen:
        return Step.FROZEN
    if is_stopped:
        return Step.STOPPED
    if not is_opened:
        return Step.WAITING
    if to_score:
        return Step.SCORING
    if to_agree and not is_joint:
        return Step.SCORED
    return Step.AGREEING if to_agree else Step.READY


def check_own_open(begun_at: datetime | None, invited_at: datetime, *, is_changed: bool) -> None:
    """Points given alone may change until the joint round; who came in later still gives each once.

    `is_changed`: points or note that were kept before are typed anew.

    Raises:
        OwnScoresFixed: the member may have seen what the others gave.
    """
    if begun_at is not None and (is_changed or invited_at <= begun_at):
        raise errors.OwnScoresFixed(begun_at=begun_at)


def check_score(points: Decimal | None, most: Decimal, note: str, code: str) -> Decimal:
    """Points from 0 to the published maximum in hundredths, with a note.

    Raises:
        PointsMissing, PointsOutside, NoteMissing: at the fields `points_<code>` and `note_<code>`.
    """
    if points is None:
        raise errors.PointsMissing(field=f"points_{code}")
    fine = points.is_finite() and points == points.quantize(Decimal("0.01"))
    if not fine or not 0 <= points <= most:
        raise errors.PointsOutside(field=f"points_{code}", most=f"{most.normalize():f}")
    if not note.strip() or len(note) > MOST_NOTE:
        raise errors.NoteMissing(field=f"note_{code}")
    return points


@dataclass(frozen=True, slots=True)
class Asked:
    """A published quality criterion. `value_minor` in euro cents, only with `value_award`."""

    code: str
    name: str
    max_points: Decimal
    min_points: Decimal | None
    value_minor: int | None


@dataclass(frozen=True, slots=True)
class Given:
    """A valid bid with the points it was given, by code; `costs` in euro cents by code of `procurement.lifecycle`."""

    label: str
    price_minor: int
    points: Mapping[str, Decimal]
    costs: Mapping[str, int] = field(default_factory=dict)


class Published(Protocol):
    """What a tender published about its scoring."""

    number: str
    method: str | None
    tie_break: str | None
    life_cycle: dict[str, Any] | None
    starts_on: date | None


class Bounds(Protocol):
    """What a lot published about prices: euro cents, percent of quality; None where its method needs it not."""

    number: int
    price_min_minor: int | None
    price_max_minor: int | None
    log_base: Decimal | None
    reference_minor: int | None
    reference_quality: Decimal | None
    exponent: Decimal | None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def ranking_input(
    tender: Published,
    lot: Bounds,
    price_points: Decimal | None,
    asked: Sequence[Asked],
    bids: Sequence[Given],
) -> dict[str, Any]:
    """The whole input of a lot's ranking, in the form that `cwb score` reads; labels instead of names.

    A method of fractions gets the score points / maximum, written exactly ("28/35"), and a minimum too; with
    `meat_coefficient` points are percents.
    """
    method = Method(tender.method or Method.VALUE_AWARD)
    made: dict[str, Any] = {
        "tender": tender.number,
        "lot": lot.number,
        "method": method.value,
        "tie_break": tender.tie_break,
    }
    if price := _price(method, lot, price_points):
        made["price"] = price
    life, start = life_cycle_of(tender.life_cycle), tender.starts_on or date.min
    if life is not None:
        made["price"] = {"discount_rate": _plain(life.percent / 100), "discount_from": start.isoformat()}
        made["life_cycle"] = life.stored()
    made["criteria"] = [_criterion(method, each) for each in asked]
    made["bids"] = [
        {
            "id": bid.label,
            "price": Money(bid.price_minor).plain(),
            "scores": {each.code: _score(method, bid.points[each.code], each.max_points) for each in asked},
            **(
                {"costs": dated(life, bid.price_minor, bid.costs, start), "amounts": dict(bid.costs)}
                if life
                else {}
            ),
        }
        for bid in sorted(bids, key=lambda each: (len(each.label), each.label))
    ]
    return made


def _price(method: Method, lot: Bounds, price_points: Decimal | None) -> dict[str, str]:
    """The parameters of the price that the method takes."""
    found: dict[str, str] = {}
    if method in SUMMED and price_points is not None:
        found["max_points"] = _plain(price_points)
    if method is Method.FIXED_PRICE_RANGE:
        low, high = Money(lot.price_min_minor or 0), Money(lot.price_max_minor or 0)
        found |= {"min": low.plain(), "max": high.plain()}
    if method is Method.LOG_PRICE:
        found["log_base"] = _plain(lot.log_base or Decimal(0))
    if method is Method.SUPERFORMULE:
        found["reference"] = Money(lot.reference_minor or 0).plain()
        found["reference_quality"] = _plain((lot.reference_quality or Decimal(0)) / 100)
        found["exponent"] = _plain(lot.exponent or Decimal(0))
    return found


def _score(method: Method, points: Decimal, most: Decimal) -> str:
    by = unit(method, most)
    if method in FRACTIONS:
        return f"{_plain(points)}/{_plain(by)}"
    return _plain(points / by)


def _criterion(method: Method, each: Asked) -> dict[str, str]:
    facts = {"id": each.code, "name": each.name}
    if method is Method.VALUE_AWARD:
        facts["value"] = Money(each.value_minor or 0).plain()
    else:
        facts["max_points"] = _plain(each.max_points / unit(method, each.max_points))
    if each.min_points:
        facts["min_points"] = _score(method, each.min_points, each.max_points)
    return facts


def place_of(groups: Sequence[Sequence[str]], tied: Collection[str]) -> int:
    """The place that these equals share, from 1."""
    place = 1
    for group in groups:
        if set(group) & set(tied):
            return place
        place += len(group)
    return place


def tie_candidates(
    rule: str | None, outcome: Mapping[str, Any], tied: Collection[str], prices: Mapping[str, int],
    stored: Mapping[str, Any] | None = None,
) -> set[str]:  # fmt: skip
    """Whom the published tie-break rule leaves: most quality, lowest price, or all of them for a draw of lots.

    The superformule's own figure may fall as quality rises, so there the scores themselves count, from `stored`.
    """
    if rule == "price":
        best = min((prices[label] for label in tied), default=0)
        return {label for label in tied if prices[label] == best}
    if rule == "quality" and stored is not None and stored["method"] == Method.SUPERFORMULE:
        given = {each["id"]: sum(map(Fraction, each["scores"].values())) for each in stored["bids"]}
        top = max((given[label] for label in tied), default=0)
        return {label for label in tied if given[label] == top}
    if rule == "quality":
        sums = {
            each["id"]: sum((Decimal(points) for points in each["criteria_points"].values()), Decimal(0))
            for each in outcome["ranking"] if each["id"] in tied
        }  # fmt: skip
        most = max(sums.values(), default=Decimal(0))
        return {label for label, found in sums.items() if found == most}
    return set(tied)


def others(
    outcome: Mapping[str, Any],
    first: str,
    most: int | None,
    *,
    tie_break: str | None,
    prices: Mapping[str, int],
    left_out: Collection[str] = (),
    chosen: Sequence[str] = (),
) -> tuple[list[str], list[str]]:
    """The further winners of a framework, best first: with `first` at most `most` (None: there is one); and a tie.

    Equal places follow the published tie-break rule. Equals that all win stand by their labels, which were dealt by
    chance at the opening. Where fewer places are left than equals that the rule leaves, these are the tie: people
    decide, as the rule says, one place at a time (`chosen`, in that order). `left_out`: bids that win no more lots.
    """
    lines = [
        each
        for each in outcome["ranking"]
        if each["rank"] is not None and each["id"] != first and each["id"] not in left_out
    ]
    found: list[str] = []
    for rank in sorted({each["rank"] for each in lines}):
        tied = {each["id"] for each in lines if each["rank"] == rank}
        while tied and (left := (most or 1) - 1 - len(found)) > 0:
            best = {label for label in chosen if label in tied} or tie_candidates(
                tie_break, outcome, tied, prices
            )
            if best.isdisjoint(chosen) and len(best) > left:
                return found, sorted(best)
            order = chosen if best & set(chosen) else sorted(best, key=lambda label: (len(label), label))
            found += [label for label in order if label in best][:left]
            tied -= best
    return found, []


def check_tie_choice(label: str, candidates: Collection[str]) -> None:
    """The choice is one of those that the published rule leaves.

    Raises:
        TieBreakOther: it is not.
    """
    if label not in candidates:
        raise errors.TieBreakOther(field="label", labels=", ".join(sorted(candidates)))


def line_of(outcome: Mapping[str, Any], label: str) -> Mapping[str, Any] | None:
    """One bid's line of the ranking."""
    return next((each for each in outcome["ranking"] if each["id"] == label), None)


def own_file(
    stored: Mapping[str, Any], outcome: Mapping[str, Any], label: str, winner: str | None
) -> dict[str, Any]:
    """The file with which a bidder recomputes its own total (`cwb score`), and sees the winner per criterion.

    Other bids stay out. Where the price is measured against the lowest one received, that amount stands in
    `price.lowest`, without whose it was.
    """
    own, best = line_of(outcome, label), line_of(outcome, winner or "")
    made = {
        **{name: value for name, value in stored.items() if name != "bids"},
        "bids": [each for each in stored["bids"] if each["id"] == label],
        "expected": None if own is None else {name: own[name] for name in ("total", "rank", "knocked_out")},
        "winner": None
        if best is None
        else {name: best[name] for name in ("total", "price_points", "criteria_points")},
    }
    lowest = lowest_price(stored, outcome)
    return made if lowest is None else {**made, "price": {**made.get("price", {}), "lowest": lowest}}


def recomputing(
    stored: Mapping[str, Any], outcome: Mapping[str, Any], label: str, winner: str | None
) -> dict[str, Any]:
    """What a letter holds to recompute with: the `file`, which outcome wins, the price all are measured by."""
    lowest = lowest_price(stored, outcome)
    return {
        "file": own_file(stored, outcome, label, winner), "lowest_wins": lowest_wins(stored),
        "cost_lines": cost_lines(stored, label),
        "lowest_price_minor": None if lowest is None else Money.of(lowest).minor,
    }  # fmt: skip


def cost_lines(stored: Mapping[str, Any], label: str) -> list[dict[str, Any]]:
    """How a bid's costs over the life add up, line by line, in euro cents; none with another method."""
    life = life_cycle_of(stored.get("life_cycle"))
    bid = next((each for each in stored["bids"] if each["id"] == label), None)
    if life is None or bid is None:
        return []
    return [asdict(each) for each in lines(life, Money.of(bid["price"]).minor, bid["amounts"])]


def lowest_wins(stored: Mapping[str, Any]) -> bool:
    """Whether the lowest outcome wins; with the superformule its exponent says so."""
    exponent = stored.get("price", {}).get("exponent")
    rule = PriceRule(exponent=None if exponent is None else Fraction(exponent))
    return engine.lowest_wins(Method(stored["method"]), rule)


def lowest_price(stored: Mapping[str, Any], outcome: Mapping[str, Any]) -> str | None:
    """The lowest price of the bids that were ranked, where the method measures against it; in euro."""
    if stored["method"] not in AGAINST_LOWEST:
        return None
    ranked = {each["id"] for each in outcome["ranking"] if each["rank"] is not None}
    prices: list[str] = [each["price"] for each in stored["bids"] if each["id"] in ranked]
    return min(prices, key=Decimal, default=None)
