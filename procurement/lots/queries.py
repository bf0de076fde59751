"""Which registered cooperatives could bid on a lot, and which lots were stopped."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from coops.experience.queries import all_jobs, all_means
from coops.register.queries import directory
from cwb.kernel.clock import local_date
from procurement.lots.models import LotStop
from procurement.lots.rules import Candidate, largest_of
from procurement.tenders.models import Lot, Tender

STOPPED = select(LotStop.lot_id)
"""Keys of lots that were stopped."""

STOPS = (
    select(func.count())
    .select_from(LotStop)
    .where(LotStop.tender_id == Tender.id)
    .correlate(Tender)
    .scalar_subquery()
)
"""How many lots of a tender were stopped."""

STOPPED_VALUE = (
    select(cast(func.coalesce(func.sum(Lot.value_minor), 0), BigInteger))
    .where(Lot.tender_id == Tender.id, Lot.id.in_(STOPPED))
    .correlate(Tender)
    .scalar_subquery()
)
"""What the stopped lots of a tender are worth together, in euro cents without VAT."""


def stops(session: Session, tender_id: int) -> Mapping[int, LotStop]:
    """The stopped lots of a tender, by key."""
    found = session.scalars(select(LotStop).where(LotStop.tender_id == tender_id)).all()
    return {each.lot_id: each for each in found}


def stopped_lots(session: Session, tender_ids: Collection[int]) -> Mapping[int, Sequence[Lot]]:
    """The stopped lots of these tenders, by tender, in order; each knows its `stop_reason`."""
    found: dict[int, list[Lot]] = {}
    if not tender_ids:
        return found
    for lot in session.scalars(
        select(Lot).where(Lot.tender_id.in_(tender_ids), Lot.id.in_(STOPPED)).order_by(Lot.number)
    ):
        found.setdefault(lot.tender_id, []).append(lot)
    return found


def find_stop(session: Session, lot_id: int) -> LotStop | None:
    """How a lot was stopped."""
    return session.scalars(select(LotStop).where(LotStop.lot_id == lot_id)).one_or_none()


def candidates(session: Session, at: datetime) -> Sequence[Candidate]:
    """Every cooperative of the register by name with its earlier jobs and means, once for all lots of a page.

    What it delivered under contracts made here counts among its jobs.
    """
    on = local_date(at)
    done, means = all_jobs(session, on), all_means(session)
    return [
        Candidate(
            found.organisation.name, found.organisation.public_id, tuple(found.sectors), bool(is_verified),
            largest, found.weekly_hours, tuple(jobs),
            found.organisation_id, found.place_code, means.get(found.organisation_id), tuple(found.serves), contract,
        )
        for found, is_verified in session.execute(directory(at))
        for jobs in [done.get(found.organisation_id, ())]
        for largest, contract in [largest_of(found.largest_minor, jobs, on)]
    ]  # fmt: skip
