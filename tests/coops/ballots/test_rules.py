"""When a vote counts, and that anybody counts it after."""

from datetime import date

import pytest

from coops.ballots import errors, rules
from coops.ballots.rules import TERMS, Kind, Terms
from coops.votes.rules import Outcome, Tally
from cwb.kernel.money import Money

FUND = TERMS[Kind.FUND]


@pytest.mark.parametrize(
    ("tally", "voters", "became"),
    [
        (Tally(3, 2, 0), 50, Outcome.CARRIED),
        (Tally(3, 2, 0), 51, Outcome.NO_QUORUM),  # 10 % of 51 is 5.1
        (Tally(4, 0, 0), 5, Outcome.NO_QUORUM),  # four are no secret
        (Tally(3, 3, 0), 6, Outcome.REJECTED),
        (Tally(0, 0, 6), 6, Outcome.REJECTED),
        (Tally(1, 0, 5), 6, Outcome.CARRIED),
    ],
)
def test_the_outcome_follows_from_the_counts(tally, voters, became):
    assert rules.outcome(tally, voters, FUND) is became


def test_two_thirds_are_passed_and_not_met():
    terms = Terms(1, 66, 3, 14)
    assert rules.outcome(Tally(66, 34), 100, terms) is Outcome.REJECTED
    assert rules.outcome(Tally(67, 33), 100, terms) is Outcome.CARRIED


def test_a_result_is_recomputed_from_itself_and_every_lie_shows():
    found = rules.result_of({"number": "S-1"}, "Een bankje", Tally(4, 1, 1), 6, FUND)
    assert rules.recomputed(found, "Een bankje")
    assert not rules.recomputed(found, "Een hek")
    votes = {"for": 1, "against": 4, "abstain": 1}
    for lie in (
        {"outcome": "rejected"}, {"votes": votes}, {"voted": 7}, {"voters": 5}, {"quorum_percent": 99, "voters": 7},
    ):  # fmt: skip
        assert not rules.recomputed(found | lie, "Een bankje"), lie


def test_counts_of_few_are_left_out():
    found = rules.result_of({}, "Een bankje", Tally(4, 0, 0), 6, FUND)
    assert (found["votes"], found["voted"], found["outcome"]) == (None, None, "no_quorum")
    assert rules.recomputed(found, "Een bankje")


def test_what_may_be_proposed():
    rules.check_proposal(100, Money(100), 7)
    for amount, there, days, fault in (
        (99, 500, 7, errors.AmountWrong), (501, 500, 7, errors.AmountWrong), (100, 500, 6, errors.TermWrong),
        (100, 500, 29, errors.TermWrong),
    ):  # fmt: skip
        with pytest.raises(fault):
            rules.check_proposal(amount, Money(there), days)
    rules.check_start(date(2026, 7, 2), date(2026, 6, 1))
    with pytest.raises(errors.StartsTooSoon):
        rules.check_start(date(2026, 7, 1), date(2026, 6, 1))
