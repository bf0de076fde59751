"""The measure: constructed checks to the cent, brute force, and what must hold for all inputs."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.share.errors import BandsInconclusive
from ledger.share.rules import (
    Share,
    Standing,
    Sums,
    Unit,
    change,
    exact_share,
    ratio,
    share_of,
    units,
)

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Many tests share two cores: slowness here says nothing."""

L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN


def exact(supplier, standing, euros):
    return Unit(supplier, standing, euros * 100, euros * 100)


def band(supplier, standing, low, high):
    return Unit(supplier, standing, low * 100, None if high is None else high * 100)


FIVE = [
    exact("A", L, 100_000),
    exact("B", N, 200_000),
    exact("C", U, 50_000),
    exact("D", U, -10_000),
    exact("E", U, 40_000),
]


def test_the_first_constructed_check():
    found = share_of(FIVE)
    assert found.total_low == found.total_high == 38_000_000
    assert (found.lo, found.hi) == (Fraction(90, 380), Fraction(190, 380))
    assert (ratio(found.lo), ratio(found.hi), found.coverage) == ("0.2368", "0.5000", Fraction(3, 4))
    assert not found.publishable
    assert "coverage 0.7500" in found.why
    assert "0.2632 wide" in found.why


def test_the_second_constructed_check_moves_both_sides_together():
    found = share_of([band("A", L, 10_000, 20_000), band("B", N, 10_000, 20_000)])
    assert (found.lo, found.hi) == (Fraction(1, 3), Fraction(2, 3))
    assert (found.total_low, found.total_high) == (2_000_000, 4_000_000)


def test_credit_notes_are_netted_within_a_supplier_with_one_verdict():
    rows = [exact("A", U, 100), exact("A", U, -40), exact("A", L, -10), exact("B", L, 50)]
    assert {(u.supplier, u.standing, u.low) for u in units(rows)} == {
        ("A", U, 6_000),
        ("A", L, -1_000),
        ("B", L, 5_000),
    }
    assert share_of(rows).lo == Fraction(40, 100)


def test_unproven_credit_notes_are_not_clipped():
    found = share_of([exact("A", L, 10), exact("B", U, -50), exact("C", N, 100)])
    assert found.lo == Fraction(-40, 60)
    assert found.hi == Fraction(10, 60)


@pytest.mark.parametrize(
    "rows", [[], [exact("A", L, 0)], [exact("A", L, 10), exact("B", N, -10)], [exact("A", L, -5)]]
)
def test_a_total_of_zero_or_less_is_undefined(rows):
    found = share_of(rows)
    assert (found.lo, found.hi) == (None, None)
    assert not found.publishable
    assert "undefined" in found.why


def test_the_gate_uses_exact_fractions():
    at_the_edge = Share(Fraction(40, 100), Fraction(50, 100), Fraction(80, 100), 1, 1)
    assert at_the_edge.publishable
    assert at_the_edge.why is None
    rounds_well = Share(Fraction(40, 100), Fraction(50, 100) + Fraction(1, 10**9), Fraction(80, 100), 1, 1)
    assert ratio(rounds_well.hi) == "0.5000"
    assert not rounds_well.publishable
    too_thin = Share(Fraction(4, 10), Fraction(5, 10), Fraction(8, 10) - Fraction(1, 10**9), 1, 1)
    assert not too_thin.publishable


def test_open_bands():
    local, other, unknown = band("A", L, 10, 20), band("B", N, 10, 20), band("C", U, 10, 20)
    found = share_of([local, band("B", N, 10, None)])
    assert (found.lo, found.hi, found.total_high) == (0, Fraction(2, 3), None)
    found = share_of([band("A", L, 10, None), other])
    assert (found.lo, found.hi) == (Fraction(1, 3), 1)
    found = share_of([local, other, band("C", U, 10, None)])
    assert (found.lo, found.hi, found.coverage) == (0, 1, 0)
    assert share_of([local, other, unknown]).coverage == Fraction(20, 40)
    assert share_of([band("A", L, 1, None), band("A", L, 1, 2)]).hi == 1


def test_bands_that_give_no_bounds_are_refused():
    with pytest.raises(BandsInconclusive, match="onder nul"):
        share_of([band("A", L, -10, 20), exact("B", N, 100)])
    with pytest.raises(BandsInconclusive, match="creditnota"):
        share_of([band("A", L, 10, 20), exact("B", N, 100), exact("D", U, -11)])
    with pytest.raises(BandsInconclusive, match="creditnota"):
        share_of([band("A", L, 10, 20), exact("B", N, 5), exact("D", U, -6)])


def test_bands_that_may_all_be_zero_are_undefined():
    assert share_of([band("A", L, 0, 20)]).lo is None
    assert share_of([band("A", L, 0, 20), exact("A", L, -20)][:1]).publishable is False


def brute(rows):
    """Every corner of the bands, every unknown wholly local or wholly not."""
    found = []
    for amounts in product(*[(r.low, r.high) for r in rows]):
        for sides in product(
            *[(1,) if r.standing is L else (0,) if r.standing is N else (0, 1) for r in rows]
        ):
            total = sum(amounts)
            if total > 0:
                found.append(Fraction(sum(a * s for a, s in zip(amounts, sides, strict=True)), total))
    return min(found), max(found)


amounts = st.integers(0, 500)
banded = st.tuples(st.sampled_from(list(Standing)), amounts, amounts).map(
    lambda t: (t[0], min(t[1:]), max(t[1:]))
)


@patient
@given(st.lists(banded, min_size=1, max_size=5), st.lists(st.integers(-300, -1), max_size=2))
def test_the_banded_formula_is_what_brute_force_finds(bands, notes):
    rows = [Unit(f"s{i}", *each) for i, each in enumerate(bands)]
    rows += [Unit(f"c{i}", U, amount, amount) for i, amount in enumerate(notes)]
    try:
        found = share_of(rows)
    except BandsInconclusive:
        return
    if found.lo is None:
        return
    lo, hi = brute(rows)
    if all(r.low > 0 for r in rows if r.standing is not U) and sum(r.low for r in rows) > 0:
        assert (found.lo, found.hi) == (lo, hi)
    else:
        assert found.lo <= lo
        assert found.hi >= hi


@patient
@given(st.lists(st.tuples(st.sampled_from(list(Standing)), st.integers(-(10**6), 10**6)), max_size=12))
def test_proving_a_unit_never_widens_the_interval_and_hiding_it_never_raises_the_floor(parts):
    rows = [Unit(f"s{i}", standing, amount, amount) for i, (standing, amount) in enumerate(parts)]
    before = share_of(rows)
    if before.lo is None:
        return
    for i, row in enumerate(rows):
        hidden = share_of([*rows[:i], Unit(row.supplier, U, row.low, row.high), *rows[i + 1 :]])
        assert hidden.lo <= before.lo
        assert hidden.hi >= before.hi


@patient
@given(
    st.lists(st.tuples(st.sampled_from(list(Standing)), st.integers(-(10**6), 10**6)), max_size=12),
    st.randoms(),
)
def test_order_does_not_matter_and_sums_add_up(parts, chance):
    rows = [Unit(f"s{i}", standing, amount, amount) for i, (standing, amount) in enumerate(parts)]
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert share_of(rows) == share_of(shuffled)
    whole = sum((Sums.of(r.standing, r.low) for r in rows), Sums())
    assert whole.total == sum(r.low for r in rows)
    assert exact_share(whole) == share_of(rows)


def test_the_change_is_told_in_two_terms():
    numerator, denominator = change(40, 200, 45, 180)
    assert numerator + denominator == Fraction(5, 100)
    assert (ratio(numerator), ratio(denominator)) == ("0.0278", "0.0222")
    assert change(1, 0, 1, 1) is None
    assert change(1, 1, 1, 0) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), (Fraction(1, 2), "0.5000"), (Fraction(9, 38), "0.2368"), (Fraction(5, 100_000), "0.0001"),
        (Fraction(-5, 100_000), "-0.0001"), (Fraction(-4, 100_000), "0.0000"), (Fraction(7, 3), "2.3333"),
    ],
)  # fmt: skip
def test_ratios_are_rounded_half_up(value, text):
    assert ratio(value) == text
