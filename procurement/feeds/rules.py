"""Which moments of a tender stand in a calendar, and what an entry of a feed says: pure decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cwb.kernel.text import N_

KEPT = timedelta(days=90)
"""How long a tender stays in the feeds after its last change."""

MOST = 200
"""Most entries of a feed."""


@dataclass(frozen=True, slots=True)
class Due:
    """One moment: its code (part of a stable UID), its text with the tender's title, and when it is."""

    code: str
    text: str
    at: datetime


MOMENTS = (
    ("questions_until", N_("Vragen stellen kan tot: %(title)s")),
    ("answers_until", N_("Antwoorden uiterlijk: %(title)s")),
    ("apply_until", N_("Aanmelden kan tot: %(title)s")),
    ("closes_at", N_("Inschrijven kan tot: %(title)s")),
    ("opened_at", N_("Inschrijvingen geopend: %(title)s")),
)
"""Field of a tender → what a calendar calls it."""


def moments(facts: object) -> Sequence[Due]:
    """The moments a tender has, earliest first."""
    found = [
        Due(name, text, at)
        for name, text in MOMENTS
        if isinstance(at := getattr(facts, name, None), datetime)
    ]
    return sorted(found, key=lambda each: (each.at, each.code))


def changed(*moments: datetime | None) -> datetime:
    """The last change among these; at least one is there."""
    return max(each for each in moments if each is not None)
