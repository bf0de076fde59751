from datetime import date, timedelta
from decimal import Decimal

import pytest

from ledger.timesheets import errors, rules

TODAY = date(2026, 9, 9)


@pytest.mark.parametrize(
    ("hours", "quarters"),
    [
        ("0.25", 1),
        ("7.5", 30),
        ("24", 96),
        ("0", None),
        ("24.25", None),
        ("7.1", None),
        ("-1", None),
        ("NaN", None),
    ],
)
def test_hours_are_whole_quarters_of_one_day(hours, quarters):
    if quarters is None:
        with pytest.raises(errors.NotInQuarters):
            rules.quarters_of(Decimal(hours))
    else:
        assert rules.quarters_of(Decimal(hours)) == quarters
        assert rules.hours_of(quarters) == Decimal(hours)


@pytest.mark.parametrize(
    ("days", "fault"), [(0, None), (1, errors.WorkedInFuture), (-9, errors.WorkedOutsideAgreement)]
)
def test_a_day_is_past_and_within_the_term(days, fault):
    facts = {"today": TODAY, "starts_on": TODAY - timedelta(days=8), "ends_on": TODAY}
    if fault is None:
        rules.check_day(TODAY + timedelta(days=days), **facts)
    else:
        with pytest.raises(fault):
            rules.check_day(TODAY + timedelta(days=days), **facts)


def test_a_day_holds_no_more_than_a_day():
    rules.check_full(64, 32)
    with pytest.raises(errors.DayTooFull):
        rules.check_full(65, 32)


def test_the_same_words_twice_on_a_day_are_a_button_pressed_twice():
    rules.check_new((1, 8, "avond"), [(1, 8, ""), (2, 8, "avond"), (1, 7, "avond")])
    with pytest.raises(errors.WrittenBefore):
        rules.check_new((1, 8, ""), [(1, 8, "")])


def test_more_than_twelve_hours_of_one_person_on_a_day_is_a_long_day():
    on, later = date(2026, 9, 7), date(2026, 9, 8)
    worked = [(1, on, 30), (1, on, 19), (2, on, 48), (1, later, 48)]
    assert rules.long_days(worked) == {(1, on)}


def test_weeks_begin_on_monday_and_people_keep_their_number():
    assert {rules.monday_of(date(2026, 9, 7) + timedelta(days=n)) for n in range(7)} == {date(2026, 9, 7)}
    assert rules.persons([7, 3, 7, 9]) == {7: 1, 3: 2, 9: 3}


def test_evidence_fits_only_to_the_quarter():
    assert rules.Evidence("Werk", Decimal("7.50"), Decimal("7.5")).fits
    assert not rules.Evidence("Werk", Decimal("7.5"), Decimal("7.75")).fits
