"""What an anchor may commit to, and whether it kept its word: pure decisions.

Above the bands only a procedure can award (domain/cooperatives.md §8), so a commitment is to publish a lot, to invite
or to examine, by a day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coops.commitments import errors
from cwb.kernel.text import N_

FARTHEST = timedelta(days=731)

REMIND = timedelta(days=14)
"""So long before its day an anchor is reminded, and so long after it a broken word is still written about."""


class Kind(StrEnum):
    """What an anchor may commit to."""

    PUBLISH_LOT = "publish_lot"
    INVITE = "invite"
    EXAMINE = "examine"


KINDS: Mapping[Kind, str] = {
    Kind.PUBLISH_LOT: N_("Een perceel publiceren"),
    Kind.INVITE: N_("Uitnodigen voor een offerte"),
    Kind.EXAMINE: N_("Onderzoeken of het kan"),
}
"""What is promised → its text."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A tender of an anchor that went public, or of which the invitations went out: `invited` is then not empty."""

    number: str
    category: str | None
    invited: frozenset[int]


def seems_kept(
    kind: str, done: Publication, *, category: str, grown: frozenset[int], about: frozenset[int]
) -> bool:
    """Whether a publication looks like what was promised; a person decides.

    To publish: open to all, of the same kind of work. To invite: one of the initiatives that it is `about` has
    `grown` into an organisation that was invited. To examine shows in no tender.
    """
    if kind == Kind.INVITE:
        return bool(done.invited) and bool(grown & about)
    return kind == Kind.PUBLISH_LOT and not done.invited and bool(category) and done.category == category


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


_NUMBER = re.compile(r"T-[0-9]{4}-[0-9]{4,}")
"""The number of a tender."""


def check_proof(kind: str, proof: str) -> None:
    """Refuse what does not show that a commitment was kept, or shows who was invited before the award.

    Raises:
        ProofMissing, InvitationSecret: at the field.
    """
    if not proof.strip():
        raise errors.ProofMissing(field="proof")
    named = _NUMBER.search(proof)
    if kind == Kind.INVITE and named is not None:
        raise errors.InvitationSecret(field="proof", number=named[0])


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
