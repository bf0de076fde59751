"""Red flags as arithmetic: pure, exact, each with the values behind it.

Definitions: Cardinal (Open Contracting Partnership). A flag is a question, not a verdict: it says what is unusual in
the figures, never why. Ratios are exact fractions; a day is 24 hours.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from procurement.flags import errors

LEAST_ANSWER, MOST_ANSWER = 20, 2000
"""Least and most characters of an answer (rules of the house)."""


class Code(StrEnum):
    """The flags that are computed, by their number at Cardinal."""

    SHORT_PERIOD = "R003"
    SINGLE_BID = "R018"
    CLOSE_PRICES = "R024"
    SAME_PRICES = "R028"
    OTHERS_OUT = "R035"
    LOWEST_OUT = "R036"
    MANY_OUT = "R038"
    DEEP_DISCOUNT = "R058"


ABOUT_WINNER = frozenset({Code.CLOSE_PRICES, Code.OTHERS_OUT, Code.LOWEST_OUT, Code.DEEP_DISCOUNT})
"""What compares the winner with others."""


class Outcome(StrEnum):
    """What computing a flag gave. `unknown`: too little to compute; `not_asked`: it does not fit this tender."""

    RAISED = "raised"
    QUIET = "quiet"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds in force from `valid_from`. `fence` counts interquartile ranges beyond a quartile."""

    valid_from: date
    short_days: int
    short_methods: tuple[str, ...]
    single_methods: tuple[str, ...]
    fence: Fraction
    least_values: int
    least_disqualified: int
    least_bids: int
    least_tenders: int
    source: str
    certainty: str


def limits_on(rows: Sequence[Limits], on: date) -> Limits:
    """The newest thresholds in force on a day.

    Raises:
        NoLimits: none yet.
    """
    running = [each for each in rows if each.valid_from <= on]
    if not running:
        raise errors.NoLimits
    return max(running, key=lambda each: each.valid_from)


@dataclass(frozen=True, slots=True)
class BidFacts:
    """An opened bid of a lot: who, for how many euro cents (None: damaged), and whether it was disqualified.

    `members`: key and name of everybody who bids in it together; empty: the bidder alone.
    """

    bidder_id: int
    bidder: str
    price_minor: int | None
    is_out: bool = False
    members: tuple[tuple[str, str], ...] = ()

    @property
    def everybody(self) -> tuple[tuple[str, str], ...]:
        """Key and name of each organisation in it."""
        return self.members or ((str(self.bidder_id), self.bidder),)

    @property
    def is_valid(self) -> bool:
        """Whether it could be ranked."""
        return self.price_minor is not None and not self.is_out


@dataclass(frozen=True, slots=True)
class Case:
    """One lot of an opened tender. `winner_id` is the bidder that wins, None while unknown; instants are aware.

    `led_nowhere`: it was stopped or failed after the opening, so nobody wins it.
    """

    tender_id: int
    lot_id: int
    lot: int
    number: str
    title: str
    buyer_id: int
    buyer: str
    method: str
    price_only: bool
    published_at: datetime
    closes_at: datetime
    bids: tuple[BidFacts, ...]
    winner_id: int | None = None
    is_frozen: bool = False
    is_awarded: bool = False
    led_nowhere: bool = False
    divided: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a flag gave for a case, with the values it was computed from: exact, by name."""

    code: Code
    outcome: Outcome
    values: Mapping[str, Fraction | int | str] = field(default_factory=dict)
    about: tuple[str, ...] = ()

    @property
    def is_raised(self) -> bool:
        """Whether it asks something."""
        return self.outcome is Outcome.RAISED


@dataclass(frozen=True, slots=True)
class Fences:
    """Quartiles of a set of values and the fences around them."""

    first: Fraction
    third: Fraction
    lower: Fraction
    upper: Fraction
    count: int

    def is_low(self, value: Fraction) -> bool:
        """At or under the lower fence; never in the middle half itself (when all values are the same)."""
        return value <= self.lower and value < self.first

    def is_high(self, value: Fraction) -> bool:
        """At or above the upper fence; never in the middle half itself."""
        return value >= self.upper and value > self.third

    def told(self) -> dict[str, Fraction | int | str]:
        """The numbers behind it."""
        return {
            "first": self.first, "third": self.third, "lower": self.lower, "upper": self.upper, "count": self.count,
        }  # fmt: skip


def quantile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """A quantile by Hyndman & Fan's definition 8, exact: position (n + 1/3)·p + 1/3, between neighbours in proportion.

    Values need not be sorted; at least one.
    """
    found = sorted(values)
    position = (len(found) + Fraction(1, 3)) * share + Fraction(1, 3)
    whole = int(position)
    if whole < 1:
        return found[0]
    if whole >= len(found):
        return found[-1]
    low, high = found[whole - 1], found[whole]
    return low + (position - whole) * (high - low)


def fences(values: Sequence[Fraction], limits: Limits) -> Fences | None:
    """The fences of a set: Q1 - k·IQR and Q3 + k·IQR; None with too few values for quartiles."""
    if len(values) < limits.least_values:
        return None
    first, third = quantile(values, Fraction(1, 4)), quantile(values, Fraction(3, 4))
    reach = limits.fence * (third - first)
    return Fences(first, third, first - reach, third + reach, len(values))


def gap(case: Case) -> Fraction | None:
    """How far the second-lowest valid price lies above the winning one, as a share of it.

    None: no winner yet, fewer than two valid bids, or the winner is not the lowest.
    """
    prices = sorted(each.price_minor for each in case.bids if each.is_valid and each.price_minor is not None)
    won = next(
        (each.price_minor for each in case.bids if each.bidder_id == case.winner_id and each.is_valid), None
    )
    if won is None or len(prices) < 2 or won != prices[0]:
        return None
    return Fraction(prices[1] - won, won)


@dataclass(frozen=True, slots=True)
class Share:
    """Disqualified of submitted bids, of one buyer or bidder."""

    name: str
    out: int
    bids: int
    tenders: int

    @property
    def ratio(self) -> Fraction:
        """Disqualified over submitted."""
        return Fraction(self.out, self.bids)


@dataclass(frozen=True, slots=True)
class Field:
    """Everything a single case is compared with: gaps of all cases, shares per buyer and per bidder."""

    gaps: tuple[Fraction, ...]
    buyers: Mapping[int, Share]
    bidders: Mapping[str, Share]


def field_of(cases: Sequence[Case], limits: Limits) -> Field:
    """The field out of all opened cases, without who has too few; a joint bid counts for each of its members."""
    buyers: dict[int, list[tuple[Case, BidFacts]]] = defaultdict(list)
    bidders: dict[str, list[tuple[Case, BidFacts]]] = defaultdict(list)
    names: dict[str, str] = {}
    for case in cases:
        for bid in case.bids:
            buyers[case.buyer_id].append((case, bid))
            for key, name in bid.everybody:
                bidders[key].append((case, bid))
                names.setdefault(key, name)
    of_buyers = {key: _share(found[0][0].buyer, found) for key, found in buyers.items()}
    of_bidders = {key: _share(names[key], found) for key, found in bidders.items()}
    return Field(
        gaps=tuple(each for each in map(gap, cases) if each is not None),
        buyers={
            key: each
            for key, each in of_buyers.items()
            if each.bids >= limits.least_bids and each.tenders >= limits.least_tenders
        },
        bidders={key: each for key, each in of_bidders.items() if each.bids >= limits.least_bids},
    )


def _share(name: str, found: Sequence[tuple[Case, BidFacts]]) -> Share:
    out = sum(bid.is_out for _case, bid in found)
    return Share(name, out, len(found), len({case.tender_id for case, _bid in found}))


def findings(case: Case, whole: Field, limits: Limits) -> list[Finding]:
    """Every flag for a case, raised or not, in the order of their numbers.

    What asks about a winner does not fit a lot that led nowhere.
    """
    found = [
        _short(case, limits),
        _single(case, limits),
        _outlier(case, whole, limits, Code.CLOSE_PRICES),
        _same(case),
        _others_out(case, limits),
        _lowest_out(case),
        _many_out(case, whole, limits),
        _outlier(case, whole, limits, Code.DEEP_DISCOUNT),
    ]
    if not case.led_nowhere:
        return found
    return [
        Finding(each.code, Outcome.NOT_ASKED, {"nobody": 1}) if each.code in ABOUT_WINNER else each
        for each in found
    ]


def _given(code: Code, raised: bool, **values: Fraction | int | str) -> Finding:
    return Finding(code, Outcome.RAISED if raised else Outcome.QUIET, values)


def _short(case: Case, limits: Limits) -> Finding:
    """R003: fewer days to bid than the threshold; exactly the threshold is enough."""
    if case.method not in limits.short_methods:
        return Finding(Code.SHORT_PERIOD, Outcome.NOT_ASKED)
    days = Fraction((case.closes_at - case.published_at) // timedelta(seconds=1), 86_400)
    return _given(Code.SHORT_PERIOD, days < limits.short_days, days=days, limit=limits.short_days)


def _single(case: Case, limits: Limits) -> Finding:
    """R018: one bidder in a competitive procedure."""
    if case.method not in limits.single_methods:
        return Finding(Code.SINGLE_BID, Outcome.NOT_ASKED)
    bidders = len({each.bidder_id for each in case.bids})
    return _given(Code.SINGLE_BID, bidders == 1, bids=bidders)


def _same(case: Case) -> Finding:
    """R028: different bidders asked the same price."""
    by_price: dict[int, set[str]] = defaultdict(set)
    for each in case.bids:
        if each.price_minor is not None:
            by_price[each.price_minor].add(each.bidder)
    same = {price: names for price, names in by_price.items() if len(names) > 1}
    if not same:
        return _given(Code.SAME_PRICES, raised=False, bids=len(case.bids))
    about = sorted(name for names in same.values() for name in names)
    lowest = min(same)
    values: dict[str, Fraction | int | str] = {"bids": len(about), "price": Fraction(lowest, 100)}
    return Finding(Code.SAME_PRICES, Outcome.RAISED, values, tuple(about))


def _others_out(case: Case, limits: Limits) -> Finding:
    """R035: only the winner's bid is valid, and others were disqualified."""
    if case.winner_id is None:
        return Finding(Code.OTHERS_OUT, Outcome.UNKNOWN)
    valid = {each.bidder_id for each in case.bids if each.is_valid}
    out = {each.bidder_id for each in case.bids if each.is_out} - {case.winner_id}
    raised = valid == {case.winner_id} and len(out) >= limits.least_disqualified
    return _given(Code.OTHERS_OUT, raised, valid=len(valid), out=len(out), limit=limits.least_disqualified)


def _lowest_out(case: Case) -> Finding:
    """R036: the lowest bid was disqualified, where price alone decides."""
    if not case.price_only:
        return Finding(Code.LOWEST_OUT, Outcome.NOT_ASKED)
    priced = [each for each in case.bids if each.price_minor is not None]
    if case.winner_id is None or not priced:
        return Finding(Code.LOWEST_OUT, Outcome.UNKNOWN)
    least = min(each.price_minor or 0 for each in priced)
    lowest = [each for each in priced if each.price_minor == least]
    out = [each for each in lowest if each.is_out]
    return Finding(
        Code.LOWEST_OUT,
        Outcome.RAISED if len(out) == len(lowest) else Outcome.QUIET,
        {"price": Fraction(least, 100)},
        tuple(sorted(each.bidder for each in out)),
    )


def _outlier(case: Case, whole: Field, limits: Limits, code: Code) -> Finding:
    """R024 and R058: the winner unusually close to the second, or unusually far below it."""
    own, around = gap(case), fences(whole.gaps, limits)
    if own is None:
        waits = case.winner_id is None
        return Finding(code, Outcome.UNKNOWN if waits else Outcome.NOT_ASKED)
    if around is None:
        return Finding(
            code, Outcome.UNKNOWN, {"gap": own, "count": len(whole.gaps), "least": limits.least_values}
        )
    raised = around.is_low(own) if code is Code.CLOSE_PRICES else around.is_high(own)
    return _given(code, raised, gap=own, **around.told())


def _many_out(case: Case, whole: Field, limits: Limits) -> Finding:
    """R038: this buyer disqualifies unusually much, or a bidder here is disqualified unusually often."""
    own = sorted({key for bid in case.bids for key, _name in bid.everybody})
    buyer = whole.buyers.get(case.buyer_id)
    kinds = (
        (whole.buyers.values(), [buyer] if buyer else []),
        (whole.bidders.values(), [whole.bidders[key] for key in own if key in whole.bidders]),
    )
    about: list[str] = []
    values: dict[str, Fraction | int | str] = {}
    known = False
    for shares, here in kinds:
        around = fences([each.ratio for each in shares], limits)
        if around is None:
            continue
        known = True
        for share in here:
            if share.out and around.is_high(share.ratio):
                about.append(share.name)
                values = values or {
                    "out": share.out,
                    "bids": share.bids,
                    "ratio": share.ratio,
                    **around.told(),
                }
    if not known:
        sizes = max(len(whole.buyers), len(whole.bidders))
        return Finding(Code.MANY_OUT, Outcome.UNKNOWN, {"count": sizes, "least": limits.least_values})
    return Finding(Code.MANY_OUT, Outcome.RAISED if about else Outcome.QUIET, values, tuple(about))


def check_answer(text: str) -> str:
    """A reason in own words.

    Raises:
        AnswerTooShort, AnswerTooLong: at the field `reason`.
    """
    clean = text.strip()
    if len(clean) < LEAST_ANSWER:
        raise errors.AnswerTooShort(field="reason", least=LEAST_ANSWER)
    if len(clean) > MOST_ANSWER:
        raise errors.AnswerTooLong(field="reason", most=MOST_ANSWER)
    return clean
