import pytest

from cwb.kernel.money import MAX_MINOR
from ledger.accounts import rules
from ledger.accounts.errors import LimitsInvalid, NameInvalid


def test_every_role_has_one_kind():
    assert set(rules.KIND_OF) == set(rules.Role)


@pytest.mark.parametrize("limits", [(None, None), (0, None), (None, 0), (-5, 5), (3, 3)])
def test_limits_that_fit(limits):
    rules.check_limits(*limits)


@pytest.mark.parametrize("limits", [(1, 0), (-MAX_MINOR - 1, None), (None, MAX_MINOR + 1)])
def test_limits_that_do_not_fit(limits):
    with pytest.raises(LimitsInvalid):
        rules.check_limits(*limits)


def test_names_of_the_longest_length():
    rules.check_names("k" * 120, "ن" * 200)


@pytest.mark.parametrize(("subkey", "name"), [("k" * 121, ""), ("", "n" * 201), ("\0", ""), ("", "a\0")])
def test_names_that_do_not_fit(subkey, name):
    with pytest.raises(NameInvalid):
        rules.check_names(subkey, name)
