"""Mutual credit ends: instalments add up, what comes in is divided to the cent, losses go in order."""

from datetime import date

import pytest

from cwb.kernel.money import Money
from ledger.unwinding import errors, rules
from ledger.unwinding.rules import Position


def test_instalments_add_up_a_month_apart_and_the_odd_cents_come_first():
    found = rules.parts(Position(-100_01, 0), 3, date(2026, 1, 31), date(2026, 1, 31))
    assert [(each.on, each.amount) for each in found] == [
        (date(2026, 2, 28), 33_34), (date(2026, 3, 31), 33_34), (date(2026, 4, 30), 33_33),
    ]  # fmt: skip
    assert sum(each.amount for each in found) == 100_01
    paid = rules.parts(Position(-100_01, 33_34), 3, date(2026, 1, 31), date(2026, 4, 1))
    assert [each.late for each in paid] == [False, True, False]


@pytest.mark.parametrize(
    ("amount", "claims", "parts"),
    [
        (1, {1: 50, 2: 50}, {1: 1}),
        (100, {1: 100, 2: 200, 3: 0}, {1: 33, 2: 67}),
        (299, {1: 100, 2: 200}, {1: 100, 2: 199}),
        (300, {1: 100, 2: 200}, {1: 100, 2: 200}),
        (0, {1: 100}, {}),
    ],
)
def test_what_comes_in_is_divided_to_the_cent_and_nobody_gets_more_than_it_is_owed(amount, claims, parts):
    found = rules.divided(amount, claims)
    assert found == parts
    assert sum(found.values()) == amount
    assert all(cents <= claims[wallet] for wallet, cents in found.items())


def test_the_reserve_bears_a_loss_before_any_member_does():
    assert rules.borne(100, 100, {1: 500}) == (100, {})
    assert rules.borne(100, 30, {1: 100, 2: 300}) == (30, {1: 18, 2: 52})
    assert rules.borne(100, 0, {1: 100}) == (0, {1: 100})


def test_members_have_time_and_terms_have_an_end():
    today = date(2026, 1, 5)
    rules.check_plan(date(2026, 2, 4), 36, today, live=False)
    for ends_on, months, live, fault in (
        (date(2026, 2, 3), 12, False, errors.LastDayTooSoon), (date(2027, 1, 4), 12, True, errors.LastDayTooSoon),
        (date(2027, 1, 5), 0, True, errors.MonthsWrong), (date(2027, 1, 5), 37, True, errors.MonthsWrong),
    ):  # fmt: skip
        with pytest.raises(fault):
            rules.check_plan(ends_on, months, today, live=live)


def test_a_part_fits_what_is_open():
    rules.check_part(10_00, Money(10_00))
    for cents in (0, -1, 10_01):
        with pytest.raises(errors.PartTooMuch, match="10,00"):
            rules.check_part(10_00, Money(cents))
