"""The numbers of appreciation credits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from cwb.documents.rules import Table, Words
from cwb.kernel.money import Money
from ledger.appreciation import errors, rules

TODAY = date(2026, 6, 1)


def test_hours_are_quarters_up_to_a_day_and_credits_follow_the_rate():
    assert rules.hundredths(Decimal("2.5")) == 250
    for wrong in ("0", "0.1", "8.25", "2.505"):
        with pytest.raises(errors.NotInQuarters):
            rules.hundredths(Decimal(wrong))
    assert [rules.credits_for(250, rate) for rate in (100, 50, 33)] == [250, 125, 82]
    assert [rules.shown(each) for each in (250, 100, 0, 1025)] == ["2,5", "1", "0", "10,25"]
    assert rules.worth(80_00).minor == 160_00


def test_both_statements_are_needed_and_unpaid_is_declared_and_true():
    rules.check_ready(of_age=True, warned=True)
    for age, warned in ((True, False), (False, True)):
        with pytest.raises(errors.NotReady):
            rules.check_ready(of_age=age, warned=warned)
    rules.check_unpaid(declared=True, written_elsewhere=False)
    for declared, elsewhere in ((False, False), (True, True)):
        with pytest.raises(errors.PaidWork):
            rules.check_unpaid(declared=declared, written_elsewhere=elsewhere)


def test_a_day_has_been_lately_and_lies_in_the_budget():
    rules.check_day(TODAY, TODAY, TODAY, TODAY)
    rules.check_day(TODAY - timedelta(days=60), TODAY, date(2026, 1, 1), TODAY)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=61)):
        with pytest.raises(errors.DayOutside):
            rules.check_day(day, TODAY, date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(errors.DayOutside):
        rules.check_day(TODAY, TODAY, date(2026, 1, 1), TODAY - timedelta(days=1))


def test_another_confirms_and_above_four_hours_two():
    assert rules.check_confirmer(400, worker_id=1, first_id=None, user_id=2)
    assert not rules.check_confirmer(425, worker_id=1, first_id=None, user_id=2)
    assert rules.check_confirmer(425, worker_id=1, first_id=2, user_id=3)
    with pytest.raises(errors.AnotherConfirms):
        rules.check_confirmer(425, worker_id=1, first_id=2, user_id=2)
    with pytest.raises(errors.OwnHours):
        rules.check_confirmer(25, worker_id=1, first_id=None, user_id=1)


def test_credits_fit_to_the_hundredth():
    rules.check_room(100, 100, rules.Room(100, 100, 100, 100))
    for place, refusal in enumerate((errors.BudgetEmpty, errors.TaskFull, errors.MonthFull, errors.YearFull)):
        room = [100] * 4
        room[place] = 99
        with pytest.raises(refusal):
            rules.check_room(100, 100, rules.Room(*room))


def test_what_came_first_goes_first_and_lapses_after_two_letters():
    assert rules.left_of([(1, 100), (2, 50)], 120) == {1: 0, 2: 30}
    days = lambda count: timedelta(days=count)  # noqa: E731
    due = rules.reminder_due
    assert [due(days(each), None, None) for each in (669, 670)] == ["", "first"]
    assert [due(days(700), days(each), None) for each in (13, 14)] == ["", "second"]
    assert [due(days(age), days(60), days(30)) for age in (729, 730)] == ["", "lapse"]
    assert due(days(900), days(60), days(13)) == ""


def test_the_paper_of_a_year_holds_every_line_and_says_what_is_practice():
    year = rules.Year(
        year=2026, holder="Bewoner Voorbeeld", live=False, worked=350, given=350, spent=200, lapsed=0, held=150,
        worth=Money(7_00), hours=[(TODAY, "Koken", "Buurtkeuken", 200, 200, "bevestigd")],
        spending=[(TODAY, "Soep", "Buurtkeuken", 200)],
    )  # fmt: skip
    at = datetime(2026, 12, 31, 12, tzinfo=UTC)
    made = rules.statement(Words("nl"), year, at)
    tables = [each for each in made.blocks if isinstance(each, Table)]
    assert [each.head[-2:] for each in tables] == [["Punten", "Hoe staat het?"], ["Plek", "Punten"]]
    said = str(made.blocks).replace("\\xa0", " ")
    for part in (
        "oefenpunten",
        "Bewoner Voorbeeld",
        "€ 7,00",
        "2.100",
        "niet zeker",
        "Koken",
        "bevestigd",
        "Soep",
    ):
        assert part in said, part
    empty = rules.statement(Words("en"), replace(year, live=True, hours=[], spending=[]), at)
    assert "practice" not in str(empty.blocks)
    assert len(empty.blocks) == 4
