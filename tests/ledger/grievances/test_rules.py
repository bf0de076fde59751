"""How complaints weigh: none of few, and exactly per payment."""

from fractions import Fraction

import pytest

from ledger.grievances import errors, rules
from tests.conftest import AT


@pytest.mark.parametrize(
    ("complaints", "payments", "rate"),
    [(0, 0, None), (4, 99, None), (1, 100, Fraction(1, 100)), (5, 0, Fraction(5)), (5, 99, Fraction(5, 99))],
)
def test_a_rate_is_given_once_it_says_something(complaints, payments, rate):
    assert rules.rate(complaints, payments) == rate


def test_small_numbers_are_shown_to_nobody():
    assert [rules.shown(each) for each in (0, 1, 4, 5)] == [0, None, None, 5]


def test_one_wallet_has_a_few_open_and_another_answers_once():
    rules.check_open(2)
    with pytest.raises(errors.TooManyOpen):
        rules.check_open(3)
    rules.check_answer(1, None, 2)
    with pytest.raises(errors.OwnGrievance):
        rules.check_answer(1, None, 1)
    with pytest.raises(errors.GrievanceAnswered):
        rules.check_answer(1, AT, 2)
