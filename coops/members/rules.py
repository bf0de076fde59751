"""Members as values: pure decisions. There is no field for a birth date, an address or a BSN, and none is let in."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from coops.members import errors
from cwb.kernel.text import N_

FEWEST_SHOWN = 5
"""Counts below this are not shown outside the cooperative (domain/cooperatives.md §9: published cells under 5)."""

KEPT_YEARS = 7
"""Name and contact stay so long after the year in which a member left (art. 52 AWR), then they are wiped."""


class MemberKind(StrEnum):
    """As what somebody is a member."""

    WORKER = "worker"
    USER = "user"
    RESIDENT = "resident"
    SUPPORTING = "supporting"


KIND_NAMES = {
    MemberKind.WORKER: N_("werkend lid"),
    MemberKind.USER: N_("gebruikerslid"),
    MemberKind.RESIDENT: N_("bewonerslid"),
    MemberKind.SUPPORTING: N_("steunend lid"),
}
"""Kind → how people call it."""

VOTING = frozenset({MemberKind.WORKER, MemberKind.USER, MemberKind.RESIDENT})
"""Who votes: one member, one vote. A supporting member gives money and has none (a choice of the house)."""


def works(kind: MemberKind) -> bool:
    """Whether a member is invited to the work too: bids, milestones, invoices (a choice of the house)."""
    return kind is MemberKind.WORKER


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A member: a name of their own choice and one contact, a mail address or a telephone number."""

    name: str
    contact: str
    kind: MemberKind
    joined_on: date


_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,189}\.[^@\s,;<>\"]{2,}")
_NINE = re.compile(r"(?<!\d)\d{9}(?!\d)")


def tidy_contact(text: str) -> str:
    """A mail address in small letters, a telephone number as digits; so two ways of writing are one contact.

    Raises:
        ContactInvalid: it is neither.
        HoldsBsn: nine digits, as long as a citizen service number and shorter than a Dutch telephone number.
    """
    text = text.strip()
    if "@" in text:
        if _MAIL.fullmatch(text) is None:
            raise errors.ContactInvalid(field="contact")
        return text.lower()
    digits = re.sub(r"[\s().-]+", "", text)
    digits = re.sub(r"^(?:\+31|0031)0?", "0", digits)
    if _NINE.fullmatch(digits):
        raise errors.HoldsBsn(field="contact")
    if re.fullmatch(r"\+?[0-9]{10,15}", digits) is None:
        raise errors.ContactInvalid(field="contact")
    return digits


def is_mail(contact: str) -> bool:
    """Whether a letter reaches a tidied contact; else it is a telephone number."""
    return "@" in contact


def check_name(name: str) -> str:
    """The name somebody chose, as it may be kept.

    Raises:
        MemberTextMissing: none.
        HoldsBsn: it holds nine digits in a row.
    """
    name = " ".join(name.split())
    if not name:
        raise errors.MemberTextMissing(field="name")
    if _NINE.search(re.sub(r"(?<=\d)[ .-](?=\d)", "", name)):
        raise errors.HoldsBsn(field="name")
    return name


def tidy(facts: MemberFacts, today: date) -> MemberFacts:
    """A member as it may be kept.

    Raises:
        RuleBroken: MemberTextMissing, ContactInvalid, HoldsBsn, DayInvalid, at the field.
    """
    if facts.joined_on > today:
        raise errors.DayInvalid(field="joined_on")
    return MemberFacts(check_name(facts.name), tidy_contact(facts.contact), facts.kind, facts.joined_on)


def check_end(joined_on: date, left_on: date, today: date) -> None:
    """The day on which a membership ends: not before it began, not after today.

    Raises:
        DayInvalid: it does.
    """
    if not joined_on <= left_on <= today:
        raise errors.DayInvalid(field="left_on")


def shown(counts: dict[str, int]) -> tuple[int | None, dict[str, int]]:
    """Counts that may leave the cooperative: the total from five, the parts only when none of them is below five.

    One small part alone would follow from the total and the others, so then no part is shown.
    """
    total = sum(counts.values())
    if total < FEWEST_SHOWN:
        return None, {}
    some = {kind: count for kind, count in counts.items() if count}
    return total, some if min(some.values()) >= FEWEST_SHOWN else {}


def forget_before(today: date) -> date:
    """Who left before this day is forgotten: seven whole years after the year in which they left."""
    return date(today.year - KEPT_YEARS, 1, 1)
