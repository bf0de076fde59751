"""What a stress test says about a scoring, pure: weights, extremes, the worth of a point, and a verdict in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from cwb.kernel.exact import Number
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from procurement.methods.rules import Scoring, engine_of
from procurement.scoring import rules as engine
from procurement.scoring.rules import PRICE_ALONE, Criterion, Method, Offer, Outcome
from procurement.simulation.errors import NothingToTest
from procurement.simulation.rules import FRACTIONS, Played, Setup, play, totals_of, usual

SUMMED = frozenset({Method.RELATIVE_PRICE, Method.FIXED_PRICE_RANGE, Method.LOG_PRICE})
"""Methods with points: when one weight moves, the others make room, so that the sum stays."""

PARTS = frozenset({Method.VALUE_AWARD, Method.SUPERFORMULE, Method.MEAT_COEFFICIENT})
"""Methods without points: the worth is told per percent of full quality."""

FRAGILE = Fraction(1, 10)
"""A weight that tips the usual field when it moves by less than this part of itself (a setting of the house)."""

LOPSIDED = Fraction(4, 5)
"""The cheapest, or the best, wins at least this part of the simulated tenders (a setting of the house)."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How far one weight can move before another bid of the usual field wins; None: it never does.

    `weight`, `down` and `up` in points, in euro (`value_award`) or in shares (`meat_coefficient`). `id` "price": price.
    """

    id: str
    weight: Fraction
    down: Fraction | None
    up: Fraction | None

    @property
    def nearest(self) -> Fraction | None:
        """The smaller of the two, as a part of the weight."""
        found = [each for each in (self.down, self.up) if each is not None]
        return min(found) / self.weight if found and self.weight else None


def _moved(setup: Setup, code: str, by: Fraction) -> Setup:
    """The same scoring with one weight moved; with points the others make room, minima move along."""
    if setup.method is Method.VALUE_AWARD:
        criteria = [
            replace(each, value=(each.value or Fraction(0)) + by) if each.id == code else each
            for each in setup.criteria
        ]
        return replace(setup, criteria=criteria)
    weights = _weights(setup)
    rest = sum(weights.values(), Fraction(0)) - weights[code]
    room = (rest - by) / rest if setup.method in SUMMED and rest else Fraction(1)
    new = {name: weight + by if name == code else weight * room for name, weight in weights.items()}
    criteria = [
        replace(each, max_points=new[each.id], min_points=_along(each.min_points, weights[each.id], new[each.id]))
        for each in setup.criteria
    ]  # fmt: skip
    return replace(setup, criteria=criteria, price=replace(setup.price, max_points=new.get("price")))


def _along(score: Fraction | None, before: Fraction, after: Fraction) -> Fraction | None:
    return score if score is None or not before else score * after / before


def _weights(setup: Setup) -> dict[str, Fraction]:
    if setup.method in SUMMED:
        own = {each.id: each.max_points or Fraction(0) for each in setup.criteria}
        return {"price": setup.price.max_points or Fraction(0), **own}
    if setup.method is Method.VALUE_AWARD:
        return {each.id: each.value or Fraction(0) for each in setup.criteria}
    if setup.method is Method.MEAT_COEFFICIENT:
        return {each.id: each.max_points or Fraction(0) for each in setup.criteria}
    return {}


def shifts(setup: Setup) -> list[Shift]:
    """How far each weight can move. Totals are straight lines in a weight, so the crossing is found exactly."""
    weights = _weights(setup)
    whole = sum(weights.values(), Fraction(0))
    straight = setup.method is not Method.MEAT_COEFFICIENT
    made = []
    for code, weight in weights.items():
        if straight:
            most = whole - weight if setup.method in SUMMED else 3 * weight
            down, up = _crossings(setup, code, weight, most)
        else:
            down, up = (
                _searched(setup, code, -weight),
                _searched(setup, code, engine.MOST_MEAT_SHARE - weight),
            )
        made.append(Shift(code, weight, down, up))
    return made


def _standing(setup: Setup, code: str, by: Fraction, offers: Sequence[Offer]) -> Outcome:
    """The ranking after moving a weight; points stay the same part of what can be got."""
    moved = _moved(setup, code, by)
    if setup.method in FRACTIONS:
        return moved.score(offers)
    part = {
        each.id: moved.full(each) / most if (most := setup.full(kept)) else Fraction(0)
        for each, kept in zip(moved.criteria, setup.criteria, strict=True)
    }
    return moved.score([
        replace(each, scores={name: score * part[name] for name, score in each.scores.items()}) for each in offers
    ])  # fmt: skip


def _crossings(
    setup: Setup, code: str, weight: Fraction, most: Fraction
) -> tuple[Fraction | None, Fraction | None]:
    offers = usual(setup)
    found = setup.score(offers)
    if found.winner is None or not weight:
        return None, None
    step = min(weight, most or weight) / 2
    here, there = totals_of(found), totals_of(_standing(setup, code, step, offers))
    sign = -1 if engine.lowest_wins(setup.method, setup.price) else 1
    lead = {
        name: (sign * (Fraction(here[found.winner]) - Fraction(total)),
               sign * (Fraction(there[found.winner]) - Fraction(there[name])))
        for name, total in here.items() if name != found.winner
    }  # fmt: skip
    moves = [
        now * step / (now - then) for now, then in lead.values() if now != then
    ]  # where the lead of the winner over another is gone
    up = min((each for each in moves if 0 <= each <= most), default=None)
    down = min((-each for each in moves if -weight <= each <= 0), default=None)
    return down, up


def _searched(setup: Setup, code: str, most: Fraction) -> Fraction | None:
    offers = usual(setup)
    winner = setup.score(offers).winner
    step = Fraction(1, 100) if most > 0 else Fraction(-1, 100)
    others = sum((each.max_points or Fraction(0) for each in setup.criteria if each.id != code), Fraction(0))
    own = next(each.max_points or Fraction(0) for each in setup.criteria if each.id == code)
    for count in range(1, int(abs(most) * 100) + 1):
        by = step * count
        if own + by <= 0 or others + own + by >= 1:
            return None
        if _standing(setup, code, by, offers).winner != winner:
            return abs(by)
    return None


@dataclass(frozen=True, slots=True)
class Extremes:
    """The cheapest bid with just enough quality against the dearest with all of it."""

    cheap: Offer
    dear: Offer
    totals: Mapping[str, Number]
    winner: str | None


def extremes(setup: Setup) -> Extremes:
    """Who wins at the extremes."""
    nothing = {each.id: Fraction(0) for each in setup.criteria} | {"": Fraction(1, 2)}
    everything = {each.id: Fraction(1) for each in setup.criteria} | {"": Fraction(1, 2)}
    cheap, dear = setup.offer("cheap", setup.low, nothing), setup.offer("dear", setup.high, everything)
    found = setup.score([cheap, dear])
    return Extremes(cheap, dear, totals_of(found), found.winner)


def worth(setup: Setup) -> dict[str, Fraction]:
    """What one point of quality is worth in euro, by criterion; with the methods of `PARTS` one percent.

    By so much more the middle bid of the usual field may cost when it gets that point.
    """
    if setup.method in PRICE_ALONE:
        return {}
    if setup.method is Method.VALUE_AWARD:
        return {each.id: (each.value or Fraction(0)) / 100 for each in setup.criteria}
    if setup.method is Method.FIXED_PRICE_RANGE:
        price = setup.price
        per = ((price.maximum or Fraction(0)) - (price.minimum or Fraction(0))) / (
            price.max_points or Fraction(1)
        )
        return {each.id: per for each in setup.criteria}
    return {each.id: _balanced(setup, each) for each in setup.criteria}


def _balanced(setup: Setup, criterion: Criterion) -> Fraction:
    """The price at which one point more weighs up exactly, found by halving to the cent."""
    offers = usual(setup)
    middle = offers[2]
    unit = Fraction(1, 100) if setup.method in PARTS else Fraction(1)
    score = middle.scores[criterion.id]
    step = min(unit, setup.full(criterion) - score) or -min(unit, score)
    better = replace(middle, scores={**middle.scores, criterion.id: score + step})

    def wins(price: Fraction) -> bool:
        """Whether the better bid still beats the old one at this price."""
        found = setup.score([offers[0], middle, replace(better, id="more", price=price)])
        rank = {each.id: each.rank for each in found.ranking}
        return (rank["more"] or 9) < (rank[middle.id] or 9)

    base = middle.price or Fraction(1)
    low, high = (base, base * 4) if step > 0 else (Fraction(1, 100), base)
    edge = _edge(wins, low, high)
    return abs(edge - base) * unit / abs(step)


def _edge(wins: Callable[[Fraction], bool], low: Fraction, high: Fraction) -> Fraction:
    while high - low > Fraction(1, 100):
        middle = Fraction(round((low + high) / 2 * 100), 100)
        if middle in {low, high}:
            break
        low, high = (middle, high) if wins(middle) else (low, middle)
    return low


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of the verdict. `tone`: good, info, warn, bad. `facts` fill the text of `TEXTS`."""

    id: str
    tone: str
    facts: Mapping[str, object] = field(default_factory=dict)


TEXTS = {
    "stable": N_("Een verliezer bepaalt nooit wie wint. Nagerekend in %(rounds)s gespeelde aanbestedingen."),
    "reversed": N_(
        "In %(changed)s van de %(rounds)s gespeelde aanbestedingen bepaalt een verliezer wie wint."
    ),
    "relative": N_(
        "Een verliezer kan bepalen wie wint. Hier gebeurde dat in geen van de %(rounds)s spellen."
    ),
    "price_rules": N_("De goedkoopste wint in %(share)s procent van de spellen. Kwaliteit telt nauwelijks."),
    "quality_rules": N_(
        "De beste kwaliteit wint in %(share)s procent van de spellen. De prijs telt nauwelijks."
    ),
    "balanced": N_(
        "Prijs en kwaliteit tellen allebei: goedkoopste %(cheap)s procent, beste %(best)s procent."
    ),
    "price_alone": N_("Alleen de prijs telt. Wie goed werk wil, stelt dat als eis."),
    "cheap_wins": N_("De goedkoopste met net genoeg kwaliteit verslaat de duurste met volle kwaliteit."),
    "dear_wins": N_("De duurste met volle kwaliteit verslaat de goedkoopste met net genoeg kwaliteit."),
    "equal_extremes": N_("De goedkoopste en de duurste eindigen gelijk."),
    "fragile": N_("Een kleine verschuiving bij %(name)s geeft al een andere winnaar: %(share)s procent."),
    "robust": N_("De winnaar van het gewone veld blijft dezelfde als een gewicht een tiende schuift."),
}
"""Finding → its sentence."""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole stress test."""

    setup: Setup
    played: Played
    shifts: Sequence[Shift]
    extremes: Extremes
    worth: Mapping[str, Fraction]
    findings: Sequence[Finding]


def test(setup: Setup) -> Report:
    """Play, weigh and judge.

    Raises:
        ScoreRefused: the scoring cannot rank.
    """
    played, moves, ends = play(setup), shifts(setup), extremes(setup)
    findings = [_loser(setup, played), _balance(setup, played)]
    if setup.method not in PRICE_ALONE:
        findings += [_ends(ends), *_weights_found(setup, moves)]
    return Report(setup, played, moves, ends, worth(setup), findings)


def _loser(setup: Setup, played: Played) -> Finding:
    rounds = {"rounds": played.rounds}
    if played.changed:
        return Finding("reversed", "bad", {**rounds, "changed": played.changed})
    if engine.RANK_STABLE[setup.method]:
        return Finding("stable", "good", rounds)
    return Finding("relative", "warn", rounds)


def _percent(part: Fraction) -> int:
    return round(part * 100)


def _balance(setup: Setup, played: Played) -> Finding:
    if setup.method in PRICE_ALONE:
        return Finding("price_alone", "warn")
    cheap = Fraction(played.wins["cheapest"] + played.wins["both"], played.rounds)
    best = Fraction(played.wins["best"] + played.wins["both"], played.rounds)
    if cheap >= LOPSIDED and best < LOPSIDED:
        return Finding("price_rules", "warn", {"share": _percent(cheap)})
    if best >= LOPSIDED and cheap < LOPSIDED:
        return Finding("quality_rules", "warn", {"share": _percent(best)})
    return Finding("balanced", "good", {"cheap": _percent(cheap), "best": _percent(best)})


def _ends(ends: Extremes) -> Finding:
    if ends.winner is None:
        return Finding("equal_extremes", "info")
    return Finding("cheap_wins", "warn") if ends.winner == "cheap" else Finding("dear_wins", "info")


def _weights_found(setup: Setup, moves: Sequence[Shift]) -> list[Finding]:
    if not moves:
        return []
    near = min(
        (each for each in moves if each.nearest is not None), key=lambda each: each.nearest or 0, default=None
    )
    if near is None or (near.nearest or 0) >= FRAGILE:
        return [Finding("robust", "good")]
    share = _percent(near.nearest or Fraction(0))
    return [Finding("fragile", "warn", {"name": setup.name(near.id), "share": share})]


LOWEST, HIGHEST = Fraction(7, 10), Fraction(23, 20)
"""Plausible prices as parts of the estimate, where no bounds are published (settings of the house)."""


def setup_of(scoring: Scoring, value: Money | None, seed: int) -> Setup:
    """The setup of a tender's scoring. Criteria are q1, q2 … as they are stored; `value` is the estimate.

    Raises:
        NothingToTest: no estimate, or no bounds of the price.
        PricesTurned: the bounds leave no room.
    """
    edges = [
        None if each is None else Fraction(each.decimal()) for each in (scoring.price_min, scoring.price_max)
    ]
    low, high = edges
    if value is not None:
        low, high = low or Fraction(value.decimal()) * LOWEST, high or Fraction(value.decimal()) * HIGHEST
    if low is None or high is None:
        raise NothingToTest
    rule, criteria = engine_of(scoring)
    names = {
        "price": "",
        **{f"q{place}": each.name for place, each in enumerate(scoring.criteria, start=1)},
    }
    years = scoring.life.years if scoring.life is not None else (1, 2, 3, 4)
    return Setup(scoring.method, rule, criteria, max(low, Fraction(1)), high, seed, names, years)
