from datetime import date
from decimal import Decimal

import pytest

from procurement.advice.gateway import law
from procurement.procedures import rules
from procurement.procedures.rules import Circumstances

LAW = law("nieuw_west")
ROWS = {each.id: each for each in LAW.procedures}


@pytest.mark.parametrize(
    ("procedure", "case", "days"),
    [
        ("european_open", Circumstances(), 40),
        ("european_open", Circumstances(electronic=False), 45),
        ("european_open", Circumstances(documents_free=False), 45),
        ("european_open", Circumstances(electronic=False, documents_free=False), 50),
        ("european_open", Circumstances(prior_notice=True), 29),
        ("european_open", Circumstances(prior_notice=True, documents_free=False), 34),
        ("european_open", Circumstances(urgent=True), 15),
        ("european_open", Circumstances(urgent=True, documents_free=False), 15),
        ("european_restricted", Circumstances(), 35),
        ("european_restricted", Circumstances(electronic=False), 40),
        ("european_restricted", Circumstances(urgent=True), 10),
        ("national_open", Circumstances(urgent=True, prior_notice=True, documents_free=False), 20),
    ],
)
def test_the_least_days_to_bid(procedure, case, days):
    assert rules.least_days(ROWS[procedure], case) == days


def test_applying_has_its_own_term():
    assert rules.least_apply_days(ROWS["european_restricted"]) == 30
    assert rules.least_apply_days(ROWS["european_restricted"], Circumstances(urgent=True)) == 15
    assert rules.least_apply_days(ROWS["european_open"]) == 0


def test_answers_come_ten_days_before_four_when_urgent_and_never_where_nobody_asks():
    assert rules.answer_days(ROWS["european_open"]) == 10
    assert rules.answer_days(ROWS["european_open"], Circumstances(urgent=True)) == 4
    assert rules.answer_days(ROWS["national_open"], Circumstances(urgent=True)) == 10
    assert rules.answer_days(ROWS["single_quote"]) == 0


def test_a_kept_row_comes_back_as_it_was_and_without_fields_of_another_age():
    row = ROWS["invited_quotes"]
    assert rules.row_of({"row": row.kept()}) == row
    assert rules.row_of({"row": {**row.kept(), "later": 1}}) == row
    assert rules.row_of(None) is rules.row_of({}) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"access": "invited"}, {"access": "open", "most_invited": 3}, {"access": "selected"},
        {"access": "invited", "least_invited": 5, "most_invited": 3}, {"access": "nobody"}, {"apply_days": 3},
    ],
)  # fmt: skip
def test_a_row_that_contradicts_itself_is_refused(facts):
    with pytest.raises(ValueError):  # noqa: PT011 (each says its own)
        rules.Procedure("x", "x", "open", 1, "", "setting", **facts)


@pytest.mark.parametrize(
    ("starts", "ends", "more_than_three"),
    [
        (date(2027, 6, 1), date(2030, 6, 1), False),
        (date(2027, 6, 1), date(2030, 6, 2), True),
        (date(2028, 2, 29), date(2031, 2, 28), False),
        (date(2028, 2, 29), date(2031, 3, 1), True),
        (date(2027, 6, 1), date(2028, 5, 31), False),
    ],
)
def test_years_are_whole_at_the_anniversary(starts, ends, more_than_three):
    assert (rules.years_between(starts, ends) > 3) is more_than_three


def test_half_a_year_is_about_half():
    assert abs(rules.years_between(date(2027, 1, 1), date(2027, 7, 2)) - Decimal("0.5")) < Decimal("0.01")


def test_the_phases_follow_the_moments(at):
    from_, done = at, at
    assert rules.phase_of(None, None, at) is None
    assert rules.phase_of(at.replace(year=at.year + 1), None, at) is rules.Phase.APPLYING
    assert rules.phase_of(from_, None, at) is rules.Phase.SELECTING
    assert rules.phase_of(from_, done, at) is rules.Phase.BIDDING
