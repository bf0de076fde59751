"""Labels, the record of an opening, and what the page says when: pure decisions."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from cwb.kernel.canonical import digest

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


class Step(StrEnum):
    """What can be done about an opening now."""

    WAIT = "wait"
    RELEASE = "release"
    OPEN = "open"
    OPENED = "opened"
    STOPPED = "stopped"


def step(*, is_stopped: bool, is_opened: bool, is_closed: bool, is_released_to_me: bool) -> Step:
    """The one thing this person can do now."""
    if is_stopped:
        return Step.STOPPED
    if is_opened:
        return Step.OPENED
    if not is_closed:
        return Step.WAIT
    return Step.OPEN if is_released_to_me else Step.RELEASE
