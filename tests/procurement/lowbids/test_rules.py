from datetime import date
from itertools import pairwise

import pytest

from procurement.lowbids import rules
from procurement.lowbids.gateway import settings
from procurement.lowbids.rules import Against, Hint, State

SET = settings(date(2026, 11, 2))


@pytest.mark.parametrize(
    ("price", "others", "estimate", "found"),
    [
        (70, [100, 100], None, [Hint(Against.OTHERS, 30)]), (71, [100, 100], None, []),
        (70, [100], None, []), (70, [], None, []), (70, [], 100, [Hint(Against.ESTIMATE, 30)]), (71, [], 100, []),
        (1, [100, 101], 100, [Hint(Against.OTHERS, 99), Hint(Against.ESTIMATE, 99)]), (150, [100, 100], 100, []),
        (695, [1000, 1000], None, [Hint(Against.OTHERS, 31)]), (1, [], 0, []),
    ],
)  # fmt: skip
def test_a_hint_appears_at_thirty_percent_below_the_others_or_the_estimate(price, others, estimate, found):
    assert rules.hints(price, others, estimate, SET) == found


def test_the_term_counts_working_days_and_is_never_shorter():
    assert SET.first_day(date(2026, 11, 27)) == date(2026, 12, 4)
    assert SET.first_day(date(2026, 12, 22)) == date(2026, 12, 30), "Christmas does not count"


def test_states_follow_each_other():
    facts = {"is_heard": False, "is_judged": False, "is_confirmed": False}
    assert rules.state_of(**facts) is State.ASKED
    assert rules.state_of(**{**facts, "is_heard": True}) is State.READY
    assert rules.state_of(**{**facts, "is_judged": True}) is State.JUDGED
    assert rules.state_of(**{**facts, "is_judged": True, "is_confirmed": True}) is State.CONFIRMED


def test_settings_are_dated_and_each_text_has_a_place():
    assert SET.certainty == "setting"
    assert settings(date(2000, 1, 1)) == SET
    assert set(rules.HINTS) == set(rules.TOLD) == set(Against)
    assert not any("%" in each for each in rules.TOLD.values())
    assert set(rules.VERDICTS) == set(rules.Verdict) > set(rules.OUT)
    assert all(one.value != other.value for one, other in pairwise(State))
