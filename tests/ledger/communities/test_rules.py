"""Trading clusters, found in whole numbers."""

from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.communities.rules import clusters_of

TRIANGLES = {
    ("a", "b"): 10, ("b", "c"): 10, ("c", "a"): 10, ("c", "d"): 1, ("d", "e"): 10, ("e", "f"): 10, ("f", "d"): 10,
}  # fmt: skip
names = st.sampled_from("abcdefghij")
links = st.dictionaries(st.tuples(names, names), st.integers(-50, 10**9), max_size=20)


def test_two_triangles_with_a_bridge_are_two_clusters():
    found = clusters_of("abcdef", TRIANGLES)
    assert found.clusters == (("a", "b", "c"), ("d", "e", "f"))
    assert found.inside == Fraction(60, 61)


def test_who_trades_with_nobody_is_a_cluster_alone():
    assert clusters_of("abx", {("a", "b"): 1, ("x", "outside"): 900}).clusters == (("a", "b"), ("x",))


def test_nobody_trading_leaves_nothing_inside():
    assert clusters_of("ba", {("a", "a"): 5, ("a", "b"): -5}) == ((("a",), ("b",)), None)


def test_credit_notes_are_netted_before_anything_else():
    # What a and b invoiced each other was credited: only b and c trade.
    assert clusters_of("abc", {("a", "b"): 100, ("b", "a"): -100, ("b", "c"): 1}).clusters == (
        ("a",),
        ("b", "c"),
    )


def test_a_ring_is_merged_over_levels():
    ring = {(f"n{at:02d}", f"n{(at + 1) % 24:02d}"): 1 for at in range(24)}
    found = clusters_of({name for pair in ring for name in pair}, ring)
    # Pairs (the first level) would keep half inside; several levels keep more.
    assert 4 <= len(found.clusters) <= 6
    assert found.inside == Fraction(24 - len(found.clusters), 24)


@settings(max_examples=30)
@given(links, st.randoms())
def test_everybody_is_in_one_cluster_and_order_never_matters(trade, chance: Random):
    found = clusters_of("abcdefghij", trade)
    assert sorted(name for cluster in found.clusters for name in cluster) == list("abcdefghij")
    shuffled = list(trade.items())
    chance.shuffle(shuffled)
    assert clusters_of(chance.sample("abcdefghij", 10), dict(shuffled)) == found


@settings(max_examples=30)
@given(links, st.integers(2, 1000))
def test_the_size_of_the_unit_never_matters(trade, times):
    larger = {pair: cents * times for pair, cents in trade.items()}
    assert clusters_of("abcdefghij", larger) == clusters_of("abcdefghij", trade)
