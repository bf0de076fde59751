"""Simulated bids on a scoring, pure: the same seed gives the same bids and the same outcome, everywhere.

Chance comes from SHA-256, so that no version of a language changes it. Prices and quality are drawn half from one
number: who asks more offers more, mostly. Source of the question: Bergman & Lundberg; Stilger, Siderius & Van Raaij.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256

from cwb.kernel.exact import Number
from procurement.scoring import rules as engine
from procurement.scoring.rules import PRICE_ALONE, Criterion, Method, Offer, Outcome, PriceRule
from procurement.simulation import errors

ROUNDS = {Method.LOG_PRICE: 60, Method.SUPERFORMULE: 20}
"""Simulated tenders per method; 200 for the others. Logarithms and roots with 64 digits take their time."""

FRACTIONS = frozenset({Method.VALUE_AWARD, Method.SUPERFORMULE})
"""Methods that score quality as a fraction of one."""

FIELD = ((1, 30), (3, 45), (5, 70), (7, 80), (9, 95))
"""The usual field: price (tenths of the range) and quality (percent of what is above the minimum), five bids."""

DECOYS = (Fraction(1), Fraction(3, 4))
"""Prices of an added bid that cannot win, with just enough quality: parts of the lowest plausible price."""

LEVELS = 10_000
"""Steps of a drawn number."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is tested. `low` and `high` are plausible prices in euro; `names` of criteria by id; `seed` any number.

    `years`: with life-cycle cost, at the end of which years something is paid besides the price.

    Raises:
        PricesTurned: no room between the prices.
    """

    method: Method
    price: PriceRule
    criteria: Sequence[Criterion]
    low: Fraction
    high: Fraction
    seed: int = 1
    names: Mapping[str, str] = field(default_factory=dict)
    years: Sequence[int] = (1, 2, 3, 4)

    def __post_init__(self) -> None:
        """Refuse prices that leave nothing to play with."""
        if not 0 < self.low < self.high:
            raise errors.PricesTurned(field="high")

    def name(self, code: str) -> str:
        """How a criterion is called."""
        return self.names.get(code, code)

    def score(self, offers: Sequence[Offer]) -> Outcome:
        """The ranking of these bids."""
        return engine.score(self.method, self.price, self.criteria, offers)

    def full(self, criterion: Criterion) -> Fraction:
        """The most a criterion gives."""
        whole = Fraction(1) if self.method in FRACTIONS else criterion.max_points
        return Fraction(0) if whole is None else whole

    def least(self, criterion: Criterion) -> Fraction:
        """The least that keeps a bid in; a quality of nothing cannot be scored by the superformule."""
        floor = criterion.min_points or Fraction(0)
        return max(floor, Fraction(1, 100)) if self.method is Method.SUPERFORMULE else floor

    def offer(self, name: str, price: Fraction, shares: Mapping[str, Fraction]) -> Offer:
        """A bid: `shares` run from 0 (just not out) to 1 (full quality)."""
        scores = {}
        for each in () if self.method in PRICE_ALONE else self.criteria:
            least = self.least(each)
            exact = least + (self.full(each) - least) * shares[each.id]
            scores[each.id] = max(least, Fraction(round(exact * 100), 100))
        return Offer(name, price, scores, self._costs(price, shares))

    def _costs(self, price: Fraction, shares: Mapping[str, Fraction]) -> Sequence[tuple[date, Fraction]]:
        """For life-cycle cost: a part at the start, the rest in equal parts over the years."""
        if self.method is not Method.LIFE_CYCLE_COST:
            return ()
        start = self.price.discount_from or date(2027, 1, 1)
        first = price * (1 + shares.get("", Fraction(1, 2))) / 3
        part = (price - first) / len(self.years)
        later = [(start + timedelta(days=365 * year), part) for year in self.years]
        return [(start, first), *later]


def drawn(*path: object) -> Fraction:
    """A number from 0 to 1 that belongs to a path: the same path, the same number."""
    text = "/".join(str(each) for each in path)
    return Fraction(int.from_bytes(sha256(text.encode()).digest()[:8]) % (LEVELS + 1), LEVELS)


def simulated(setup: Setup, number: int) -> list[Offer]:
    """The bids of one simulated tender: three to six, prices in whole euros."""
    count = 3 + int(drawn(setup.seed, number) * LEVELS) % 4
    made = []
    for place in range(count):
        level = drawn(setup.seed, number, place)
        spread = (level + drawn(setup.seed, number, place, "price")) / 2
        price = Fraction(round(setup.low + (setup.high - setup.low) * spread))
        shares = {each.id: (level + drawn(setup.seed, number, place, each.id)) / 2 for each in setup.criteria}
        shares[""] = drawn(setup.seed, number, place, "costs")
        made.append(setup.offer(chr(ord("A") + place), max(price, Fraction(1)), shares))
    return made


def usual(setup: Setup) -> list[Offer]:
    """The usual field: five bids from cheap and plain to dear and good, the same for every seed."""
    made = []
    for place, (tenth, percent) in enumerate(FIELD):
        price = setup.low + (setup.high - setup.low) * tenth / 10
        shares = {
            each.id: min(Fraction(percent + 15 * ((place + turn) % 3 - 1), 100), Fraction(1))
            for turn, each in enumerate(setup.criteria)
        }
        made.append(setup.offer(chr(ord("A") + place), price, {**shares, "": Fraction(place, 5)}))
    return made


@dataclass(frozen=True, slots=True)
class Reversal:
    """One simulated tender in which a losing bid, left out or `added`, made another bid win."""

    number: int
    bids: Sequence[Offer]
    totals: Mapping[str, Number]
    winner: str
    loser: Offer
    added: bool
    then: str
    totals_then: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Played:
    """What the simulated tenders showed: how many, in how many a loser decided, with the first one as an example.

    `wins` counts who won: "both" (cheapest and best at once), "cheapest", "best", "between", "none" (tie or all out).
    """

    rounds: int
    changed: int
    example: Reversal | None
    wins: Mapping[str, int]


def play(setup: Setup) -> Played:
    """Play the simulated tenders."""
    rounds, changed = ROUNDS.get(setup.method, 200), 0
    example: Reversal | None = None
    wins = dict.fromkeys(("both", "cheapest", "best", "between", "none"), 0)
    for number in range(1, rounds + 1):
        bids = simulated(setup, number)
        found = setup.score(bids)
        wins[_kind(setup, bids, found.winner)] += 1
        turned = _reversal(setup, number, bids, found)
        if turned is not None:
            changed, example = changed + 1, example or turned
    return Played(rounds, changed, example, wins)


def _quality(setup: Setup, offer: Offer) -> Fraction:
    """The quality of a bid in what it counts for: points, or euro."""
    worth = {each.id: each.value or Fraction(1) for each in setup.criteria}
    euro = setup.method is Method.VALUE_AWARD
    return sum((score * (worth[code] if euro else 1) for code, score in offer.scores.items()), Fraction(0))


def _kind(setup: Setup, bids: Sequence[Offer], winner: str | None) -> str:
    if winner is None:
        return "none"
    won = next(each for each in bids if each.id == winner)
    cheapest = won.price == min(each.price or 0 for each in bids)
    best = _quality(setup, won) == max(_quality(setup, each) for each in bids)
    if setup.method in PRICE_ALONE:
        best = False
    return {(True, True): "both", (True, False): "cheapest", (False, True): "best"}.get(
        (cheapest, best), "between"
    )


def totals_of(outcome: Outcome) -> dict[str, Number]:
    """Totals of the bids that are in."""
    return {each.id: each.total for each in outcome.ranking if each.total is not None}


def _reversal(setup: Setup, number: int, bids: Sequence[Offer], found: Outcome) -> Reversal | None:
    if found.winner is None:
        return None
    for loser in (each for each in bids if each.id != found.winner):
        rest = setup.score([each for each in bids if each is not loser])
        if rest.winner not in {None, found.winner}:
            return _turned(number, bids, found, loser, rest, added=False)
    nothing = {each.id: Fraction(0) for each in setup.criteria} | {"": Fraction(1, 2)}
    for part in DECOYS:
        decoy = setup.offer("Z", setup.low * part, nothing)
        more = setup.score([*bids, decoy])
        if more.winner not in {None, found.winner, "Z"}:
            return _turned(number, bids, found, decoy, more, added=True)
    return None


def _turned(
    number: int, bids: Sequence[Offer], found: Outcome, other: Offer, then: Outcome, *, added: bool
) -> Reversal:
    return Reversal(
        number, bids, totals_of(found), found.winner or "", other, added, then.winner or "", totals_of(then)
    )
