"""Series of numbers and RF references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from ledger.numbering import errors
from ledger.numbering.rules import Series, check_prefix, rf_reference


def test_a_number_is_prefix_and_sequence():
    assert Series("{jaar}-", 1, 3).number(2026, 14) == "2026-014"
    assert Series("F", 1, 0).number(2026, 7) == "F7"
    assert Series("", 1, 2).number(2026, 1234) == "1234"


@pytest.mark.parametrize("prefix", ["x" * 21, "fac tuur", "{jaar}{jaar}", "{", "é", "=1", "١"])
def test_a_wrong_prefix_is_refused(prefix):
    with pytest.raises(errors.SeriesWrong):
        Series(prefix, 1)


@pytest.mark.parametrize(("number", "digits"), [(0, 4), (100_000_000, 4), (1, 9), (1, -1)])
def test_a_wrong_number_is_refused(number, digits):
    with pytest.raises(errors.SeriesNumberWrong):
        Series("F", number, digits)


@pytest.mark.parametrize(
    ("prefix", "used"), [("2026-", ["2026/"]), ("2026-1", ["2026-"]), ("", ["2026-"]), ("F", ["f1-"])]
)
def test_prefixes_that_could_be_mixed_up_are_refused(prefix, used):
    with pytest.raises(errors.SeriesLikeOther):
        check_prefix(prefix, used)


@pytest.mark.parametrize(
    ("prefix", "used"), [("2027-", ["2026-"]), ("F", ["2026-"]), ("2026-", ["2026-"]), ("F", [])]
)
def test_other_prefixes_go_together(prefix, used):
    check_prefix(prefix, used)


def test_the_known_reference_comes_out():
    assert rf_reference("2026000123") == "RF462026000123"


@given(st.from_regex(r"[A-Za-z0-9./-]{0,20}[0-9]{1,8}", fullmatch=True))
def test_every_reference_is_valid_by_an_independent_check(number):
    assert iso11649.is_valid(rf_reference(number))
