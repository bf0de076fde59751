"""Counting votes: pure decisions. Blank and abstaining votes do not count for a majority (BW 2:13, unverified)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from coops.meetings.rules import Majority, has_quorum
from coops.votes import errors
from cwb.kernel.text import N_


class Choice(StrEnum):
    """What a vote says."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


CHOICE_NAMES = {Choice.FOR: N_("Voor"), Choice.AGAINST: N_("Tegen"), Choice.ABSTAIN: N_("Onthouding")}
"""Choice → how people call it."""


class Outcome(StrEnum):
    """What became of a motion."""

    CARRIED = "carried"
    REJECTED = "rejected"
    NO_QUORUM = "no_quorum"
    WITHDRAWN = "withdrawn"


OUTCOME_NAMES = {
    Outcome.CARRIED: N_("aangenomen"),
    Outcome.REJECTED: N_("verworpen"),
    Outcome.NO_QUORUM: N_("geen besluit: te weinig leden"),
    Outcome.WITHDRAWN: N_("van de agenda gehaald"),
}
"""Outcome → how people call it."""


class Hindrance(StrEnum):
    """Why somebody cannot vote on a motion now."""

    NOT_OPEN = "not_open"
    NO_VOTE = "no_vote"
    VOTED = "voted"
    REPRESENTED = "represented"


HINDRANCE_NAMES = {
    Hindrance.NOT_OPEN: N_("De stemming is niet open."),
    Hindrance.NO_VOTE: N_("Als steunend lid hebt u geen stem."),
    Hindrance.VOTED: N_("U stemde al. De uitslag ziet u na het sluiten."),
    Hindrance.REPRESENTED: N_("Een ander stemt voor u. Komt u toch? Zeg bij de vergadering dat u er bent."),
}
"""Hindrance → how people read it."""


class Tally(NamedTuple):
    """How many votes there are of each kind."""

    votes_for: int = 0
    against: int = 0
    abstain: int = 0

    @classmethod
    def of(cls, counted: Mapping[str, int]) -> "Tally":
        """From choice → votes."""
        return cls(*(counted.get(choice.value, 0) for choice in Choice))

    @property
    def total(self) -> int:
        """All votes."""
        return sum(self)


def outcome(tally: Tally, majority: Majority, *, here: int, voters: int, quorum_percent: int) -> Outcome:
    """What became of a motion. A tie carries nothing; without anybody for it, nothing is carried.

    `here`: members there or represented; `voters`: all who have a vote.
    """
    if not has_quorum(here, voters, quorum_percent):
        return Outcome.NO_QUORUM
    if majority is Majority.TWO_THIRDS:
        carried = tally.votes_for > 0 and tally.votes_for * 3 >= (tally.votes_for + tally.against) * 2
    else:
        carried = tally.votes_for > tally.against
    return Outcome.CARRIED if carried else Outcome.REJECTED


def check_room(tally: Tally, people: int) -> None:
    """As many votes counted in the room as there are people.

    Raises:
        CountDiffers: more or fewer, or a count below zero.
    """
    if min(tally) < 0 or tally.total != people:
        raise errors.CountDiffers(counted=tally.total, people=people, field="members")
