"""The steps of a challenge, their order and their terms: pure decisions.

Nothing here gives work away: what may follow is a pilot, a part at an extension, or an invitation, each within the
procedure that is lawful at its value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cwb.kernel.calendar import run_on
from cwb.kernel.text import N_
from procurement.challenges import errors


class State(StrEnum):
    """Where a challenge stands."""

    RECEIVED = "received"
    ADMITTED = "admitted"
    TALKED = "talked"
    ANSWERED = "answered"
    INADMISSIBLE = "inadmissible"
    WITHDRAWN = "withdrawn"


STATE_TEXTS: Mapping[State, tuple[str, str]] = {
    State.RECEIVED: (N_("ontvangen"), "info"),
    State.ADMITTED: (N_("in behandeling"), "info"),
    State.TALKED: (N_("besproken"), "info"),
    State.ANSWERED: (N_("beantwoord"), "good"),
    State.INADMISSIBLE: (N_("niet in behandeling"), "neutral"),
    State.WITHDRAWN: (N_("ingetrokken"), "neutral"),
}

OPEN = frozenset({State.RECEIVED, State.ADMITTED, State.TALKED})
"""States in which the buyer still owes an answer."""


class Step(StrEnum):
    """What happened to a challenge, once each."""

    ADMITTED = "admitted"
    INADMISSIBLE = "inadmissible"
    TALKED = "talked"
    EXTENDED = "extended"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


STEP_TEXTS: Mapping[Step, str] = {
    Step.ADMITTED: N_("De koper neemt de uitdaging in behandeling"),
    Step.INADMISSIBLE: N_("De koper neemt de uitdaging niet in behandeling"),
    Step.TALKED: N_("Er is gesproken"),
    Step.EXTENDED: N_("De koper neemt meer tijd"),
    Step.ANSWERED: N_("De koper geeft antwoord"),
    Step.WITHDRAWN: N_("De uitdagers trekken zich terug"),
}

STEP_CHOICES: Mapping[Step, str] = {
    Step.ADMITTED: N_("Wij nemen de uitdaging in behandeling"),
    Step.INADMISSIBLE: N_("Wij nemen de uitdaging niet in behandeling"),
    Step.TALKED: N_("Wij spraken met de uitdagers"),
    Step.EXTENDED: N_("Wij nemen meer tijd"),
    Step.ANSWERED: N_("Wij geven antwoord"),
}
"""The same as a buyer chooses it."""

_FROM: Mapping[Step, frozenset[State]] = {
    Step.ADMITTED: frozenset({State.RECEIVED}),
    Step.INADMISSIBLE: frozenset({State.RECEIVED}),
    Step.TALKED: frozenset({State.ADMITTED}),
    Step.EXTENDED: OPEN,
    Step.ANSWERED: frozenset({State.TALKED}),
    Step.WITHDRAWN: frozenset(State) - {State.WITHDRAWN},
}
"""Step → the states in which it may happen. One is heard before one is answered."""


def offered(state: State, *, is_extended: bool) -> list[Step]:
    """What the buyer can do now."""
    return [
        step
        for step, states in _FROM.items()
        if state in states and step is not Step.WITHDRAWN and not (step is Step.EXTENDED and is_extended)
    ]


def after(state: State, step: Step, *, is_extended: bool) -> State:
    """The state after a step.

    Raises:
        NotNow: the steps have an order, and more time is taken once.
    """
    if state not in _FROM[step] or (step is Step.EXTENDED and is_extended):
        raise errors.NotNow
    return state if step is Step.EXTENDED else State(step.value)


class Answer(StrEnum):
    """What the buyer says."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


ANSWER_TEXTS = {Answer.YES: N_("Ja"), Answer.PARTLY: N_("Deels"), Answer.NO: N_("Nee")}


class Follow(StrEnum):
    """What follows; never a promise of an award."""

    PILOT = "pilot"
    PART = "part_at_extension"
    INVITATION = "invitation"
    NOTHING = "nothing"


FOLLOW_TEXTS = {
    Follow.PILOT: N_("Een proef, klein en kort"),
    Follow.PART: N_("Een deel gaat uit het contract bij de volgende verlenging"),
    Follow.INVITATION: N_("U hoort van de volgende aanbesteding en kunt meedoen"),
    Follow.NOTHING: N_("Er volgt niets"),
}


def check_answer(answer: Answer, follow: Follow) -> None:
    """A yes has a sequel, a no has none.

    Raises:
        FollowMissing: at the field.
    """
    if (answer is Answer.NO) != (follow is Follow.NOTHING):
        raise errors.FollowMissing(field="follow")


@dataclass(frozen=True, slots=True)
class Terms:
    """Dated terms in weeks."""

    valid_from: date
    answer_weeks: int
    extension_weeks: int
    source: str
    certainty: str

    def answer_by(self, received_on: date) -> date:
        """The last day for an answer, a working day (Algemene termijnenwet, art. 1)."""
        return run_on(received_on + timedelta(weeks=self.answer_weeks))

    def extended(self, answer_by: date) -> date:
        """The last day once more time was taken."""
        return run_on(answer_by + timedelta(weeks=self.extension_weeks))
