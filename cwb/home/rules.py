"""How what waits is put in order, and which doors the front page has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cwb.kernel.feature import ActionCard, Task
from cwb.kernel.policy import Actor, Role

SOON = timedelta(days=3)
"""From when a day is called near: long enough for a weekend."""

MOST_TASKS = 12
"""As many tasks as the dashboard shows; the rest is counted."""


class Haste(StrEnum):
    """How near the day of a task is."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"
    ANY_TIME = "any_time"


def haste(due_at: datetime | None, at: datetime) -> Haste:
    """How near the day of a task is at an instant."""
    if due_at is None:
        return Haste.ANY_TIME
    if due_at < at:
        return Haste.LATE
    return Haste.SOON if due_at - at <= SOON else Haste.LATER


def offered(cards: Iterable[ActionCard], actor: Actor) -> list[ActionCard]:
    """The cards for this actor."""
    return [
        card
        for card in cards
        if card.action.open_to(actor) and not (card.newcomers_only and actor.organisation_id is not None)
    ]


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """The nearest day first, what has no day last, else as they came."""
    return sorted(
        tasks, key=lambda each: (each.due_at is None, each.due_at.timestamp() if each.due_at else 0)
    )


@dataclass(frozen=True, slots=True)
class Door:
    """A way in for a kind of visitor: whose cards it shows."""

    name: str
    roles: frozenset[Role]


DOORS = {
    each.name: each
    for each in (
        Door("buyer", frozenset({Role.PURCHASER})),
        Door("cooperative", frozenset({Role.BOARD, Role.MEMBER})),
        Door("resident", frozenset({Role.RESIDENT})),
    )
}
