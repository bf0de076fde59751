"""The term of a question and what counts as an answer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cwb.kernel.calendar import working_days_after
from procurement.hearings import errors, rules

AT = datetime(2026, 11, 27, 10, tzinfo=UTC)  # a Friday


def test_a_text_says_something():
    assert rules.check_text("  Wij hebben eigen zout. ", "answer") == "Wij hebben eigen zout."
    with pytest.raises(errors.TextTooShort) as short:
        rules.check_text("Te laag.            ", "answer")
    assert short.value.field == "answer"


@pytest.mark.parametrize(
    ("on", "days", "last"),
    [("2026-11-27", 5, "2026-12-04"), ("2026-12-22", 5, "2026-12-30"), ("2026-12-24", 1, "2026-12-28"), ("2026-11-28", 0, "2026-11-28")],
)  # fmt: skip
def test_working_days_are_counted_from_the_day_after(on, days, last):
    assert working_days_after(date.fromisoformat(on), days) == date.fromisoformat(last)


def test_a_term_is_never_shorter_and_ends_at_midnight_in_amsterdam():
    assert rules.check_term(date(2026, 12, 4), AT, 5) == date(2026, 12, 4)
    with pytest.raises(errors.TermTooShort) as short:
        rules.check_term(date(2026, 12, 3), AT, 5)
    assert short.value.field == "last_day"
    assert rules.end_of(date(2026, 12, 4)) == datetime(2026, 12, 4, 23, tzinfo=UTC)


def test_an_answer_is_given_once_within_the_term():
    rules.check_open(answered_at=None, answer_until=AT, at=AT - timedelta(seconds=1))
    with pytest.raises(errors.TermEnded):
        rules.check_open(answered_at=None, answer_until=AT, at=AT)
    with pytest.raises(errors.AnsweredBefore):
        rules.check_open(answered_at=AT, answer_until=AT + timedelta(days=1), at=AT)
