import pytest

from coops.meetings.rules import Majority
from coops.votes import errors, rules
from coops.votes.rules import Outcome, Tally


@pytest.mark.parametrize(
    ("tally", "majority", "found"),
    [
        (Tally(3, 2, 9), Majority.SIMPLE, Outcome.CARRIED), (Tally(2, 2, 0), Majority.SIMPLE, Outcome.REJECTED),
        (Tally(0, 0, 5), Majority.SIMPLE, Outcome.REJECTED), (Tally(1, 0, 0), Majority.SIMPLE, Outcome.CARRIED),
        (Tally(4, 2, 7), Majority.TWO_THIRDS, Outcome.CARRIED), (Tally(5, 3, 0), Majority.TWO_THIRDS, Outcome.REJECTED),
        (Tally(0, 0, 5), Majority.TWO_THIRDS, Outcome.REJECTED),
    ],
)  # fmt: skip
def test_what_carries(tally, majority, found):
    assert rules.outcome(tally, majority, here=10, voters=20, quorum_percent=50) is found


def test_without_quorum_there_is_no_decision():
    assert rules.outcome(Tally(9), Majority.SIMPLE, here=9, voters=20, quorum_percent=50) is Outcome.NO_QUORUM
    assert rules.outcome(Tally(), Majority.SIMPLE, here=0, voters=0, quorum_percent=0) is Outcome.NO_QUORUM


def test_the_room_counts_as_many_votes_as_people():
    rules.check_room(Tally(2, 1, 0), 3)
    for tally, people in ((Tally(2, 1, 0), 4), (Tally(2, 1, 1), 3), (Tally(4, -1, 0), 3)):
        with pytest.raises(errors.CountDiffers):
            rules.check_room(tally, people)


def test_a_tally_reads_what_was_counted():
    assert Tally.of({"for": 2, "abstain": 1}) == Tally(2, 0, 1)
    assert Tally(2, 0, 1).total == 3
