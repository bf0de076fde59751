"""Wage floors by date, the cost of an hour, full-time years."""

from datetime import date
from decimal import Decimal as D
from fractions import Fraction

import pytest

from coops.wages import rules
from coops.wages.gateway import wages
from coops.wages.rules import FullTime, Wage
from cwb.kernel.dated import on_day
from cwb.web.i18n import translated


def test_the_wage_of_a_day_and_whether_the_law_moved_on():
    rows = [
        Wage(date(2026, 7, 1), D(15), D(17), "later", certain=False),
        Wage(date(2026, 1, 1), D("14.71"), D("16.50"), "first", certain=True),
    ]
    assert on_day(rows, date(2026, 6, 30)).minimum == D("14.71")
    assert on_day(rows, date(2026, 7, 1)).minimum == D(15)
    assert on_day(rows, date(2020, 1, 1)).source == "first"
    assert not rows[1].is_stale(date(2026, 6, 30))
    assert rows[1].is_stale(date(2026, 7, 1))
    with pytest.raises(ValueError, match="at least one row"):
        on_day([], date(2026, 1, 1))


def test_the_area_names_the_minimum_with_its_source():
    found = wages("nieuw_west").wage(date(2026, 3, 1))
    assert (found.minimum, found.certain) == (D("14.71"), True)
    assert found.living > found.minimum
    assert "1 januari 2026" in found.source
    assert not wages("nieuw_west").year(date(2026, 3, 1)).certain


def test_an_hour_costs_the_floor_times_the_factor_exactly():
    assert rules.hour_cost(1471, D("1.32")) == Fraction("1941.72")
    assert rules.labour_cost(D("0.5"), 1471, D("1.32")) == Fraction("970.86")


def test_full_time_years_are_never_rounded_up():
    year = FullTime(date(2026, 1, 1), D(1872), "", certain=False)
    assert year.years(D(1872)) == D("1.00")
    assert year.years(D(936)) == D("0.50")
    assert year.years(D("1871.99")) == D("0.99")


def test_the_source_of_the_hours_of_a_year_is_translated(app):
    source = wages("nieuw_west").year(date(2026, 1, 1)).source
    assert source == rules.CHOSEN_HOURS
    with app.test_request_context("/?lang=en"):
        assert translated(source).startswith("36 hours a week")
