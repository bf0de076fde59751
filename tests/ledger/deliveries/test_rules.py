"""Days of handing in, and who is reminded."""

from datetime import date, timedelta

import pytest

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.words import ReasonTooShort
from ledger.deliveries import errors, rules
from ledger.deliveries.rules import (
    Handed,
    Lacking,
    Settings,
    State,
    due_on,
    lack_of,
    reminder,
    state_of,
)

Q2 = Period.parse("2026-Q2")
DUE = date(2026, 7, 22)


def test_three_weeks_after_the_quarter_until_the_alliance_decides_otherwise(monkeypatch):
    assert due_on(Q2) == DUE
    later = (*rules.settings.rows, Settings(date(2026, 9, 1), 14, 7, 2, 95, 50))
    monkeypatch.setitem(rules.settings.__dict__, "rows", later)
    assert due_on(Q2) == DUE
    assert due_on(Period.parse("2026-Q3")) == date(2026, 10, 15)


ALL = (True, True, True)


@pytest.mark.parametrize(
    ("months", "total", "declared", "year_before", "by"),
    [
        (ALL, 100, None, 0, None), (ALL, 50, None, 100, None), (ALL, 49, None, 100, Lacking.YEAR_BEFORE),
        ((True, False, True), 100, None, 100, None), ((False, True, False), 100, None, 100, Lacking.MONTHS),
        ((False, False, False), 0, 100, 100, None),
        ((False, True, False), 95, 100, 900, None), (ALL, 94, 100, 0, Lacking.DECLARED),
        (ALL, -10, None, 0, None), (ALL, -10, None, -10, None), (ALL, 10, 0, 100, None),
    ],
)  # fmt: skip
def test_half_a_quarter_is_told_by_the_total_of_the_ledger_or_else_by_months_and_the_year_before(
    months, total, declared, year_before, by
):
    found = lack_of(Q2, Handed(months, total, declared, year_before))
    assert (found and found.by) == by


def test_what_is_missing_is_named():
    assert lack_of(Q2, Handed((False, True, False), 5, None, 9)).facts()["months"] == "2026-04, 2026-06"
    found = lack_of(Q2, Handed(ALL, 5, 900, 0)).facts()
    assert (found["found"], found["wanted"]) == (Money(5), Money(900))


def test_who_handed_in_half_is_half_and_reminded_like_who_handed_in_nothing():
    assert state_of(delivered=True, lacks=True, nothing=False, due=DUE, today=DUE) is State.HALF
    days = (-8, -7, 0, 1, 14, 15)
    told = [reminder(State.HALF, Q2, DUE + timedelta(days=each)) for each in days]
    assert told == [None, "soon", "soon", "late", "late", None]


@pytest.mark.parametrize(
    ("delivered", "nothing", "today", "state"),
    [
        (True, False, DUE, State.DELIVERED), (True, True, DUE, State.DELIVERED),
        (False, True, date(2027, 1, 1), State.NOTHING), (False, False, DUE, State.WAITING),
        (False, False, DUE + timedelta(days=1), State.LATE),
    ],
)  # fmt: skip
def test_lines_count_before_words_and_the_day_itself_is_on_time(delivered, nothing, today, state):
    assert state_of(delivered=delivered, nothing=nothing, due=DUE, today=today) is state


@pytest.mark.parametrize(
    ("state", "days", "stage"),
    [
        (State.WAITING, -8, None), (State.WAITING, -7, "soon"), (State.WAITING, 0, "soon"), (State.LATE, 1, "late"),
        (State.LATE, 14, "late"), (State.LATE, 15, None), (State.DELIVERED, -1, None), (State.NOTHING, 1, None),
    ],
)  # fmt: skip
def test_a_reminder_a_week_before_and_one_after_the_day(state, days, stage):
    assert reminder(state, Q2, DUE + timedelta(days=days)) == stage


def test_nothing_bought_needs_a_reason_and_a_quarter_that_is_over_and_empty():
    today = date(2026, 7, 1)
    assert rules.check_nothing(Q2, " gesloten wegens verbouwing ", delivered=False, today=today) == (
        "gesloten wegens verbouwing"
    )
    with pytest.raises(errors.QuarterRunning):
        rules.check_nothing(Q2, "gesloten wegens verbouwing", delivered=False, today=date(2026, 6, 30))
    with pytest.raises(errors.LinesThere):
        rules.check_nothing(Q2, "gesloten wegens verbouwing", delivered=True, today=today)
    with pytest.raises(ReasonTooShort):
        rules.check_nothing(Q2, "niets", delivered=False, today=today)
