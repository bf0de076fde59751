"""What an anchor may commit to, and whether it kept its word: pure decisions.

Above the bands only a procedure can award (domain/cooperatives.md §8), so a commitment is to publish a lot, to invite
or to examine, by a day.
"""

import re
from datetime import date, timedelta
from enum import StrEnum

from coops.commitments import errors

FARTHEST = timedelta(days=731)


class Kind(StrEnum):
    """What an anchor may commit to."""

    PUBLISH_LOT = "publish_lot"
    INVITE = "invite"
    EXAMINE = "examine"


AWARDING = re.compile(
    r"\b(?:ge)?gun(?:nen|d|t|ning)?\b|\bgegund\w*|\bgunning\w*|\bexclusief\b|\bverzeker(?:d|en|t)\b"
    r"|\bgegarandeerd?\b|\bgarant\w+|\bzonder (?:aanbesteding|procedure|concurrentie)\b"
    r"|\b(?:krijgt|krijgen|geven|geeft) (?:\w+ ){0,3}(?:opdracht|contract|werk)\b"
    r"|\baward\w*|\bguarantee\w*",
    re.IGNORECASE,
)
"""Words that promise the work itself, in Dutch and English."""


def check_commitment(what: str, due_on: date, *, today: date) -> None:
    """Refuse what an anchor may not promise.

    Raises:
        WhatMissing, AwardPromised, DueInvalid: at the field.
    """
    if not what.strip():
        raise errors.WhatMissing(field="what")
    word = AWARDING.search(what)
    if word is not None:
        raise errors.AwardPromised(field="what", word=word[0])
    if not today < due_on <= today + FARTHEST:
        raise errors.DueInvalid(field="due_on")


class Kept(StrEnum):
    """Whether an anchor kept its word; derived, never stored."""

    OPEN = "open"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


def kept(due_on: date, kept_on: date | None, withdrawn_on: date | None, today: date) -> Kept:
    """Where a commitment stands on a day; the due day itself is in time. One withdrawn after its day stays broken."""
    if kept_on is not None and kept_on <= today:
        return Kept.KEPT if kept_on <= due_on else Kept.LATE
    if withdrawn_on is not None and withdrawn_on <= min(due_on, today):
        return Kept.WITHDRAWN
    return Kept.OPEN if today <= due_on else Kept.BROKEN
