"""Labels, the record of an opening, and what the page says when: pure decisions."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from cwb.kernel.canonical import digest
from cwb.kernel.policy import Actor, Role

Item = TypeVar("Item")


def label(position: int) -> str:
    """A, B … Z, AA, AB … for positions from 0."""
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def shuffled(items: Sequence[Item]) -> list[Item]:
    """The items in an order that tells nothing: labels are given out along it."""
    mixed = list(items)
    secrets.SystemRandom().shuffle(mixed)
    return mixed


def record_digest(
    *,
    tender: str,
    first: int,
    second: int,
    opened_at: datetime,
    received: Sequence[Mapping[str, object]],
    late: Sequence[str],
) -> str:
    """SHA-256 (hex) of the record of the opening: who, when, what was received, who was late.

    `received` are receipts with time, hash and fault, `late` the instants of late attempts; the order given counts.
    """
    return digest({
        "tender": tender, "first": first, "second": second, "opened_at": opened_at.isoformat(),
        "received": [dict(each) for each in received], "late": list(late),
    })  # fmt: skip


READERS = frozenset({Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR})
"""Roles that read the record and what was opened: the buyer's own people, and auditors."""


def buys(actor: Actor, buyer_id: int) -> bool:
    """Whether an actor acts for the buyer."""
    return actor.organisation_id == buyer_id and actor.has(Role.PURCHASER, Role.ASSESSOR)


def may_read(actor: Actor, buyer_id: int) -> bool:
    """Whether an actor reads what was opened."""
    return buys(actor, buyer_id) or actor.has(Role.AUDITOR)


def may_open(actor: Actor, buyer_id: int, part: str | None) -> bool:
    """Whether a holder of a share (`part` officer or escrow; None: no share) still has the place to open."""
    if part is None:
        return False
    return buys(actor, buyer_id) if part == "officer" else actor.has(Role.AUDITOR)


class Step(StrEnum):
    """What can be done about an opening now."""

    WAIT = "wait"
    RELEASE = "release"
    GIVEN = "given"
    OPEN = "open"
    OPENED = "opened"
    STOPPED = "stopped"


def step(
    *, is_stopped: bool, is_opened: bool, is_closed: bool, is_released_to_me: bool, is_given: bool = False
) -> Step:
    """The one thing this person can do now; `is_given`: this person gave a share already, and waits for the other."""
    if is_stopped:
        return Step.STOPPED
    if is_opened:
        return Step.OPENED
    if not is_closed:
        return Step.WAIT
    if is_released_to_me:
        return Step.OPEN
    return Step.GIVEN if is_given else Step.RELEASE
