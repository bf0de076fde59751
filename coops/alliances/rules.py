"""Agenda, promises and dates of a wijk as values: pure decisions.

What residents put there is read first, by somebody else, for names of people; what is removed stays kept with its
reason, and that there was something is shown (the covenant: answerable to each other).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from coops.alliances import errors
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.text import N_

MOST_TITLE, MOST_TEXT, MOST_WHO = 120, 2000, 200
"""Longest texts, in characters."""

MOST_WAITING = 5
"""As many of one person wait for an answer at once (a choice of the house)."""

FARTHEST = timedelta(days=366)
"""A date is set at most a year ahead."""


class Kind(StrEnum):
    """What somebody puts on the page of a wijk."""

    ITEM = "item"
    PROMISE = "promise"


class Outcome(StrEnum):
    """What became of it."""

    TAKEN_UP = "taken_up"
    DECLINED = "declined"
    KEPT = "kept"
    BROKEN = "broken"


OUTCOMES: Mapping[Kind, Mapping[Outcome, str]] = {
    Kind.ITEM: {Outcome.TAKEN_UP: N_("Wij pakken dit op"), Outcome.DECLINED: N_("Dit doen wij niet")},
    Kind.PROMISE: {Outcome.KEPT: N_("Nagekomen"), Outcome.BROKEN: N_("Niet nagekomen")},
}
"""Kind → outcome → its text."""


class State(StrEnum):
    """Where it stands; derived, never stored."""

    WAITING = "waiting"
    PUBLIC = "public"
    ANSWERED = "answered"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What somebody puts there. `who` promised it, `due_on` by when: of a promise only."""

    kind: Kind
    title: str
    text: str
    who: str = ""
    due_on: date | None = None


def check_post(facts: PostFacts) -> None:
    """An item or promise as it may be kept.

    Raises:
        PostTextMissing, PromiserMissing, BsnFound: at the field.
    """
    for field, text in (("title", facts.title), ("text", facts.text)):
        if not text.strip():
            raise errors.PostTextMissing(field=field)
    if facts.kind is Kind.PROMISE and not facts.who.strip():
        raise errors.PromiserMissing(field="who")
    refuse_bsn(title=facts.title, text=facts.text, who=facts.who)


def check_room(waiting: int) -> None:
    """One more than wait already.

    Raises:
        TooManyPosts
    """
    if waiting >= MOST_WAITING:
        raise errors.TooManyPosts(most=MOST_WAITING)


def check_meeting(starts_at: datetime, where: str, *, at: datetime) -> None:
    """A date as it may be set.

    Raises:
        DayInvalid, PlaceMissing: at the field.
    """
    if not at < starts_at <= at + FARTHEST:
        raise errors.DayInvalid(field="starts_at")
    if not where.strip():
        raise errors.PlaceMissing(field="place")


def is_late(due_on: date | None, answered_at: datetime | None, today: date) -> bool:
    """Whether a promise's day went by and nobody said what became of it; an item has no day."""
    return due_on is not None and answered_at is None and due_on < today


def state_of(
    published_at: datetime | None, answered_at: datetime | None, removed_at: datetime | None
) -> State:
    """Where it stands."""
    if removed_at is not None:
        return State.REMOVED
    if answered_at is not None:
        return State.ANSWERED
    return State.WAITING if published_at is None else State.PUBLIC
