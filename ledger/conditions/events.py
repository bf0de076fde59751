"""What conditions tell the storeys above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class VoteWritten:
    """The result of a vote on a version is being written down: where it stands, and its counts. Inner id.

    Who holds a vote of its own on that version refuses another result.
    """

    version_id: int
    document: str
    votes_for: int
    votes_against: int
    at: datetime
