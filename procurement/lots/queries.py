"""Which registered cooperatives could bid on a lot, and which lots were stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.experience.queries import all_jobs
from coops.experience.rules import JobFacts
from coops.register.queries import directory
from cwb.kernel.money import Money
from procurement.lots.models import LotStop
from procurement.lots.rules import Reach, reach

STOPPED = select(LotStop.lot_id)
"""Keys of lots that were stopped."""


def stops(session: Session, tender_id: int) -> Mapping[int, LotStop]:
    """The stopped lots of a tender, by key."""
    found = session.scalars(select(LotStop).where(LotStop.tender_id == tender_id)).all()
    return {each.lot_id: each for each in found}


def find_stop(session: Session, lot_id: int) -> LotStop | None:
    """How a lot was stopped."""
    return session.scalars(select(LotStop).where(LotStop.lot_id == lot_id)).one_or_none()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cooperative in the lot's kind of work."""

    name: str
    public_id: UUID
    sectors: Sequence[str]
    is_verified: bool
    largest_minor: int | None
    weekly_hours: int | None
    jobs: Sequence[JobFacts] = ()

    def reach(self, needed: Money) -> Reach:
        """How far it reaches for a lot that needs this much a year."""
        return reach(needed, self.largest_minor, self.weekly_hours)


def candidates(session: Session, at: datetime) -> Sequence[Candidate]:
    """Every cooperative of the register by name with its earlier jobs, once for all lots of a page."""
    done = all_jobs(session)
    return [
        Candidate(
            found.organisation.name, found.organisation.public_id, found.sectors, bool(is_verified),
            found.largest_minor, found.weekly_hours, done.get(found.organisation_id, ()),
        )
        for found, is_verified in session.execute(directory(at))
    ]  # fmt: skip
