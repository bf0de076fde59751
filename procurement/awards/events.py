"""What an award tells upwards."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DecisionAsked:
    """A decision is about to be prepared; a listener that waits for something raises, and nothing is prepared."""

    tender_id: int


@dataclass(frozen=True, slots=True)
class LettersFixed:
    """What each letter of a decision says is fixed and goes out at this instant.

    A listener may still add what it knows, or raise; then nothing is sent.
    """

    decision_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionSent:
    """The letters of a tender went out; the standstill runs."""

    tender_id: int
    decision_id: int
