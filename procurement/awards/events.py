"""What an award tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecisionAsked:
    """A decision is about to be prepared; a listener that waits for something raises, and nothing is prepared."""

    tender_id: int


@dataclass(frozen=True, slots=True)
class LettersFixed:
    """What each letter of a decision says is fixed and goes out now; a listener may still add what it knows."""

    decision_id: int


@dataclass(frozen=True, slots=True)
class DecisionSent:
    """The letters of a tender went out; the standstill runs."""

    tender_id: int
    decision_id: int
