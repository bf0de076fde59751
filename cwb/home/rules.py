"""How what waits is put in order, and which doors the front page has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cwb.kernel.feature import ActionCard, Part, Task
from cwb.kernel.policy import Actor, Role

SOON = timedelta(days=3)
"""From when a day is called near: long enough for a weekend."""

NEAR = timedelta(days=14)
"""Until when a day goes before work without one: a contract that ends in two years hides nothing of today."""

MOST_CARDS = 9
"""As many cards as one takes in without headings."""

Group = tuple[str, tuple[ActionCard, ...]]
"""A heading, "" for none, and the cards under it."""

FIRST_TASKS = 3
"""As many tasks as a door shows before what can be done there."""

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


def grouped(groups: Sequence[tuple[str, Sequence[ActionCard]]], actor: Actor) -> tuple[Group, ...]:
    """The cards for this actor under their headings, each by its order; as one group without a heading when few."""
    found = [
        (title, tuple(sorted(offered(cards, actor), key=lambda card: card.order))) for title, cards in groups
    ]
    every = [card for _title, cards in found for card in cards]
    if len(every) > MOST_CARDS:
        return tuple(each for each in found if each[1])
    return (("", tuple(sorted(every, key=lambda card: card.order))),) if every else ()


def journey(cards: Iterable[ActionCard], door: "Door") -> tuple[Group, ...]:
    """What a door shows, by its part of the journey: each page once, and no heading without cards."""
    shown: dict[str, ActionCard] = {}
    for card in sorted(cards, key=lambda card: card.order):
        if door.shows(card):
            shown.setdefault(card.endpoint, card)
    found = ((part.value, tuple(card for card in shown.values() if card.part is part)) for part in Part)
    return tuple(each for each in found if each[1])


def in_order(tasks: Iterable[Task], at: datetime) -> list[Task]:
    """What people wait for together; what others wait for; then one's own work.

    Of that what is late or near, by its day; what can be done any time; what is far off.
    """

    def place(task: Task) -> tuple[int, float]:
        if task.at_once:
            return -2, 0
        if task.awaited:
            return -1, task.due_at.timestamp() if task.due_at else 0
        if task.due_at is None:
            return 1, 0
        return (0 if task.due_at - at <= NEAR else 2), task.due_at.timestamp()

    return sorted(tasks, key=place)


@dataclass(frozen=True, slots=True)
class Door:
    """A way in for a kind of visitor: whose cards it shows. `founds`: who comes here registers an organisation."""

    name: str
    roles: frozenset[Role]
    founds: bool = False

    def shows(self, card: ActionCard) -> bool:
        """Whether a card stands here; who registers is led by a way of its own past the general one."""
        if self.founds and (card.founds or card.newcomers_only):
            return card.founds
        return not self.roles.isdisjoint(card.action.roles)


DOORS = {
    each.name: each
    for each in (
        Door("buyer", frozenset({Role.PURCHASER})),
        Door("cooperative", frozenset({Role.BOARD, Role.MEMBER, Role.FELLOW}), founds=True),
        Door("resident", frozenset({Role.RESIDENT})),
    )
}
