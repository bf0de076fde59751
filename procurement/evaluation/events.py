"""What an evaluation tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FreezeAsked:
    """The chair fixes the scores now; a listener that still waits for something raises, and nothing is fixed."""

    tender_id: int


@dataclass(frozen=True, slots=True)
class ScoresFrozen:
    """The scores of a tender stand; the ranking is stored."""

    tender_id: int
