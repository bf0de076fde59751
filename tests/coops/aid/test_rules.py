from datetime import date, timedelta

import pytest

from coops.aid import errors, gateway, rules
from coops.aid.rules import Grant

DAY = date(2026, 9, 1)
CEILING = 300_000_00


def grant(day, amount):
    return Grant(day, amount, "Gemeente", "Ruimte")


def test_the_period_rolls_and_the_day_three_years_ago_counts_no_more():
    grants = [
        grant(date(2023, 9, 1), 1),
        grant(date(2023, 9, 2), 2),
        grant(DAY, 4),
        grant(date(2026, 9, 2), 8),
    ]
    assert sum(each.amount for each in rules.in_period(grants, DAY)) == 6
    assert rules.three_years_before(date(2028, 2, 29)) == date(2025, 2, 28)


def test_exactly_on_the_ceiling_fits_and_a_cent_more_passes():
    before = [grant(date(2025, 1, 1), CEILING - 100)]
    on, over = rules.reckon(before, 100, DAY, CEILING), rules.reckon(before, 101, DAY, CEILING)
    assert (on.passes, on.left, over.passes, over.left) == (False, 0, True, 0)
    assert (on.over, over.over) == (0, 1)
    assert rules.reckon([], 1, DAY, CEILING).left == CEILING - 1


def test_help_in_kind_counts_for_market_less_price_never_below_zero():
    assert rules.equivalent(10_000, 4_000) == 6_000
    assert rules.equivalent(4_000, 10_000) == 0


def test_ceilings_are_dated_and_have_a_source_and_certainty():
    known = gateway.ceilings("nieuw_west")
    assert rules.ceiling_on(known, DAY).amount == CEILING
    assert rules.ceiling_on(known, DAY).certain
    assert rules.ceiling_on(known, date(2023, 12, 31)).amount == 200_000_00
    assert rules.ceiling_on(known, date(2023, 6, 1), "road_freight").amount == 100_000_00
    assert all(each.source for each in known)
    with pytest.raises(errors.CeilingMissing):
        rules.ceiling_on(known, date(2031, 1, 1))
    with pytest.raises(errors.CeilingMissing):
        rules.ceiling_on(known, DAY, "road_freight")


@pytest.mark.parametrize(
    ("amount", "day", "giver", "fault"),
    [
        (0, DAY, "x", errors.AmountWrong), (-5, DAY, "x", errors.AmountWrong),
        (1, date(2026, 9, 2), "x", errors.DayWrong), (1, DAY, " ", errors.GiverMissing),
    ],
)  # fmt: skip
def test_aid_from_elsewhere_is_an_amount_that_was_granted_by_somebody(amount, day, giver, fault):
    with pytest.raises(fault):
        rules.check_other(amount, day, giver, DAY)


def test_the_first_day_that_counts_is_the_first_that_is_counted():
    first = rules.first_day(date(2026, 11, 28))
    grants = [rules.Grant(first - timedelta(days=1), 1, "", ""), rules.Grant(first, 2, "", "")]
    assert (first, rules.in_period(grants, date(2026, 11, 28))) == (date(2023, 11, 29), grants[1:])
