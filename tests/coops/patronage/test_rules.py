from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coops.patronage import errors, rules

AT = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


def test_a_surplus_is_divided_to_the_cent():
    assert rules.divide(100_00, 0, {3: 1, 1: 1, 2: 1}) == {1: 33_34, 2: 33_33, 3: 33_33}
    assert rules.divide(100_00, 40_00, {1: 3, 2: 0, 5: 1}) == {1: 45_00, 2: 0, 5: 15_00}
    assert rules.divide(100_00, 100_00, {1: 1}) == {1: 0}


@given(
    st.integers(1, 10**12),
    st.integers(0, 10**6),
    st.dictionaries(st.integers(1, 99), st.integers(1, 10**6), min_size=1),
)
def test_parts_and_reserve_are_the_surplus(surplus, reserve, units):
    reserve = min(reserve, surplus)
    parts = rules.divide(surplus, reserve, units)
    assert sum(parts.values()) + reserve == surplus
    assert min(parts.values()) >= 0


@pytest.mark.parametrize(("surplus", "reserve"), [(0, 0), (-1, 0), (100, 101), (100, -1)])
def test_amounts_that_cannot_be(surplus, reserve):
    with pytest.raises(errors.AmountInvalid):
        rules.check_amounts(surplus, reserve)


def test_the_year_is_over():
    rules.check_year(2025, 2026)
    for year in (2026, 1999):
        with pytest.raises(errors.YearInvalid):
            rules.check_year(year, 2026)


def test_rows_name_members_and_whole_numbers():
    assert rules.read_units("1; 340\n\n2\t0\n3,5", frozenset({1, 2, 3})) == {1: 340, 2: 0, 3: 5}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("9; 1", errors.MemberUnknown), ("1; 2,5", errors.RowInvalid), ("1; -2", errors.RowInvalid),
        ("een", errors.RowInvalid), ("1; 1\n1; 2", errors.MemberTwice), ("1; 0", errors.NobodyShares),
        ("", errors.NobodyShares), ("1; 99999999999", errors.RowInvalid),
    ],
)  # fmt: skip
def test_rows_that_cannot_be(text, error):
    with pytest.raises(error):
        rules.read_units(text, frozenset({1, 2}))


def test_no_more_members_than_a_transfer_holds():
    numbers = range(1, rules.MOST_MEMBERS + 2)
    with pytest.raises(errors.TooMany):
        rules.read_units("\n".join(f"{each}; 1" for each in numbers), frozenset(numbers))


def test_members_carry_it_after_the_proposal():
    rules.check_decided("carried", AT, AT)
    for outcome, closed_at in (("rejected", AT), ("carried", AT - timedelta(seconds=1)), (None, None)):
        with pytest.raises(errors.NotCarried):
            rules.check_decided(outcome, closed_at, AT)
