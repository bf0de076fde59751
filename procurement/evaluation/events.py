"""What an evaluation tells upwards."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoresFrozen:
    """The scores of a tender stand; the ranking is stored."""

    tender_id: int
