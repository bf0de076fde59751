from datetime import date

import pytest

from ledger.mandates import errors, rules


@pytest.mark.parametrize(
    ("used", "over"),
    [(date(2026, 1, 31), date(2029, 1, 31)), (date(2024, 2, 29), date(2027, 2, 28)), (date(2026, 12, 31), date(2029, 12, 31))],
)  # fmt: skip
def test_a_mandate_lapses_after_36_months(used, over):
    assert rules.lapses_on(used) == over


@pytest.mark.parametrize(
    ("due", "day"),
    [(date(2026, 3, 1), date(2026, 3, 15)), (date(2026, 3, 15), date(2026, 3, 15)), (date(2026, 4, 1), date(2026, 4, 1))],
)  # fmt: skip
def test_the_day_is_never_less_than_the_agreed_days_ahead(due, day):
    assert rules.collect_on(due, date(2026, 3, 1), 14) == day


@pytest.mark.parametrize("days", [1, 0, -1, 61])
def test_days_of_notice_have_bounds(days):
    with pytest.raises(errors.NoticeInvalid):
        rules.check_terms(days, "Contributie")


@pytest.mark.parametrize("words", ["", "   ", "x" * 41])
def test_the_statement_says_something_short(words):
    with pytest.raises(errors.WordsInvalid):
        rules.check_terms(14, words)
    assert rules.check_terms(14, " Contributie   De Tuin ") == "Contributie De Tuin"
