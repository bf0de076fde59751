"""What a resident may tell and for how long it is kept: pure decisions.

Never a BSN, identity document, address, nationality, benefit, debt, health, criminal record or birth date
(domain/cooperatives.md §9).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coops.talent import errors
from cwb.kernel.identifiers import refuse_bsn

IDLE = timedelta(days=183)
"""Six months without a word: ask whether it may stay (proposal of domain/cooperatives.md §9)."""

ANSWER = timedelta(days=30)
"""How long somebody has to answer before all is erased (a choice of the house)."""

SUPPRESSED_BELOW = 5
"""A published count under this is not told."""

MOST_HOURS = 60


@dataclass(frozen=True, slots=True)
class About:
    """What somebody tells: a chosen name, one contact, kinds of work, languages, hours a week, wijk."""

    name: str
    contact: str
    skills: tuple[str, ...]
    languages: tuple[str, ...] = ()
    hours: int | None = None
    place_code: str | None = None


def check(about: About, *, consent: bool) -> None:
    """Refuse what may not be kept.

    Raises:
        NameMissing, ContactMissing, SkillMissing, HoursInvalid, ConsentMissing, BsnFound: at the field.
    """
    if not about.name.strip():
        raise errors.NameMissing(field="name")
    if not about.contact.strip():
        raise errors.ContactMissing(field="contact")
    refuse_bsn(name=about.name, contact=about.contact)
    if not about.skills:
        raise errors.SkillMissing(field="skills")
    if about.hours is not None and not 1 <= about.hours <= MOST_HOURS:
        raise errors.HoursInvalid(field="hours")
    if not consent:
        raise errors.ConsentMissing(field="consent")


class Idle(StrEnum):
    """What is to be done about a profile."""

    NOTHING = "nothing"
    ASK = "ask"
    ERASE = "erase"


def idle(confirmed_at: datetime, asked_at: datetime | None, at: datetime) -> Idle:
    """Six months after the last word it is asked about; a month after an unanswered question it is erased."""
    if asked_at is not None and asked_at >= confirmed_at:
        return Idle.ERASE if at >= asked_at + ANSWER else Idle.NOTHING
    return Idle.ASK if at >= confirmed_at + IDLE else Idle.NOTHING


def told(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts as they may be published: under five is None.

    One hidden cell beside a total could be reckoned back, so no total is told.
    """
    return {name: count if count >= SUPPRESSED_BELOW else None for name, count in counts.items()}


def counted(skills: Iterable[Iterable[str]]) -> dict[str, int]:
    """Kind of work → how many people offer it."""
    found: dict[str, int] = {}
    for each in skills:
        for skill in each:
            found[skill] = found.get(skill, 0) + 1
    return dict(sorted(found.items()))
