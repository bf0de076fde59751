"""The states of a complaint, its term, and who may answer. Pure.

A complaint does not stop the clock by itself: a summons does (`procurement.standstill`), and the buyer may always
wait longer.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cwb.kernel.calendar import working_days_after
from cwb.kernel.text import N_
from procurement.complaints import errors
from procurement.hearings.rules import check_text


class About(StrEnum):
    """What a complaint is about."""

    REQUIREMENTS = "requirements"
    PROCEDURE = "procedure"
    QUESTIONS = "questions"
    AWARD = "award"
    OTHER = "other"


ABOUT: Mapping[About, str] = {
    About.REQUIREMENTS: N_("De eisen of de beoordeling"),
    About.PROCEDURE: N_("De procedure of de termijnen"),
    About.QUESTIONS: N_("De antwoorden op vragen"),
    About.AWARD: N_("Het gunningsbesluit"),
    About.OTHER: N_("Iets anders"),
}


class State(StrEnum):
    """Where a complaint stands; all but the first are ends."""

    PENDING = "pending"
    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"
    INADMISSIBLE = "inadmissible"
    WITHDRAWN = "withdrawn"


STATES: Mapping[State, tuple[str, str]] = {
    State.PENDING: (N_("wacht op antwoord"), "warn"),
    State.UPHELD: (N_("gegrond"), "good"),
    State.PARTLY: (N_("deels gegrond"), "good"),
    State.REJECTED: (N_("ongegrond"), "neutral"),
    State.INADMISSIBLE: (N_("niet in behandeling"), "neutral"),
    State.WITHDRAWN: (N_("ingetrokken"), "neutral"),
}
"""State → text and tone."""

ANSWERS = (State.UPHELD, State.PARTLY, State.REJECTED, State.INADMISSIBLE)
RIGHT = frozenset({State.UPHELD, State.PARTLY})
"""Answers that call for a measure."""


@dataclass(frozen=True, slots=True)
class Term:
    """Working days to answer, from the day after the complaint."""

    valid_from: date
    working_days: int
    source: str
    certainty: str

    def answer_by(self, received_on: date) -> date:
        """The last day for an answer."""
        return working_days_after(received_on, self.working_days)


def check_complaint(text: str, wish: str) -> tuple[str, str]:
    """What is wrong and what is asked, without outer blanks.

    Raises:
        ComplaintTooShort, WishMissing: at the field.
    """
    said, asked = check_text(text, "text", errors.ComplaintTooShort), wish.strip()
    if not asked:
        raise errors.WishMissing(field="wish")
    return said, asked


def check_answer(state: State, answer: str, measure: str) -> tuple[str, str]:
    """An answer with reasons, and what is done where the complaint is right.

    Raises:
        AnswerTooShort, MeasureMissing: at the field.
    """
    said, done = check_text(answer, "answer", errors.AnswerTooShort), measure.strip()
    if state in RIGHT and not done:
        raise errors.MeasureMissing(field="measure")
    return said, done if state in RIGHT else ""


def check_stand_in(user_id: int, *, free: Collection[int], candidates: Collection[int]) -> None:
    """The programme stands in only where nobody of the buyer is outside the tender.

    `free`: people of the buyer who may answer. `candidates`: people of the programme who may.

    Raises:
        SomebodyIsFree: a colleague can answer.
        NoStandIn: at the field `person`.
    """
    if free:
        raise errors.SomebodyIsFree
    if user_id not in candidates:
        raise errors.NoStandIn(field="person")


def check_answerer(user_id: int, involved: Collection[int]) -> None:
    """Whoever answers was not in the tender.

    Raises:
        AnswererInvolved: they were.
    """
    if user_id in involved:
        raise errors.AnswererInvolved
