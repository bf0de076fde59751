"""Decisions about invitations; time handed in."""

from datetime import datetime, timedelta
from enum import StrEnum

LIFE = timedelta(days=14)
MOST_LETTERS = 5


class State(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


def state(
    *, accepted_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, at: datetime
) -> State:
    """Where an invitation stands at an instant."""
    if accepted_at is not None:
        return State.ACCEPTED
    if withdrawn_at is not None:
        return State.WITHDRAWN
    return State.OPEN if at < expires_at else State.EXPIRED


def is_for(invited: str, own: str) -> bool:
    """Whether an invitation was sent to this address: a link that is passed on opens nothing for another account."""
    return invited.casefold() == own.casefold()
