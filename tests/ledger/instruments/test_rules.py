"""The numbers of the instruments."""

from datetime import date
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from ledger.instruments.errors import ReviewInFuture, SecondPersonNeeded
from ledger.instruments.rules import (
    INSTRUMENTS,
    STOP,
    WARNINGS,
    Code,
    check_reviewed,
    check_second,
    credit_limits,
    currency,
    euro,
    near_limit,
    ratio,
    soft_limits,
    warned,
)

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("sales", "floor", "ceiling", "soft"),
    [
        (36_000_00, -3_000_00, 6_000_00, (-2_100_00, 4_200_00)),
        (90_000_00, -5_000_00, 10_000_00, (-3_500_00, 7_000_00)),
        (0, 0, 0, (0, 0)),
    ],
)
def test_credit_follows_sales_up_to_five_thousand(sales, floor, ceiling, soft):
    assert credit_limits(sales) == (floor, ceiling)
    assert soft_limits(floor, ceiling) == soft


def test_a_wallet_with_credit_is_warned_at_seventy_percent():
    assert [near_limit(each, -3_000_00, 6_000_00) for each in (-2_100_00, -2_099_99, 4_199_99, 4_200_00)] == [
        True, False, False, True,
    ]  # fmt: skip
    assert not near_limit(150_00, 0, 150_00)


def test_warnings_stand_at_half_and_at_eight_tenths_of_the_stop():
    assert [warned(each) for each in (499_999_99, 500_000_00, 800_000_00)] == [0, 1, 2]
    assert (*WARNINGS, STOP) == (500_000_00, 800_000_00, 1_000_000_00)


def test_a_cent_too_little_is_never_a_whole_ratio():
    assert ratio(Money(100_00), Money(100_00)) == Decimal("1.000")
    assert ratio(Money(99_999_999), Money(100_000_000)) == Decimal("0.999")
    assert ratio(Money(0), Money(0)) == Decimal("1.000")


def test_units_and_euros_of_a_simulation_are_no_real_ones():
    for code in Code:
        assert currency(code, live=False) != currency(code, live=True)
    assert euro(live=False) != euro(live=True) == "EUR"


def test_a_resident_holds_150_of_the_voucher_and_no_credit():
    assert (INSTRUMENTS[Code.NWE].resident, INSTRUMENTS[Code.KRE].resident) == (150_00, None)


def test_another_person_confirms_a_review_that_has_been():
    check_second(1, 2)
    check_reviewed(DAY, DAY)
    with pytest.raises(SecondPersonNeeded):
        check_second(1, 1)
    with pytest.raises(ReviewInFuture):
        check_reviewed(date(2026, 6, 2), DAY)
