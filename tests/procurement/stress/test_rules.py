"""The stress test: the same for the same seed, reversals where they belong, and limits that hold when tried."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction as F

import pytest

from cwb.kernel.money import Money
from procurement.methods.rules import QualityCriterion, Scoring
from procurement.scoring.rules import RANK_STABLE, Criterion, Method, PriceRule
from procurement.scoring.rules import Method as Chosen
from procurement.simulation import rules as simulation
from procurement.simulation.errors import NothingToTest, PricesTurned
from procurement.simulation.rules import Setup, play, simulated, totals_of, usual
from procurement.stress import rules

POINTS = (Criterion("plan", F(35), F(10)), Criterion("social", F(25)))
PARTS = (Criterion("plan", F(1, 5)), Criterion("social", F(1, 10)))
EURO = (Criterion("plan", value=F(6000)), Criterion("social", value=F(4000), min_points=F(1, 4)))
SETUPS = {
    Method.RELATIVE_PRICE: (PriceRule(max_points=F(40)), POINTS),
    Method.FIXED_PRICE_RANGE: (PriceRule(max_points=F(40), minimum=F(40_000), maximum=F(60_000)), POINTS),
    Method.VALUE_AWARD: (PriceRule(), EURO), Method.LOG_PRICE: (PriceRule(max_points=F(40), log_base=F(2)), POINTS),
    Method.SUPERFORMULE: (PriceRule(reference=F(50_000), reference_quality=F(7, 10), exponent=F(-3, 2)), (Criterion("plan"),)),
    Method.MEAT_COEFFICIENT: (PriceRule(), PARTS), Method.LOWEST_PRICE: (PriceRule(), ()),
    Method.LIFE_CYCLE_COST: (PriceRule(discount_rate=F(3, 100)), ()),
}  # fmt: skip


def setup(method, **facts):
    price, criteria = SETUPS[method]
    return Setup(
        **{
            "method": method,
            "price": price,
            "criteria": criteria,
            "low": F(40_000),
            "high": F(60_000),
            **facts,
        }
    )


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(simulation, "ROUNDS", dict.fromkeys(Method, 60) | {Method.SUPERFORMULE: 8})


@pytest.mark.parametrize("method", list(Method))
def test_the_same_seed_gives_the_same_verdict_and_bids_lie_where_they_may(method):
    made = setup(method)
    assert rules.test(made) == rules.test(setup(method))
    for number in range(1, 30):
        bids = simulated(made, number)
        assert 3 <= len(bids) <= 6
        assert all(40_000 <= each.price <= 60_000 for each in bids)
        assert all(each.total is not None for each in made.score(bids).ranking)
    assert simulated(made, 1) != simulated(replace(made, seed=2), 1)


def test_chance_is_the_same_on_every_machine():
    assert [simulation.drawn(1, 2, "a"), simulation.drawn(1, 2, "b")] == [F(587, 2500), F(1319, 10_000)]


@pytest.mark.parametrize("method", list(Method))
def test_a_loser_decides_only_in_the_relative_method(method):
    found = play(setup(method))
    assert sum(found.wins.values()) == found.rounds
    assert (found.changed > 0) is (not RANK_STABLE[method])
    assert (found.example is None) is RANK_STABLE[method]


def test_the_example_of_a_reversal_is_one():
    made = setup(Method.RELATIVE_PRICE)
    found = play(made).example
    more = [*found.bids, found.loser] if found.added else [each for each in found.bids if each != found.loser]
    assert made.score(found.bids).winner == found.winner != found.loser.id
    after = made.score(more)
    assert after.winner == found.then not in {found.winner, found.loser.id}
    assert totals_of(after) == found.totals_then


@pytest.mark.parametrize(
    "method", [each for each in Method if each not in simulation.PRICE_ALONE | {Method.SUPERFORMULE}]
)
@pytest.mark.parametrize("part", [F(1, 2), F(1), F(3)])
def test_a_weight_may_move_so_far_and_no_further(method, part):
    """Just before the limit the usual field keeps its winner, just beyond it another wins."""
    price, criteria = SETUPS[method]
    if method is Method.VALUE_AWARD:
        criteria = [replace(each, value=each.value * part) for each in criteria]
    elif method is not Method.MEAT_COEFFICIENT:
        price = replace(price, max_points=price.max_points * part)
    made = setup(method, price=price, criteria=criteria)
    offers, hair = usual(made), F(1, 10**9)
    winner = made.score(offers).winner
    limits = 0
    for each in rules.shifts(made):
        for limit, sign in ((each.down, -1), (each.up, 1)):
            if limit is None:
                continue
            limits += 1
            edge = F(1, 100) if method is Method.MEAT_COEFFICIENT else hair
            near, far = limit - edge, limit + (0 if method is Method.MEAT_COEFFICIENT else hair)
            assert rules._standing(made, each.id, sign * near, offers).winner == winner
            if each.weight + sign * far >= 0:
                assert rules._standing(made, each.id, sign * far, offers).winner != winner
    assert limits


def test_moving_a_weight_keeps_the_sum():
    made = setup(Method.FIXED_PRICE_RANGE)
    moved = rules._moved(made, "plan", F(5))
    assert moved.price.max_points + sum(each.max_points for each in moved.criteria) == 100
    assert moved.criteria[0].max_points == 40
    assert moved.criteria[0].min_points == F(80, 7)  # the same part of the most


def test_what_a_point_is_worth():
    assert rules.worth(setup(Method.FIXED_PRICE_RANGE)) == {"plan": 500, "social": 500}
    assert rules.worth(setup(Method.VALUE_AWARD)) == {"plan": 60, "social": 40}
    assert rules.worth(setup(Method.LOWEST_PRICE)) == {}


@pytest.mark.parametrize(
    "method", [Method.RELATIVE_PRICE, Method.LOG_PRICE, Method.MEAT_COEFFICIENT, Method.SUPERFORMULE]
)
def test_what_a_point_is_worth_weighs_up_to_the_cent(method):
    made = setup(method)
    for code, euro in rules.worth(made).items():
        assert euro > 0
        offers = usual(made)
        middle, step = offers[2], F(1, 100) if method in rules.PARTS else F(1)
        better = {**middle.scores, code: middle.scores[code] + step}
        for by, wins in ((F(-2, 100), True), (F(2, 100), False)):
            other = replace(middle, id="more", price=middle.price + euro + by, scores=better)
            ranks = {each.id: each.rank for each in made.score([offers[0], middle, other]).ranking}
            assert (ranks["more"] < ranks[middle.id]) is wins


def test_extremes():
    found = rules.extremes(setup(Method.FIXED_PRICE_RANGE))
    assert found.totals == {"cheap": 50, "dear": 60}
    assert (found.winner, found.cheap.scores["plan"]) == ("dear", 10)
    cheap = setup(
        Method.FIXED_PRICE_RANGE, price=replace(SETUPS[Method.FIXED_PRICE_RANGE][0], max_points=F(90))
    )
    assert rules.extremes(cheap).winner == "cheap"


def ids(made):
    return {each.id: each.tone for each in rules.test(made).findings}


def test_the_verdict_in_words():
    assert ids(setup(Method.RELATIVE_PRICE))["reversed"] == "bad"
    assert ids(setup(Method.LOWEST_PRICE)) == {"stable": "good", "price_alone": "warn"}
    price = SETUPS[Method.FIXED_PRICE_RANGE][0]
    assert (
        ids(setup(Method.FIXED_PRICE_RANGE, price=replace(price, max_points=F(900))))["price_rules"] == "warn"
    )
    assert (
        ids(setup(Method.FIXED_PRICE_RANGE, price=replace(price, max_points=F(1))))["quality_rules"] == "warn"
    )
    one = setup(Method.RELATIVE_PRICE, criteria=(Criterion("plan", F(1)),))
    assert "relative" in ids(one) or "reversed" in ids(one)
    for method in Method:
        for each in rules.test(setup(method)).findings:
            assert "%(" not in rules.TEXTS[each.id] % each.facts


CHOSEN = (QualityCriterion("Plan", "Hoe?", Decimal(35), Decimal(7), Money.of("6000")),)


def test_a_tenders_scoring_becomes_a_setup():
    made = rules.setup_of(Scoring(Chosen.VALUE_AWARD, CHOSEN), Money.of("100000"), 7)
    assert (made.low, made.high, made.seed, made.name("q1"), made.name("price")) == (
        70_000,
        115_000,
        7,
        "Plan",
        "",
    )
    assert made.criteria[0] == Criterion("q1", F(1), F(1, 5), F(6000))
    ranged = Scoring(Chosen.FIXED_PRICE_RANGE, CHOSEN, Decimal(65), Money.of("40000"), Money.of("60000"))
    made = rules.setup_of(ranged, None, 1)
    assert (made.low, made.high, made.price.max_points, made.criteria[0].min_points) == (
        40_000,
        60_000,
        65,
        7,
    )
    with pytest.raises(NothingToTest):
        rules.setup_of(Scoring(Chosen.VALUE_AWARD, CHOSEN), None, 1)


@pytest.mark.parametrize(("low", "high"), [(0, 5), (5, 5), (6, 5), (-1, 5)])
def test_prices_without_room_are_refused(low, high):
    with pytest.raises(PricesTurned):
        setup(Method.LOWEST_PRICE, low=F(low), high=F(high))
