"""Days of handing in, and who is reminded."""

from datetime import date, timedelta

import pytest

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.words import ReasonTooShort
from ledger.deliveries import errors, rules
from ledger.deliveries.rules import State, coming, due_on, reminder, state_of
from ledger.handed.rules import (
    Books,
    Gap,
    Handed,
    Lacking,
    Settings,
    books_of,
    gap_of,
    lack_of,
    settings,
    silent_in_whole,
    whole_until,
)

Q2 = Period.parse("2026-Q2")
DUE = date(2026, 7, 22)


def test_three_weeks_after_the_quarter_until_the_alliance_decides_otherwise(monkeypatch):
    assert due_on(Q2) == DUE
    later = (*settings.rows, Settings(date(2026, 9, 1), 14, 7, 2, 95, 50))
    monkeypatch.setitem(settings.__dict__, "rows", later)
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


def had(*months, **facts):
    return Handed(months, 100, None, 0, **facts)


def test_a_quarter_has_a_gap_until_its_lines_or_words_are_there():
    nothing = (False, False, False)
    assert gap_of(Q2, had(*ALL, running=True)) == Gap(Lacking.RUNNING, ())
    assert gap_of(Q2, had(*ALL)) is None
    assert gap_of(Q2, had(True, False, False)) == Gap(Lacking.MONTHS, ["2026-05", "2026-06"])
    assert gap_of(Q2, had(True, False, False, said=(False, True, True))) is None
    assert gap_of(Q2, had(*nothing)) == Gap(None, ())
    assert [gap_of(Q2, had(*nothing, **each)) for each in ({"nothing": True}, {"said": ALL}, {"owes": False})] == [
        None, None, None,
    ]  # fmt: skip


def test_purchases_are_known_without_a_gap_going_back_and_one_old_file_changes_nothing():
    q = [Period.parse(each) for each in ("2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4", "2023-Q1")]
    whole, half = had(*ALL), had(False, False, True)
    start = date(2026, 10, 1)
    known = dict(zip(q, (whole, whole, whole, half), strict=False))
    assert books_of(known, start) == Books(date(2026, 1, 1), date(2025, 10, 1))
    assert books_of(known | {q[4]: whole}, start) == books_of(known, start)
    assert books_of(known | {q[2]: had(False, False, False)}, start) == Books(
        date(2026, 4, 1), date(2026, 4, 1)
    )
    assert books_of(known | {q[0]: half}, start) == Books(None, date(2026, 7, 1))
    assert books_of({}, start) == Books(None, None)


def test_a_year_is_a_year_when_all_its_quarters_are_whole():
    year = Period.parse("2026")
    assert [str(whole_until(year, gaps)) for gaps in ([], ["2026-Q4", "2026-Q3"], ["2026-Q1"], ["2025-Q4"])] == [
        "2026-Q4", "2026-Q2", "None", "2026-Q4",
    ]  # fmt: skip


def test_the_days_that_come_are_told():
    found = [(str(quarter), day) for quarter, day in coming(date(2026, 11, 29))]
    assert found == [("2026-Q4", date(2027, 1, 22)), ("2027-Q1", date(2027, 4, 22))]


@pytest.mark.parametrize(
    ("facts", "silent"),
    [
        ({}, [8]), ({"said": (False, True, False)}, []), ({"months": (True, True, True)}, []),
        ({"months": (True, False, False)}, []), ({"months": (False, False, False)}, []), ({"running": True}, []),
        ({"declared": 1_000}, []), ({"declared": 1_001}, [8]), ({"year_before": 5_000}, []),
        ({"months": (True, False, False), "declared": 1_001}, [8, 9]),
    ],
)  # fmt: skip
def test_a_whole_quarter_tells_the_months_without_a_line(facts, silent):
    given = {"months": (True, False, True), "total": 1_000, "declared": None, "year_before": 0}
    found = silent_in_whole(Period.parse("2026-Q3"), Handed(**(given | facts)))
    assert [each.month for each in found] == silent
