"""What a cooperative may say of itself, and how far it is proven at an instant.

Never one label: legal form is no proof. Each fact is recorded apart, each with its grade of evidence
(domain/cooperatives.md §2 and §3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from coops.register import errors

DECLARED_FOR = timedelta(days=365)
"""A declared fact lapses after twelve months (domain/cooperatives.md §3, grade E1)."""

VERIFIED_FOR = timedelta(days=731)
"""A checked document counts for 24 months (grade E3)."""


class CooperativeKind(StrEnum):
    """What a cooperative calls itself; degrees and proof stand in the claims."""

    WORKER = "worker"
    NEIGHBOURHOOD = "neighbourhood"
    RESIDENTS = "residents"
    SOCIAL = "social_enterprise"
    OTHER = "other"


class Grade(StrEnum):
    """How well a fact is known."""

    NONE = "none"
    DECLARED = "declared"
    VERIFIED = "verified"


class Claim(StrEnum):
    """The facts that together say how cooperative an organisation is."""

    LEGAL_FORM = "legal_form"
    VOTES_WORKERS = "votes_workers"
    VOTES_RESIDENTS = "votes_residents"
    SURPLUS = "surplus"
    WORK_BY_MEMBERS = "work_by_members"
    OPEN_ENTRY = "open_entry"
    LAST_MEETING = "last_meeting"


SHARES = frozenset({Claim.VOTES_WORKERS, Claim.VOTES_RESIDENTS, Claim.WORK_BY_MEMBERS})
"""Claims that are whole percentages, written "0" to "100"."""

SURPLUS = ("members", "reserve", "neighbourhood", "private")
"""Where a surplus goes."""


def check_claims(claims: Mapping[Claim, str], *, on: date) -> None:
    """Refuse facts that cannot be.

    Raises:
        SharesInvalid, MeetingInFuture: at the field of that claim.
    """
    for claim, value in claims.items():
        if claim in SHARES and not (value.isascii() and value.isdigit() and int(value) <= 100):
            raise errors.SharesInvalid(field=claim.value)
    met = claims.get(Claim.LAST_MEETING)
    if met is not None and date.fromisoformat(met) > on:
        raise errors.MeetingInFuture(field=Claim.LAST_MEETING.value)


def check_profile(sectors: list[str], hours: int | None, people: int | None) -> None:
    """Refuse a profile without work, or with a negative capacity.

    Raises:
        SectorMissing, CapacityInvalid: at the field.
    """
    if not sectors:
        raise errors.SectorMissing(field="sectors")
    for name, value in (("weekly_hours", hours), ("people", people)):
        if value is not None and value < 0:
            raise errors.CapacityInvalid(field=name)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The last decision on a cooperative: which claims were proven, from when until when."""

    decided_at: datetime
    verified: bool
    claims: frozenset[str]
    valid_until: datetime

    def holds(self, at: datetime) -> bool:
        """Whether it is a verification that counts at this instant."""
        return self.verified and self.decided_at <= at < self.valid_until


def is_verified(last: Verdict | None, at: datetime) -> bool:
    """Whether a cooperative counts as verified at an instant, given its last decision before it."""
    return last is not None and last.holds(at)


def grade(claim: str, declared_at: datetime, last: Verdict | None, at: datetime) -> Grade:
    """How well one fact is known: verified unless it was changed after the check; declared for a year."""
    if last is not None and last.holds(at) and claim in last.claims and declared_at <= last.decided_at:
        return Grade.VERIFIED
    return Grade.DECLARED if at < declared_at + DECLARED_FOR else Grade.NONE


def may_verify(verifier_id: int, *, registered_by_id: int, changed_by_id: int, coach_id: int | None) -> bool:
    """Whether somebody is a second person: neither who filled it in nor who coaches."""
    return verifier_id not in {registered_by_id, changed_by_id, coach_id}
