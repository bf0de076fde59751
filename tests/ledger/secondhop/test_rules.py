"""The primary outcome on rows that anybody can follow by hand."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.secondhop.errors import CurrencyUnknown
from ledger.secondhop.rules import Row, second_hop
from ledger.share.rules import Standing

PLACES = {"shop": Standing.LOCAL, "home": Standing.LOCAL, "far": Standing.NOT_LOCAL}


def found(*rows, trader="coop"):
    return second_hop([Row(*row) for row in rows], [trader], PLACES).get(trader)


def test_what_a_shop_spends_here_landed_at_the_second_hop():
    # 60 to a shop that spends all it got: 30 here, 20 far, 10 somewhere; 40 to far, which shows nothing.
    rows = (
        ("coop", "shop", 60),
        ("shop", "home", 30),
        ("shop", "far", 20),
        ("shop", "who", 10),
        ("coop", "far", 40),
    )
    assert found(*rows) == (100, Fraction(30, 100), Fraction(80, 100))


def test_what_a_shop_kept_has_not_landed_yet():
    assert found(("coop", "shop", 100), ("shop", "home", 50)) == (100, Fraction(1, 2), 1)
    assert found(("coop", "shop", 100), ("shop", "far", 50)) == (100, 0, Fraction(1, 2))


def test_a_shop_that_spends_more_than_is_seen_to_come_in_is_well_mixed():
    assert found(("coop", "shop", 10), ("shop", "home", 100), ("shop", "far", 100)) == (
        10, Fraction(1, 2), Fraction(1, 2),
    )  # fmt: skip


def test_who_shows_no_spending_proves_nothing():
    assert found(("coop", "shop", 100)) == (100, 0, 1)


def test_a_credit_note_is_netted_and_what_is_left_over_counts_for_nothing():
    rows = (("coop", "shop", 50), ("shop", "home", 50), ("coop", "far", 30), ("coop", "far", -40))
    assert found(*rows) == (50, 1, 1)


def test_paying_oneself_is_no_spending():
    assert found(("coop", "coop", 100)) is None


def test_who_spends_nothing_has_no_outcome():
    assert second_hop([Row("shop", "home", 10)], ["coop", "shop"], PLACES) == {"shop": (10, 0, 1)}


def test_local_money_instead_of_euros_at_the_same_till_changes_nothing():
    euros = (("coop", "shop", 60), ("shop", "home", 45), ("coop", "far", 40))
    mixed = (
        ("coop", "shop", 25),
        ("coop", "shop", 35, "NWE"),
        ("shop", "home", 45, "KRE"),
        ("coop", "far", 40),
    )
    assert found(*mixed) == found(*euros)


def test_hours_have_no_price():
    with pytest.raises(CurrencyUnknown):
        found(("coop", "shop", 8, "WIJK"))


names = st.sampled_from(["coop", "shop", "home", "far", "who", "other"])


@settings(max_examples=40)
@given(st.lists(st.tuples(names, names, st.integers(-1000, 10**6)), max_size=25), st.randoms())
def test_bounds_are_bounds_in_any_order(rows, chance):
    landed = second_hop([Row(*row) for row in rows], ["coop", "shop", "other"], PLACES)
    for each in landed.values():
        assert 0 <= each.low <= each.high <= 1
    chance.shuffle(rows)
    assert second_hop([Row(*row) for row in rows], ["other", "shop", "coop"], PLACES) == landed


@settings(max_examples=40)
@given(st.lists(st.tuples(names, names, st.integers(1, 10**6)), min_size=1, max_size=25))
def test_evidence_never_widens_the_bounds(rows):
    known = second_hop([Row(*row) for row in rows], ["coop"], PLACES)
    more = second_hop([Row(*row) for row in rows], ["coop"], {**PLACES, "who": Standing.LOCAL})
    for name, each in known.items():
        assert each.low <= more[name].low <= more[name].high == each.high
