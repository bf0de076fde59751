"""Scoring: published examples, ties, knock-outs, and what must hold for all inputs."""

from datetime import date
from fractions import Fraction as F

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from cwb.kernel.exact import shown
from procurement.scoring import rules
from procurement.scoring.errors import ScoreRefused
from procurement.scoring.rules import Criterion, Method, Offer, PriceRule

POINTS = [Criterion("plan", max_points=F(60), min_points=F(18))]


def total_of(outcome, name):
    return next(shown(each.total) for each in outcome.ranking if each.id == name)


def test_gunnen_op_waarde_published_example():
    found = rules.score(
        Method.VALUE_AWARD,
        PriceRule(),
        [Criterion("q", value=F(2500))],
        [Offer("A", F(80000), {"q": F(3, 5)})],
    )
    assert total_of(found, "A") == "78500"
    assert found.winner == "A"


def test_superformule_published_example_130000_at_full_quality_equals_the_reference():
    price = PriceRule(reference=F(100000), reference_quality=F(7, 10), exponent=F(-1))
    offers = [Offer("A", F(130000), {"q": F(1)}), Offer("B", F(100000), {"q": F(7, 10)})]
    found = rules.score(Method.SUPERFORMULE, price, [Criterion("q")], offers)
    assert {total_of(found, "A"), total_of(found, "B")} == {"2"}
    assert found.tie
    assert found.winner is None


def test_relative_price_points_against_the_lowest_bid_that_is_still_in():
    offers = [
        Offer("cheap", F(10), {"plan": F(17)}),
        Offer("A", F(100), {"plan": F(50)}),
        Offer("B", F(125), {"plan": F(60)}),
    ]
    found = rules.score(Method.RELATIVE_PRICE, PriceRule(max_points=F(40)), POINTS, offers)
    assert [(each.id, each.rank, shown(each.total)) for each in found.ranking] == [
        ("B", 1, "92"),
        ("A", 2, "90"),
        ("cheap", None, None),
    ]
    assert found.ranking[2].knocked_out == "plan: 17 is below the minimum 18"


def test_a_fixed_range_gives_full_points_below_and_knocks_out_above():
    price = PriceRule(max_points=F(40), minimum=F(100), maximum=F(200))
    offers = [
        Offer(name, F(p), {"plan": F(20)})
        for name, p in (("low", 50), ("mid", 150), ("top", 200), ("over", 201))
    ]
    found = rules.score(Method.FIXED_PRICE_RANGE, price, POINTS, offers)
    assert [(each.id, shown(each.total)) for each in found.ranking] == [
        ("low", "60"),
        ("mid", "40"),
        ("top", "20"),
        ("over", None),
    ]


def test_log_price_loses_all_points_at_base_times_the_best_price_and_more_beyond():
    price = PriceRule(max_points=F(40), log_base=F(2))
    offers = [Offer(name, F(p), {"plan": F(30)}) for name, p in (("A", 100), ("B", 200), ("C", 400))]
    found = rules.score(Method.LOG_PRICE, price, POINTS, offers)
    assert [shown(each.price_points) for each in found.ranking] == ["40", "0", "-40"]


def test_the_coefficient_divides_the_price():
    criteria = [Criterion("a", max_points=F(3, 10)), Criterion("b", max_points=F(1, 5))]
    found = rules.score(
        Method.MEAT_COEFFICIENT, PriceRule(), criteria, [Offer("A", F(1000), {"a": F(3, 10), "b": F(1, 5)})]
    )
    assert total_of(found, "A") == "500"


def test_life_cycle_costs_are_summed_and_discounted_from_the_first_day():
    costs = [(date(2027, 1, 1), F(1000)), (date(2028, 1, 1), F(110))]
    plain = rules.score(Method.LIFE_CYCLE_COST, PriceRule(), [], [Offer("A", None, {}, costs)])
    assert total_of(plain, "A") == "1110"
    discounted = rules.score(
        Method.LIFE_CYCLE_COST, PriceRule(discount_rate=F(1, 10)), [], [Offer("A", None, {}, costs)]
    )
    assert total_of(discounted, "A") == "1100"


def test_equal_totals_share_a_rank_and_the_next_rank_is_skipped():
    offers = [Offer("C", F(5)), Offer("B", F(4)), Offer("A", F(4))]
    found = rules.score(Method.LOWEST_PRICE, PriceRule(), [], offers)
    assert [(each.id, each.rank) for each in found.ranking] == [("A", 1), ("B", 1), ("C", 3)]
    assert found.tie
    assert found.winner is None


def test_no_bids_have_no_winner():
    found = rules.score(Method.LOWEST_PRICE, PriceRule(), [], [])
    assert (found.winner, found.tie, list(found.ranking)) == (None, False, [])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F(1, 3), "0.333333"), (F(2, 3), "0.666667"), (F(1, 2000000), "0.000001"), (F(-1, 2000000), "-0.000001"),
        (F(-1, 3000000), "0"), (F(615, 10), "61.5"), (F(100), "100"), (F(0), "0"), (F(10**20), "100000000000000000000"),
    ],
)  # fmt: skip
def test_numbers_are_printed_half_up_without_trailing_zeros(value, text):
    assert shown(value) == text


ONE = {"plan": F(20)}
BAD = [
    (Method.RELATIVE_PRICE, PriceRule(), POINTS, [Offer("A", F(1), ONE)], "needed"),
    (Method.RELATIVE_PRICE, PriceRule(max_points=F(-1)), POINTS, [Offer("A", F(1), ONE)], "below 0"),
    (Method.RELATIVE_PRICE, PriceRule(max_points=F(1)), [Criterion("plan", F(-1))], [], "below 0"),
    (Method.RELATIVE_PRICE, PriceRule(max_points=F(1)), POINTS, [Offer("A", F(0), ONE)], "above 0"),
    (Method.RELATIVE_PRICE, PriceRule(max_points=F(1)), POINTS, [Offer("A", None, ONE)], "price is missing"),
    (Method.RELATIVE_PRICE, PriceRule(max_points=F(1)), POINTS, [Offer("A", F(1))], "no score for plan"),
    (Method.RELATIVE_PRICE, PriceRule(max_points=F(1)), POINTS, [Offer("A", F(1), {**ONE, "x": F(1)})], "unknown"),
    (Method.RELATIVE_PRICE, PriceRule(max_points=F(1)), POINTS, [Offer("A", F(1), {"plan": F(61)})], "outside 0 to 60"),
    (Method.RELATIVE_PRICE, PriceRule(max_points=F(1)), POINTS, [Offer("A", F(1), ONE)] * 2, "A occurs twice"),
    (Method.RELATIVE_PRICE, PriceRule(max_points=F(1)), POINTS * 2, [], "plan occurs twice"),
    (Method.FIXED_PRICE_RANGE, PriceRule(max_points=F(1), minimum=F(2), maximum=F(2)), [], [], "below max"),
    (Method.LOG_PRICE, PriceRule(max_points=F(1), log_base=F(1)), [], [], "above 1"),
    (Method.VALUE_AWARD, PriceRule(), [Criterion("q", value=F(-1))], [], "below 0"),
    (Method.VALUE_AWARD, PriceRule(), [Criterion("q", value=F(1))], [Offer("A", F(1), {"q": F(2)})], "outside 0 to 1"),
    (Method.MEAT_COEFFICIENT, PriceRule(), [Criterion("a", max_points=F(31, 100))], [], "0.3"),
    (Method.MEAT_COEFFICIENT, PriceRule(), [Criterion(c, max_points=F(1, 4)) for c in "abcd"], [], "less than 1"),
    (Method.SUPERFORMULE, PriceRule(reference=F(1), reference_quality=F(1), exponent=F(0)), [Criterion("q")], [], "not be 0"),
    (Method.SUPERFORMULE, PriceRule(reference=F(1), reference_quality=F(1), exponent=F(1)), [], [], "exactly one"),
    (Method.SUPERFORMULE, PriceRule(reference=F(0), reference_quality=F(1), exponent=F(1)), [Criterion("q")], [], "above 0"),
    (Method.SUPERFORMULE, PriceRule(reference=F(1), reference_quality=F(2), exponent=F(1)), [Criterion("q")], [], "between"),
    (Method.SUPERFORMULE, PriceRule(reference=F(1), reference_quality=F(1), exponent=F(1)), [Criterion("q")],
     [Offer("A", F(1), {"q": F(0)})], "above 0"),
    (Method.LIFE_CYCLE_COST, PriceRule(), [], [Offer("A", F(1))], "costs are missing"),
    (Method.LIFE_CYCLE_COST, PriceRule(discount_rate=F(-1)), [], [], "above -1"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "price", "criteria", "offers", "why"), BAD)
def test_what_cannot_be_scored_is_refused_by_name(method, price, criteria, offers, why):
    with pytest.raises(ScoreRefused) as refused:
        rules.score(method, price, criteria, offers)
    assert why in refused.value.text()


PRICE = {
    Method.RELATIVE_PRICE: PriceRule(max_points=F(40)),
    Method.FIXED_PRICE_RANGE: PriceRule(max_points=F(40), minimum=F(50), maximum=F(150)),
    Method.VALUE_AWARD: PriceRule(),
    Method.LOG_PRICE: PriceRule(max_points=F(40), log_base=F(3)),
    Method.SUPERFORMULE: PriceRule(reference=F(100), reference_quality=F(7, 10), exponent=F(1, 2)),
    Method.MEAT_COEFFICIENT: PriceRule(),
    Method.LOWEST_PRICE: PriceRule(),
}
QUALITY = {
    Method.VALUE_AWARD: Criterion("q", value=F(60), min_points=F(1, 10)),
    Method.SUPERFORMULE: Criterion("q"),
    Method.MEAT_COEFFICIENT: Criterion("q", max_points=F(3, 10)),
}


def some_offers(method):
    whole = method in {Method.VALUE_AWARD, Method.SUPERFORMULE}
    scale = F(1, 100) if whole else F(3, 1000) if method is Method.MEAT_COEFFICIENT else F(60, 100)
    return st.lists(st.tuples(st.integers(40, 160), st.integers(1, 100)), min_size=2, max_size=7).map(
        lambda rows: [
            Offer(f"b{i}", F(p), {} if method is Method.LOWEST_PRICE else {"q": q * scale})
            for i, (p, q) in enumerate(rows)
        ]
    )


@pytest.mark.parametrize("method", list(PRICE))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_order_of_bids_never_matters_and_a_loser_never_changes_a_stable_winner(method, data):
    offers = data.draw(some_offers(method))
    criteria = (
        [] if method is Method.LOWEST_PRICE else [QUALITY.get(method, Criterion("q", max_points=F(60)))]
    )
    found = rules.score(method, PRICE[method], criteria, offers)
    assert rules.score(method, PRICE[method], criteria, offers[::-1]) == found
    if rules.RANK_STABLE[method] and found.winner:
        for each in offers:
            if each.id != found.winner:
                rest = [offer for offer in offers if offer is not each]
                assert rules.score(method, PRICE[method], criteria, rest).winner == found.winner


def test_a_losing_bid_does_change_the_winner_of_the_relative_method():
    criteria = [Criterion("q", max_points=F(60))]
    two = [Offer("A", F(100), {"q": F(40)}), Offer("B", F(150), {"q": F(50)})]
    third = Offer("C", F(50), {"q": F(0)})
    price = PriceRule(max_points=F(40))
    assert rules.score(Method.RELATIVE_PRICE, price, criteria, two).winner == "A"
    loser = rules.score(Method.RELATIVE_PRICE, price, criteria, [*two, third])
    assert loser.winner == "B"
    assert not rules.RANK_STABLE[Method.RELATIVE_PRICE]


def dated(rows):
    """Bids of costs in euro on days of 2027 and later, all from one first day."""
    return [
        Offer(f"b{i}", None, {}, [(date(2027, 1, 1), F(first)), (date(2027 + years, 6, 1), F(later))])
        for i, (first, later, years) in enumerate(rows)
    ]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9)), min_size=2, max_size=6
    ),
    rate=st.sampled_from([F(0), F(3, 100), F(1, 4)]),
)
def test_a_loser_never_changes_the_winner_of_life_cycle_costs_nor_does_order(rows, rate):
    offers, price = dated(rows), PriceRule(discount_rate=rate)
    found = rules.score(Method.LIFE_CYCLE_COST, price, [], offers)
    assert rules.score(Method.LIFE_CYCLE_COST, price, [], offers[::-1]) == found
    for each in offers:
        if found.winner and each.id != found.winner:
            rest = [offer for offer in offers if offer is not each]
            assert rules.score(Method.LIFE_CYCLE_COST, price, [], rest).winner == found.winner


def reverses(method, offers, criteria):
    """Whether leaving out some loser changes the winner."""
    found = rules.score(method, PRICE[method], criteria, offers)
    return bool(found.winner) and any(
        rules.score(method, PRICE[method], criteria, [o for o in offers if o is not each]).winner
        != found.winner
        for each in offers
        if each.id != found.winner
    )


@pytest.mark.parametrize("method", [each for each in PRICE if not rules.RANK_STABLE[each]])
def test_each_unstable_method_is_seen_to_reverse(method):
    """The same search that never finds a reversal for the stable methods finds one here."""
    criteria = [QUALITY.get(method, Criterion("q", max_points=F(60)))]
    found = find(
        some_offers(method),
        lambda offers: reverses(method, offers, criteria),
        settings=settings(max_examples=5000, database=None, phases=[Phase.generate]),
    )
    assert reverses(method, found, criteria)


def test_only_the_relative_method_is_called_unstable():
    assert [each for each, stable in rules.RANK_STABLE.items() if not stable] == [Method.RELATIVE_PRICE]
    assert set(PRICE) | {Method.LIFE_CYCLE_COST} == set(Method)


def test_a_lowest_price_from_elsewhere_gives_a_bid_the_points_it_got_among_all():
    rule = PriceRule(max_points=F(40), lowest=F(40_000))
    own = [Offer("B", F(50_000), {"q": F(30)})]
    quality = [Criterion("q", F(60))]
    assert rules.score(Method.RELATIVE_PRICE, rule, quality, own).ranking[0].total == 62
    for wrong in (F(0), F(50_001), F(-1)):
        with pytest.raises(ScoreRefused, match=r"price\.lowest"):
            rules.score(Method.RELATIVE_PRICE, PriceRule(F(40), lowest=wrong), quality, own)


def test_no_quality_at_all_falls_out_where_a_minimum_says_so_and_is_refused_where_none_does():
    rule = PriceRule(reference=F(100), reference_quality=F(7, 10), exponent=F(-1))
    bids = [Offer("A", F(90), {"q": F(0)}), Offer("B", F(99), {"q": F(1)})]
    found = rules.score(Method.SUPERFORMULE, rule, [Criterion("q", min_points=F(1, 2))], bids)
    assert (found.winner, found.ranking[1].knocked_out) == ("B", "q: 0 is below the minimum 0.5")
    with pytest.raises(ScoreRefused, match="above 0"):
        rules.score(Method.SUPERFORMULE, rule, [Criterion("q")], bids)
