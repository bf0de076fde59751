"""The registered analysis: what it finds, what it does not, and where it is silent."""

from fractions import Fraction
from itertools import permutations

import pytest

from ledger.allocation.rules import Cluster, allocate
from ledger.inference.rules import Value, analyse, redraws

KEYS = [f"c{number:02d}" for number in range(12)]
UNITS = [Cluster(key, 3) for key in KEYS]
WAVES = {key: place.wave for key, place in allocate(UNITS, seed="a fixed seed", waves=4).items()}
DRAWN = redraws(UNITS, seed="a fixed seed", waves=4, number=199)


def panel(effect, waves=WAVES):
    """Three traders a cluster, five periods; habits of their own, and a rise that comes to all."""
    return [
        Value(
            key, period,
            Fraction(20 + (5 * place + 3 * trader) % 11 + 4 * period, 100) + (effect if waves[key] <= period else 0),
        )
        for place, key in enumerate(KEYS) for trader in range(3) for period in range(5)
    ]  # fmt: skip


def test_two_clusters_by_hand():
    values = [Value("a", 0, Fraction(1, 10)), Value("b", 0, Fraction(1, 10)), Value("a", 1, Fraction(1, 2)),
              Value("a", 1, Fraction(3, 10)), Value("b", 1, Fraction(1, 10))]  # fmt: skip
    other = {"a": 2, "b": 1}
    found = analyse(values, {"a": 1, "b": 2}, [other])
    # Period 1 alone compares: 0.4 begun, 0.1 waiting. The other draw shows −0.3: as large.
    assert (found.difference, found.p, found.begun, found.waiting) == (Fraction(3, 10), 1, 2, 3)
    assert (found.low, found.high) == (None, None)


def test_an_effect_that_is_there_is_found_and_lies_in_its_interval():
    found = analyse(panel(Fraction(15, 100)), WAVES, DRAWN)
    assert found.p <= Fraction(5, 100)
    assert 0 < found.low <= Fraction(15, 100) <= found.high
    assert abs(found.difference - Fraction(15, 100)) < Fraction(3, 100)


def test_a_rise_that_comes_to_everybody_is_no_effect():
    found = analyse(panel(Fraction(0)), WAVES, DRAWN)
    assert found.p > Fraction(5, 100)
    assert found.low < 0 < found.high


def test_the_interval_is_what_the_test_does_not_refute():
    values = panel(Fraction(4, 100))
    found = analyse(values, WAVES, DRAWN)
    step = Fraction(1, 10_000)

    def p_without(effect):
        return analyse(
            [each._replace(share=each.share - (effect if WAVES[each.cluster] <= each.period else 0)) for each in values],
            WAVES, DRAWN, interval=False,
        ).p  # fmt: skip

    assert p_without(found.low + step) > Fraction(5, 100) >= p_without(found.low - step)
    assert p_without(found.high - step) > Fraction(5, 100) >= p_without(found.high + step)


def test_the_interval_moves_with_the_effect():
    none, some = (analyse(panel(Fraction(each, 100)), WAVES, DRAWN) for each in (0, 10))
    assert (
        some.low - none.low == some.high - none.high == some.difference - none.difference == Fraction(1, 10)
    )


def test_over_all_draws_the_test_is_exact():
    # Four clusters, waves 1 to 4: each of the 24 draws is as likely. At most 1 in 24 has p ≤ 1/24, and so on.
    keys = "abcd"
    every = [dict(zip(keys, order, strict=True)) for order in permutations((1, 2, 3, 4))]
    values = [
        Value(key, period, Fraction(number**2 + period, 50))
        for number, key in enumerate(keys) for period in range(5)
    ]  # fmt: skip
    found = [
        analyse(values, waves, [each for each in every if each != waves], interval=False).p for waves in every
    ]
    for each in set(found):
        assert sum(p <= each for p in found) <= each * 24


def test_where_nobody_waits_there_is_nothing_to_compare():
    values = [Value("a", 5, Fraction(1, 2)), Value("b", 5, Fraction(1, 3))]
    assert analyse(values, {"a": 1, "b": 2}, []) == (None, None, None, None, 2, 0)
    assert analyse([], {"a": 1}, []) == (None, None, None, None, 0, 0)


def test_too_few_redraws_have_no_interval():
    found = analyse(panel(Fraction(0)), WAVES, DRAWN[:18])
    assert (found.low, found.high) == (None, None)


@pytest.mark.parametrize("number", [1, 5])
def test_redraws_are_allocations_of_the_registered_rules(number):
    drawn = redraws(UNITS, seed="a fixed seed", waves=4, number=number)
    assert len(drawn) == number
    again = allocate(UNITS, seed=f"a fixed seed:redraw:{number}", waves=4)
    assert drawn[-1] == {key: place.wave for key, place in again.items()}
