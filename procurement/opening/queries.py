"""Reading openings. The bids themselves are read through `services.read_bids`, which writes down who did."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from cwb.kernel.waiting import AT, USER, rows
from procurement.bids.models import Bid, BidVersion
from procurement.lots.models import LotStop
from procurement.lots.queries import STOPPED
from procurement.opening.errors import OpeningNotFound
from procurement.opening.models import BidAccess, GroundDecision, OpenedBid, Opening
from procurement.sealing.models import KeyShare, ShareRelease
from procurement.tenders.models import Tender


def tender(session: Session, number: str) -> Tender:
    """A published tender with buyer and lots.

    Raises:
        OpeningNotFound: no such tender, or a draft.
    """
    found = session.scalars(
        select(Tender)
        .where(Tender.number == number, Tender.published_at.is_not(None))
        .options(joinedload(Tender.buyer), selectinload(Tender.lots))
    ).one_or_none()
    if found is None:
        raise OpeningNotFound
    return found


def find_opening(session: Session, tender_id: int) -> Opening | None:
    """The opening of a tender, with its two people."""
    return session.scalars(
        select(Opening)
        .where(Opening.tender_id == tender_id)
        .options(joinedload(Opening.first_user), joinedload(Opening.second_user))
    ).one_or_none()


def received(session: Session, tender_id: int) -> Sequence[BidVersion]:
    """The versions that count of all bids not withdrawn or taken out, sealed texts included, in order of receipt.

    Bids on a lot that was stopped stay sealed for good.
    """
    return session.scalars(
        select(BidVersion)
        .join(Bid, (Bid.id == BidVersion.bid_id) & (Bid.version == BidVersion.version))
        .where(
            Bid.tender_id == tender_id,
            Bid.withdrawn_at.is_(None),
            Bid.version > Bid.retracted,
            Bid.lot_id.not_in(STOPPED),
        )
        .options(
            joinedload(BidVersion.bid).joinedload(Bid.lot),
            undefer(BidVersion.sealed),
            undefer(BidVersion.own_copy),
        )
        .order_by(BidVersion.submitted_at, BidVersion.id)
    ).all()


def opened(session: Session, tender_id: int, *, members: bool = False) -> Sequence[OpenedBid]:
    """What was opened for a tender, by label. For services that log the access; views use `read_bids`.

    `members`: with those who signed along, for who asks for all parties.
    """
    statement = select(OpenedBid).where(OpenedBid.tender_id == tender_id).order_by(OpenedBid.label)
    if members:
        statement = statement.options(selectinload(OpenedBid.members))
    return session.scalars(statement).all()


def bidders(session: Session, tender_id: int) -> set[int]:
    """Every organisation that bid on an opened tender, also those that signed along."""
    found = opened(session, tender_id, members=True)
    return {party_id for each in found for party_id in each.party_ids}


def running(session: Session, tender_id: int, *, members: bool = False) -> Sequence[OpenedBid]:
    """What was opened for the lots of a tender that were not stopped, by label: what is scored and decided about.

    `members`: as of `opened`.
    """
    stopped = set(session.scalars(STOPPED.where(LotStop.tender_id == tender_id)))
    return [each for each in opened(session, tender_id, members=members) if each.lot_id not in stopped]


def received_list(session: Session, tender_id: int) -> Sequence[OpenedBid]:
    """Names, times, hashes and faults for the record, by lot and name: no label, so the panel's labels stay blind."""
    found = session.scalars(
        select(OpenedBid)
        .where(OpenedBid.tender_id == tender_id)
        .options(joinedload(OpenedBid.organisation), joinedload(OpenedBid.lot))
    ).all()
    return sorted(found, key=lambda each: (each.lot.number, each.organisation.search_name, each.id))


def saw_prices(session: Session, tender_id: int, user_id: int) -> bool:
    """Whether somebody looked at the prices before the freeze (`procurement.lowbids`)."""
    seen = exists().where(
        BidAccess.tender_id == tender_id, BidAccess.user_id == user_id, BidAccess.purpose == "prices"
    )
    return bool(session.scalar(select(seen)))


def accesses(session: Session, tender_id: int) -> Sequence[BidAccess]:
    """Who read the opened bids of a tender, newest first."""
    return session.scalars(
        select(BidAccess)
        .where(BidAccess.tender_id == tender_id)
        .options(joinedload(BidAccess.user))
        .order_by(BidAccess.id.desc())
    ).all()


_IS_ASKED = exists().where(ShareRelease.key_id == Tender.key_id, ShareRelease.to_user_id == USER)

WAITING = (
    rows(number=Tender.number)
    .join(KeyShare, KeyShare.key_id == Tender.key_id)
    .where(
        KeyShare.user_id == USER,
        or_(KeyShare.part == "officer", _IS_ASKED),
        Tender.closes_at <= AT,
        Tender.published_at.is_not(None),
        Tender.opened_at.is_(None),
        Tender.cancelled_at.is_(None),
        Tender.unsuccessful_at.is_(None),
    )
    .order_by(Tender.closes_at)
)
"""Closed tenders that wait for a user to open them, not opened or stopped, by closing time.

An officer is always waited for; who keeps the third share only once somebody released a share to them.
"""

_YES: ColumnElement[Any] = literal_column("'$.grounds.answers.*.yes ? (@ == true)'::jsonpath")
_MEMBER_YES: ColumnElement[Any] = literal_column("'$.member_grounds.*.answers.*.yes ? (@ == true)'::jsonpath")
_UNMET: ColumnElement[Any] = literal_column("'$.grounds.criteria.*.meets ? (@ == false)'::jsonpath")

TO_DECIDE = and_(
    OpenedBid.fault.is_(None),
    or_(*(func.jsonb_path_exists(OpenedBid.content, each) for each in (_YES, _MEMBER_YES, _UNMET))),
    ~exists().where(GroundDecision.opened_bid_id == OpenedBid.id),
)
"""Opened bids whose statement tells of a ground or an unmet criterion about which nobody decided."""


def undecided(session: Session, tender_id: int) -> set[int]:
    """Opened bids of a tender about whose statement a person still has to decide; none on a stopped lot."""
    waiting = select(OpenedBid.id).where(
        OpenedBid.tender_id == tender_id, TO_DECIDE, OpenedBid.lot_id.not_in(STOPPED)
    )
    return set(session.scalars(waiting))
