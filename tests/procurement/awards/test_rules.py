from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel import calendar
from procurement.awards import errors, gateway, rules
from procurement.awards.rules import Result, Term

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "sunday",
    [
        date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2038, 4, 25),
        date(2000, 4, 23), date(2019, 4, 21), date(2285, 3, 22),
    ],
)  # fmt: skip
def test_easter(sunday):
    assert calendar.easter(sunday.year) == sunday


@given(st.integers(1900, 2299))
def test_easter_is_a_sunday_between_22_march_and_25_april(year):
    sunday = calendar.easter(year)
    assert sunday.weekday() == 6
    assert date(year, 3, 22) <= sunday <= date(year, 4, 25)


def test_holidays_of_2026():
    assert sorted(calendar.holidays(2026)) == [
        date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 5), date(2026, 5, 14),
        date(2026, 5, 25), date(2026, 12, 25), date(2026, 12, 26),
    ]  # fmt: skip


def test_kings_day_gives_way_to_sunday():
    assert date(2025, 4, 26) in calendar.holidays(2025)
    assert date(2025, 4, 27) not in calendar.holidays(2025)


@pytest.mark.parametrize(
    ("sent", "last"),
    [
        (datetime(2026, 9, 2, 10, tzinfo=UTC), date(2026, 9, 22)),  # plain: a Tuesday
        (datetime(2026, 9, 5, 10, tzinfo=UTC), date(2026, 9, 25)),
        (datetime(2026, 9, 6, 10, tzinfo=UTC), date(2026, 9, 28)),  # Saturday to Monday
        (datetime(2026, 9, 7, 10, tzinfo=UTC), date(2026, 9, 28)),  # Sunday to Monday
        (datetime(2026, 12, 5, 10, tzinfo=UTC), date(2026, 12, 28)),  # both days of Christmas, then a Sunday
        (datetime(2026, 3, 14, 10, tzinfo=UTC), date(2026, 4, 7)),  # Good Friday to the Tuesday after Easter
        (datetime(2026, 9, 2, 21, 59, tzinfo=UTC), date(2026, 9, 22)),  # 23:59 in Amsterdam
        (datetime(2026, 9, 2, 22, 0, tzinfo=UTC), date(2026, 9, 23)),  # midnight: the next day
    ],
)
def test_the_standstill_ends_with_a_working_day(sent, last):
    found = rules.standstill(sent, 20)
    assert found.last_day == last
    local = found.until.astimezone(rules.LOCAL)
    assert (local.date(), local.hour, local.minute) == (last + DAY, 0, 0)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)), st.integers(0, 90))  # noqa: DTZ001 (hypothesis wants bare bounds)
def test_it_is_never_shorter_than_the_days_and_ends_on_a_working_day(sent, days):
    found = rules.standstill(sent, days)
    assert found.until - sent >= timedelta(days=days) - timedelta(
        hours=1
    )  # the clock may go forward meanwhile
    assert calendar.is_working_day(found.last_day)
    assert found.last_day - sent.astimezone(rules.LOCAL).date() <= timedelta(days=days + 5)


EU = Term("eu", ("european_open",), date(2013, 4, 1), 20, "2.127", "x", "sure")
NEW = Term("eu", ("european_open",), date(2030, 1, 1), 30, "2.127", "x", "sure")
BELOW = Term("below", (), date(2013, 4, 1), 7, "", "x", "setting")


def test_terms_are_dated_and_particular_ones_go_first():
    terms = (BELOW, EU, NEW)
    assert rules.term_for(terms, "european_open", date(2026, 1, 1)) is EU
    assert rules.term_for(terms, "european_open", date(2030, 1, 1)) is NEW
    assert rules.term_for(terms, "invited_quotes", date(2026, 1, 1)) is BELOW
    with pytest.raises(errors.NoTerm):
        rules.term_for((NEW,), "invited_quotes", date(2026, 1, 1))
    with pytest.raises(errors.NoTerm):
        rules.term_for((BELOW,), "x", date(2000, 1, 1))


def test_the_kept_table_says_twenty_under_european_law():
    found = gateway.terms("nieuw_west")
    for procedure in ("european_open", "european_restricted", "light_regime"):
        term = rules.term_for(found, procedure, date(2026, 9, 1))
        assert (term.days, term.certainty) == (20, "sure")
    assert rules.term_for(found, "invited_quotes", date(2026, 9, 1)).certainty == "setting"


@pytest.mark.parametrize("days", [-1, 19, 91])
def test_never_shorter_than_the_rule(days):
    with pytest.raises(errors.TermTooShort):
        rules.check_days(days, EU)


def test_longer_is_allowed():
    rules.check_days(20, EU)
    rules.check_days(90, EU)


@pytest.mark.parametrize(
    "text", ["", "   ", "Prijs was te hoog.", "x" * 40, "beter beter beter beter beter", "x y z " * 1000]
)
def test_a_stock_phrase_is_no_motivation(text):
    with pytest.raises(errors.ReasonsTooShort) as fault:
        rules.check_reasons(text, "lesson")
    assert fault.value.field == "lesson"


def test_own_words_are():
    assert rules.check_reasons("  De winnaar komt elke dag. ", "x") == "De winnaar komt elke dag."


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ({"is_damaged": True}, Result.DAMAGED), ({"is_disqualified": True}, Result.DISQUALIFIED), ({"line": None}, Result.DISQUALIFIED),
        ({"line": {"knocked_out": "plan"}}, Result.KNOCKED_OUT), ({"is_winner": True}, Result.WON), ({}, Result.LOST),
    ],
)  # fmt: skip
def test_what_a_bidder_is_told(facts, result):
    plain = {"is_damaged": False, "is_disqualified": False, "line": {"knocked_out": None}, "is_winner": False}
    assert rules.result_of(**{**plain, **facts}) is result


def test_gaps_stand_beside_each_other_with_the_price_last():
    stored = {"criteria": [{"id": "plan", "name": "Plan"}]}
    own = {"criteria_points": {}, "price_points": None}
    best = {"criteria_points": {"plan": "28"}, "price_points": "12.5"}
    assert rules.gaps(stored, own, best, {"plan": "Mager"}) == [
        {"code": "plan", "name": "Plan", "own": "", "winner": "28", "note": "Mager"},
        {"code": "price", "name": "", "own": "", "winner": "12.5", "note": ""},
    ]
    assert len(rules.gaps(stored, own, {**best, "price_points": None}, {})) == 1
