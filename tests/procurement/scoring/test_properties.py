"""What every method owes a bidder: a better bid of its own never costs it its place, and equals stay equal."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.scoring.rules import Criterion, Method, Offer, Outcome, PriceRule, score

FRACTIONS = {Method.VALUE_AWARD, Method.SUPERFORMULE}
SETUPS = {
    Method.RELATIVE_PRICE: (PriceRule(max_points=Fraction(40)), Criterion("q", max_points=Fraction(60))),
    Method.FIXED_PRICE_RANGE: (
        PriceRule(max_points=Fraction(40), minimum=Fraction(100), maximum=Fraction(900)),
        Criterion("q", max_points=Fraction(60)),
    ),
    Method.VALUE_AWARD: (PriceRule(), Criterion("q", value=Fraction(300))),
    Method.LOG_PRICE: (
        PriceRule(max_points=Fraction(40), log_base=Fraction(2)),
        Criterion("q", max_points=Fraction(60)),
    ),
    Method.SUPERFORMULE: (
        PriceRule(reference=Fraction(500), reference_quality=Fraction(7, 10), exponent=Fraction(3)),
        Criterion("q"),
    ),
    Method.MEAT_COEFFICIENT: (PriceRule(), Criterion("q", max_points=Fraction(3, 10))),
    Method.LOWEST_PRICE: (PriceRule(), None),
}
"""Every method that looks at one price; costs with dates have their own tests."""

PRICES = st.integers(1, 1000).map(Fraction)
SHARES = st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=100)
BIDS = st.lists(st.tuples(PRICES, SHARES), min_size=2, max_size=6)


def offers(method: Method, rows: list[tuple[Fraction, Fraction]]) -> list[Offer]:
    criterion = SETUPS[method][1]
    most = Fraction(1) if criterion is None or method in FRACTIONS else criterion.max_points or Fraction(0)
    named = {} if criterion is None else {criterion.id: most}
    return [
        Offer(str(place), price, {each: share * full for each, full in named.items()})
        for place, (price, share) in enumerate(rows)
    ]


def ranked(method: Method, rows: list[tuple[Fraction, Fraction]]) -> Outcome:
    price, criterion = SETUPS[method]
    return score(method, price, [] if criterion is None else [criterion], offers(method, rows))


def rank(outcome: Outcome, each: str) -> float:
    """The place of a bid; one that is out stands behind everybody."""
    found = next(one.rank for one in outcome.ranking if one.id == each)
    return float("inf") if found is None else found


@pytest.mark.parametrize("method", SETUPS)
@given(rows=BIDS, cut=st.fractions(min_value=Fraction(1, 10), max_value=1, max_denominator=50))
def test_a_lower_price_never_costs_a_bid_its_place(method, rows, cut):
    cheaper = [(rows[0][0] * cut, rows[0][1]), *rows[1:]]
    assert rank(ranked(method, cheaper), "0") <= rank(ranked(method, rows), "0")


@pytest.mark.parametrize("method", SETUPS)
@given(rows=BIDS, better=SHARES)
def test_more_quality_never_costs_a_bid_its_place(method, rows, better):
    improved = [(rows[0][0], max(rows[0][1], better)), *rows[1:]]
    assert rank(ranked(method, improved), "0") <= rank(ranked(method, rows), "0")


@pytest.mark.parametrize("method", SETUPS)
@given(rows=BIDS)
def test_two_equal_bids_share_their_place(method, rows):
    outcome = ranked(method, [rows[0], *rows])
    assert rank(outcome, "0") == rank(outcome, "1")
    if rank(outcome, "0") == 1:
        assert outcome.winner is None
        assert outcome.tie


@given(rows=BIDS)
def test_the_points_of_a_fixed_range_never_leave_it(rows):
    most = SETUPS[Method.FIXED_PRICE_RANGE][0].max_points
    for each in ranked(Method.FIXED_PRICE_RANGE, rows).ranking:
        assert each.price_points is None or 0 <= each.price_points <= most


def test_only_dated_costs_are_left_out_here():
    assert set(Method) - set(SETUPS) == {Method.LIFE_CYCLE_COST}
