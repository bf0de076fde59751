"""Open lots as matching looks at them, and what stands between them and a cooperative."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, null, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from cwb.identity.models import Mandate, Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.places.gateway import area_pack
from procurement.bids import rules as bids
from procurement.bids.models import Bid
from procurement.bids.rules import Bar, Bidder
from procurement.bids.services import reservation_bars
from procurement.consortia.models import BidMember
from procurement.demands.models import SelectionDemand
from procurement.demands.queries import DEMANDED, facts
from procurement.demands.rules import DemandFacts, of_lot
from procurement.exclusions.models import Exclusion
from procurement.lots.rules import Candidate, whole_title, yearly
from procurement.matching.rules import Work
from procurement.procedures.models import Admission
from procurement.procedures.rules import Access
from procurement.tenders.models import Lot, Tender
from procurement.tenders.queries import has_status, visible_to


def works(session: Session, actor: Actor | None, at: datetime) -> Sequence[tuple[Tender, Work]]:
    """Every lot that takes bids now and that a reader may know of, with its tender; what closes first stands first."""
    demanded = DEMANDED.where(SelectionDemand.tender_id == Tender.id).scalar_subquery()
    found = session.execute(
        select(Tender, demanded.label("demanded"))
        .where(has_status("open", at), visible_to(actor))
        .options(joinedload(Tender.buyer), selectinload(Tender.lots))
        .order_by(Tender.closes_at, Tender.number)
    ).all()
    return [
        (row[0], _work(row[0], lot, facts(row.demanded)))
        for row in found
        for lot in sorted(row[0].lots, key=lambda each: each.number)
        if lot.stop_reason is None
    ]


def _work(tender: Tender, lot: Lot, demands: Sequence[DemandFacts]) -> Work:
    cpv = lot.cpv or tender.cpv
    own = area_pack().category_of(lot.cpv) if lot.cpv else None
    value = lot.value_minor or tender.value_minor
    needed = None
    if tender.value_public and value:
        needed = yearly(Money(value), lot.starts_on or tender.starts_on, lot.ends_on or tender.ends_on)
    if tender.closes_at is None:
        raise AssertionError("an open tender has an instant of closing")
    return Work(
        tender.id, tender.number, lot.number, whole_title(tender.title, tender.lot_count, lot.number, lot.title),
        tender.buyer.name, own.id if own else tender.category, cpv, lot.place_code or tender.place_code, needed,
        of_lot(demands, lot.id), tender.closes_at, tender.apply_until,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Present:
    """Who can answer an invitation (somebody is there to sign), and whom which buyer excludes (organisation, buyer)."""

    awake: frozenset[int]
    excluded: frozenset[tuple[int, int]]


def present(session: Session, moment: datetime) -> Present:
    """Read once for all lots of a page."""
    on = local_date(moment)
    found: Sequence[Any] = session.execute(
        union_all(
            select(Mandate.organisation_id.label("who"), null().label("buyer")).where(
                Mandate.role.in_(bids.BINDERS), Mandate.ended_at.is_(None)
            ),
            select(Exclusion.organisation_id, Exclusion.buyer_id).where(
                Exclusion.starts_on <= on, Exclusion.ends_on > on
            ),
        )
    ).all()
    return Present(
        frozenset(who for who, buyer in found if buyer is None),
        frozenset((who, buyer) for who, buyer in found if buyer is not None),
    )


def bars(
    session: Session,
    tenders: Mapping[int, Tender],
    actor: Actor,
    moment: datetime,
    there: Present | None = None,
) -> Mapping[int, Sequence[Bar]]:
    """Why an organisation may not bid on each of these open tenders; asked once for all (`bids.services.bars` for one).

    Where one applies first, that one was not selected is no bar as long as one may apply.
    """
    organisation_id = actor.organisation_id
    there = there or present(session, moment)
    known: Sequence[Any] = session.execute(
        select(Organisation.kvk_number, Admission.tender_id)
        .outerjoin(Admission, Admission.organisation_id == Organisation.id)
        .where(Organisation.id == organisation_id)
    ).all()
    kvk, admitted = any(each.kvk_number for each in known), {each.tender_id for each in known}
    found: dict[int, Sequence[Bar]] = {}
    reserved: dict[tuple[str | None, int], Sequence[Bar]] = {}
    for key, tender in tenders.items():
        bidder = Bidder(
            organisation_id, has_kvk=kvk, has_mandate=actor.has(*bids.FILLERS),
            is_excluded=(organisation_id, tender.buyer_id) in there.excluded,
            is_admitted=key in admitted or _may_apply(tender, moment),
        )  # fmt: skip
        open_to = bids.bars(
            bidder, buyer_id=tender.buyer_id, is_published=True, is_closed=False, access=tender.access
        )
        kind = (tender.reservation, tender.buyer_id)
        if kind not in reserved:
            reserved[kind] = reservation_bars(session, tender, organisation_id, moment)
        found[key] = [*open_to, *reserved[kind]]
    return found


def open_to(
    session: Session, tender: Tender, firms: Sequence[Candidate], moment: datetime, there: Present
) -> list[Candidate]:
    """Of these cooperatives, those that nothing keeps from taking part in another's bid, as far as we know.

    Each member of a joint bid must meet a reservation and be excluded by nobody (`bids.services.member_bars`); and
    somebody of it must be there to read an invitation and sign.
    """
    return [
        each
        for each in firms
        if each.organisation_id in there.awake - {tender.buyer_id}
        and (each.organisation_id, tender.buyer_id) not in there.excluded
        and not reservation_bars(session, tender, each.organisation_id, moment)
    ]


def _may_apply(tender: Tender, moment: datetime) -> bool:
    return tender.access == Access.SELECTED and tender.apply_until is not None and moment < tender.apply_until


class Begun(NamedTuple):
    """A bid that an organisation began: whether it is in and counts, and who did not want to take part in it."""

    is_in: bool
    declined: frozenset[int]


def begun(session: Session, organisation_id: int | None) -> dict[tuple[int, int], Begun]:
    """Tender and lot of the bids that an organisation began and did not withdraw."""
    gone = select(func.array_agg(BidMember.organisation_id)).where(
        BidMember.bid_id == Bid.id, BidMember.left_at.is_not(None)
    )
    found: Iterable[Any] = session.execute(
        select(Bid.tender_id, Lot.number, Bid.version > Bid.retracted, gone.scalar_subquery())
        .join(Bid.lot)
        .where(Bid.organisation_id == organisation_id, Bid.withdrawn_at.is_(None))
    )
    return {(tender_id, lot): Begun(counts, frozenset(left or ())) for tender_id, lot, counts, left in found}
