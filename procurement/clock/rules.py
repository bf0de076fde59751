"""What the clock does, and whether it still makes sense when it runs late. Pure.

A mark says that an act was due at a moment, never when it ran: a late run leaves the same record as a punctual one.
A letter that came too late to be of use is left out; the mark is written all the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Act(StrEnum):
    """One kind of act, with the moment it belongs to."""

    QUESTIONS_CLOSED = "questions_closed"
    APPLYING_CLOSED = "applying_closed"
    REMIND_WEEK = "remind_week"
    REMIND_DAY = "remind_day"
    CLOSED = "closed"
    NOTHING_RECEIVED = "nothing_received"
    STANDSTILL_OVER = "standstill_over"


BEFORE_CLOSING = {Act.REMIND_WEEK: timedelta(days=7), Act.REMIND_DAY: timedelta(days=1)}
"""How long before closing who has a draft is reminded."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a tender stands when the clock runs."""

    closes_at: datetime
    is_stopped: bool
    is_opened: bool
    is_selected: bool
    is_awarded: bool
    is_decided: bool


def is_of_use(act: Act, standing: Standing, at: datetime) -> bool:
    """Whether the letter of an act still tells something at an instant."""
    closes_at = standing.closes_at
    of_use = {
        Act.QUESTIONS_CLOSED: at < closes_at,
        Act.APPLYING_CLOSED: not standing.is_selected,
        Act.REMIND_WEEK: at < closes_at - BEFORE_CLOSING[Act.REMIND_DAY],
        Act.REMIND_DAY: at < closes_at,
        Act.CLOSED: not standing.is_opened and at >= closes_at,
        Act.NOTHING_RECEIVED: standing.is_opened,
        Act.STANDSTILL_OVER: standing.is_decided and not standing.is_awarded,
    }
    return of_use[act] and not standing.is_stopped
