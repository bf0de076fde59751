"""Drawing who begins when, and what a trial of that size can show."""

from collections import Counter
from fractions import Fraction
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.allocation import errors, rules
from ledger.allocation.rules import Cluster, Place, allocate, detectable

SEED = "3 6 1 1 4 2 5 3 6 2"
FOUR = [Cluster("a", 5), Cluster("b", 3), Cluster("c", 3), Cluster("d", 1)]
units = st.lists(st.integers(1, 40), min_size=2, max_size=40).map(
    lambda sizes: [Cluster(f"c{number:02d}", size) for number, size in enumerate(sizes)]
)


def test_a_draw_is_what_the_text_says_worked_out_by_hand():
    def place(thing):
        return sha256(f"{SEED}:{thing}".encode()).hexdigest()

    expected = {}
    for number, row in ((1, "ab"), (2, "cd")):
        turns = sorted((1, 2), key=lambda wave: place(f"wave {wave} of {number}"))
        expected |= dict(zip(sorted(row, key=place), turns, strict=True))
    assert {key: each.wave for key, each in allocate(FOUR, seed=SEED, waves=2).items()} == expected


def test_a_draw_stays_as_it_was():
    assert allocate(FOUR, seed=SEED, waves=2, arms=("A", "A+")) == {
        "a": Place(2, "A"), "b": Place(1, "A"), "c": Place(1, "A+"), "d": Place(2, "A+"),
    }  # fmt: skip


@settings(max_examples=25)
@given(units, st.integers(2, 12), st.text(min_size=8, max_size=20), st.randoms())
def test_every_cluster_is_drawn_once_the_same_in_any_order_and_waves_are_balanced(
    found, waves, seed, chance: Random
):
    drawn = allocate(found, seed=seed, waves=waves, arms=rules.ARMS)
    assert set(drawn) == {each.key for each in found}
    assert allocate(chance.sample(found, len(found)), seed=seed, waves=waves, arms=rules.ARMS) == drawn
    by_wave = Counter(dict.fromkeys(range(1, waves + 1), 0))
    by_wave.update(each.wave for each in drawn.values())
    by_arm = Counter(dict.fromkeys(rules.ARMS, 0))
    by_arm.update(each.arm for each in drawn.values())
    assert set(by_wave) == set(range(1, waves + 1))
    assert max(by_wave.values()) - min(by_wave.values()) <= 1
    assert max(by_arm.values()) - min(by_arm.values()) <= 1


def test_each_wave_has_one_of_the_largest():
    sizes = [Cluster(f"c{number}", 100 if number < 4 else 1) for number in range(12)]
    for number in range(20):
        drawn = allocate(sizes, seed=f"seed number {number}", waves=4)
        assert sorted(drawn[f"c{each}"].wave for each in range(4)) == [1, 2, 3, 4]


def test_chance_gives_every_cluster_every_wave_also_in_a_row_that_is_not_full():
    seen = Counter(
        (key, each.wave)
        for number in range(600)
        for key, each in allocate(FOUR[:3], seed=f"seed number {number}", waves=2).items()
    )
    assert all(250 < seen[key, wave] < 350 for key in "abc" for wave in (1, 2))


def test_thirty_per_arm_can_show_eighteen_points():
    found = detectable(per_arm=30, sd=Fraction(25, 100))
    assert found == Fraction(1807, 10_000)
    assert round(found, 2) == Fraction(18, 100)


def test_clusters_that_are_alike_show_less():
    # √(1 + (5 − 1) × 0.05) = √1.2
    assert detectable(
        per_arm=30, sd=Fraction(25, 100), cluster=Fraction(5), rho=Fraction(5, 100)
    ) == Fraction(1980, 10_000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_arm": 0},
        {"sd": Fraction(0)},
        {"cluster": Fraction(1, 2)},
        {"rho": Fraction(-1)},
        {"rho": Fraction(2)},
    ],
)
def test_a_sample_that_cannot_be_is_refused(wrong):
    with pytest.raises(errors.SampleInvalid):
        detectable(**{"per_arm": 30, "sd": Fraction(1, 4), **wrong})


def test_clusters_weigh_as_their_members_meet_them():
    assert rules.alike_size([1, 3]) == Fraction(10, 4)


@pytest.mark.parametrize(
    ("clusters", "waves", "arms", "error"),
    [
        ([["a"]], 2, ("A",), errors.ClustersInvalid),
        ([["a"], []], 2, ("A",), errors.ClustersInvalid),
        ([["a", "b"], ["b"]], 2, ("A",), errors.ClustersInvalid),
        ([["a"], ["b"]], 1, ("A",), errors.WavesInvalid),
        ([["a"], ["b"]], 3, ("A",), errors.WavesInvalid),
        ([["a"], ["b"]], 2, (), errors.ArmsInvalid),
        ([["a"], ["b"]], 2, ("A", "A"), errors.ArmsInvalid),
        ([["a"], ["b"]], 2, ("E",), errors.ArmsInvalid),
    ],
)
def test_a_design_that_cannot_be_is_refused(clusters, waves, arms, error):
    with pytest.raises(error):
        rules.check_design(clusters, waves, arms)


def test_a_seed_is_no_word():
    assert rules.check_seed(f"  {SEED} ") == SEED
    for wrong in ("1234567", "9" * 201):
        with pytest.raises(errors.SeedInvalid):
            rules.check_seed(wrong)


def test_frozen_clusters_have_one_hash_in_any_order():
    assert (
        rules.frozen([["b", "a"], ["c"]])
        == rules.frozen([["c"], ["a", "b"]])
        != rules.frozen([["a"], ["b", "c"]])
    )
    assert rules.sized([["b", "a"], ["c"]]) == [Cluster("a", 2), Cluster("c", 1)]
