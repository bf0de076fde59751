from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coops.viability import errors, rules
from coops.viability.gateway import settings
from coops.viability.rules import Assumptions, Name, Range

D = Decimal


def flat(value):
    return Range(D(value), D(value), D(value))


FLAT = Assumptions(flat("16.50"), flat("1.32"), flat("1450"), flat("18"), flat("33.50"))


def test_the_arithmetic_by_hand():
    """100 hours: 5,200 a year; a person costs 16.50 x 1,872 x 1.32 x 1.18 = 48,111.15; 174,200 euro pays 3.62 people."""
    found = rules.viability(D(100), FLAT).likely
    lines = {each.code: each.value for each in found.lines}
    assert lines == {
        "yearly": D("5200.00"), "by_work": D("3.59"), "income": D("174200.00"), "wage_cost": D("40772.16"),
        "person": D("48111.15"), "by_money": D("3.62"), "even_price": D("33.18"), "people": D("3.59"),
    }  # fmt: skip
    assert found.price_bears


def test_a_price_under_the_even_price_carries_fewer_than_the_work_asks():
    poor = rules.viability(D(100), FLAT.put(Name.PRICE, flat("25"))).likely
    assert poor.people == poor.by_money < poor.by_work
    assert not poor.price_bears


def test_the_buyers_own_prices_are_tried_from_the_lowest_to_the_highest():
    found = rules.at_prices(D(100), FLAT, (D("27.64"), D("38.46")))
    assert [(price, each.price_bears) for price, each in found] == [
        (D("27.64"), False), (D("33.05"), False), (D("38.46"), True),
    ]  # fmt: skip
    assert found[0][1].people == D("2.99"), "100 x 52 x 27.64 / 48,111.15"
    assert [price for price, _each in rules.at_prices(D(100), FLAT, (D("30"), D("30")))] == [D("30")]


def test_the_range_holds_the_likely_answer_and_the_widest_sway_comes_first():
    found = rules.viability(D(185), settings("nieuw_west").assumptions("cleaning", date(2026, 11, 1)))
    assert found.low.people <= found.likely.people <= found.high.people
    widths = [each.width for each in found.sensitivity]
    assert widths == sorted(widths, reverse=True)
    assert {each.name for each in found.sensitivity} == set(Name)


@given(st.integers(1, 5000), st.sampled_from(list(Name)), st.decimals(D("0.8"), D("1.2"), places=2))
def test_no_values_within_the_ranges_carry_fewer_or_more_than_the_range_says(hours, name, factor):
    base = settings("nieuw_west").assumptions("green", date(2026, 11, 1))
    range_ = base.of(name)
    value = min(max(rules.rounded(Fraction(range_.likely) * Fraction(factor)), range_.low), range_.high)
    whole = rules.viability(D(hours), base)
    moved = rules.viability(D(hours), base.put(name, flat(value))).likely.people
    assert whole.low.people <= moved <= whole.high.people
    (sway,) = [each for each in whole.sensitivity if each.name is name]
    assert sway.fewest <= moved <= sway.most


def test_what_a_person_fills_in_keeps_the_width_of_the_range():
    base = Assumptions(
        flat("16.50"), Range(D("1.20"), D("1.30"), D("1.40")), flat("1450"), flat("18"), flat("33")
    )
    found = base.settled({Name.FACTOR: D("1.56")}, minimum=D("14.71"))
    assert found.factor == Range(D("1.4400"), D("1.56"), D("1.6800"))


@pytest.mark.parametrize(
    ("name", "value"),
    [(Name.FACTOR, "0.9"), (Name.PRODUCTIVE, "1873"), (Name.PRICE, "0"), (Name.OVERHEAD, "-1")],
)
def test_what_no_enterprise_can_have_is_refused_at_its_field(name, value):
    with pytest.raises(errors.AssumptionInvalid) as refused:
        FLAT.settled({name: D(value)}, minimum=D("14.71"))
    assert refused.value.field == name.value


def test_a_wage_under_the_law_is_refused_and_the_minimum_itself_is_not():
    with pytest.raises(errors.WageBelowMinimum):
        FLAT.settled({Name.WAGE: D("14.70")}, minimum=D("14.71"))
    assert FLAT.settled({Name.WAGE: D("14.71")}, minimum=D("14.71")).wage.likely == D("14.71")


def test_no_hours_carry_nobody():
    with pytest.raises(errors.AssumptionInvalid):
        rules.viability(D(0), FLAT)


def test_rounding_is_half_up_once():
    assert rules.rounded(Fraction(1, 200)) == D("0.01")
    assert rules.rounded(Fraction(-1, 200)) == D("-0.01")
    assert rules.rounded(Fraction(1, 3)) == D("0.33")


def test_a_range_goes_upwards():
    with pytest.raises(ValueError, match="low by likely to high"):
        Range(D(2), D(1), D(3))
    assert flat("0").around(D(5)) == flat("5")
