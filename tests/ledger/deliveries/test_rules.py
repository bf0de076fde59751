"""Days of handing in, and who is reminded."""

from datetime import date, timedelta

import pytest

from cwb.kernel.period import Period
from cwb.kernel.words import ReasonTooShort
from ledger.deliveries import errors, rules
from ledger.deliveries.rules import Settings, State, due_on, reminder, state_of

Q2 = Period.parse("2026-Q2")
DUE = date(2026, 7, 22)


def test_three_weeks_after_the_quarter_until_the_alliance_decides_otherwise(monkeypatch):
    assert due_on(Q2) == DUE
    later = (*rules.settings.rows, Settings(date(2026, 9, 1), 14, 7))
    monkeypatch.setitem(rules.settings.__dict__, "rows", later)
    assert due_on(Q2) == DUE
    assert due_on(Period.parse("2026-Q3")) == date(2026, 10, 15)


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
