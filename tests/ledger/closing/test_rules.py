from datetime import date

import pytest

from cwb.kernel.period import Period
from ledger.closing import rules
from ledger.closing.errors import (
    AlreadyClosed,
    BooksKindUnknown,
    PeriodNotOver,
    PeriodNotWhole,
    ReasonTooShort,
    SinceInFuture,
)

TODAY = date(2026, 11, 29)
OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))
Q3 = Period.quarter(2026, 3)


@pytest.mark.parametrize(
    ("period", "closed", "refused"),
    [
        (OCTOBER, [], None),
        (OCTOBER, [Q3], None),
        (Q3, [], None),
        (Period.parse("2025"), [], None),
        (Period(date(2026, 10, 1), date(2026, 10, 31)), [], PeriodNotWhole),
        (Period(date(2026, 8, 1), date(2026, 10, 1)), [], PeriodNotWhole),
        (Period(date(2026, 10, 2), date(2026, 11, 2)), [], PeriodNotWhole),
        (Period(date(2026, 11, 1), date(2026, 12, 1)), [], PeriodNotOver),
        (Period.quarter(2026, 4), [], PeriodNotOver),
        (OCTOBER, [OCTOBER], AlreadyClosed),
        (Q3, [Period(date(2026, 9, 1), date(2026, 10, 1))], AlreadyClosed),
        (Period(date(2026, 9, 1), date(2026, 10, 1)), [Q3], AlreadyClosed),
    ],
)
def test_a_whole_period_that_is_over_is_closed_once(period, closed, refused):
    if refused is None:
        assert rules.check_close(period, closed, today=TODAY) is None
    else:
        with pytest.raises(refused):
            rules.check_close(period, closed, today=TODAY)


def test_a_period_is_closed_from_the_day_after_it():
    with pytest.raises(PeriodNotOver):
        rules.check_close(OCTOBER, [], today=date(2026, 10, 31))
    rules.check_close(OCTOBER, [], today=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 11, 1)),
        (date(2026, 10, 31), date(2026, 11, 1)),
        (date(2026, 11, 1), date(2026, 11, 1)),
    ],
)
def test_the_first_open_day_lies_past_every_closed_period_in_a_row(day, first):
    assert rules.first_open(day, [OCTOBER, Q3]) == first


def test_months_and_quarters_that_are_over_and_open_are_offered():
    offered = rules.to_close([OCTOBER], today=TODAY)
    assert offered[:3] == [
        Q3,
        Period(date(2026, 9, 1), date(2026, 10, 1)),
        Period(date(2026, 8, 1), date(2026, 9, 1)),
    ]
    assert Period(date(2026, 12, 1), date(2027, 1, 1)) in rules.months(date(2027, 1, 5), 2)
    for period in offered:
        rules.check_close(period, [OCTOBER], today=TODAY)


@pytest.mark.parametrize("reason", ["", "te kort", " " * 20, "x" * 501, "een nul\0 erin"])
def test_opening_again_says_why(reason):
    with pytest.raises(ReasonTooShort):
        rules.check_reason(reason)
    assert rules.check_reason("  Een factuur ontbrak. ") == "Een factuur ontbrak."


def test_what_books_are_is_one_of_two_and_not_said_ahead():
    assert rules.check_kind("statutory", TODAY, today=TODAY) is rules.BooksKind.STATUTORY
    with pytest.raises(BooksKindUnknown):
        rules.check_kind("both", TODAY, today=TODAY)
    with pytest.raises(SinceInFuture):
        rules.check_kind("subledger", date(2026, 11, 30), today=TODAY)
