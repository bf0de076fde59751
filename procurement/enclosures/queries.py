"""Reading files of bids and decisions on grounds."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload, undefer

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows
from procurement.enclosures.errors import FileNotHere
from procurement.enclosures.models import BidFile
from procurement.opening.models import GroundDecision, OpenedBid
from procurement.opening.queries import TO_DECIDE
from procurement.panels.models import PanelMember
from procurement.tenders.models import Tender
from procurement.tenders.queries import find_tender


def stored(session: Session, bid_id: int, public_id: UUID | str) -> BidFile:
    """A file of a bid, with its locked content.

    Raises:
        FileNotHere: none, or of another bid.
    """
    found = session.scalars(
        select(BidFile)
        .where(BidFile.bid_id == bid_id, BidFile.public_id == public_id)
        .options(undefer(BidFile.content))
    ).one_or_none()
    if found is None:
        raise FileNotHere
    return found


def unsent(session: Session, bid_id: int, public_id: str) -> BidFile | None:
    """A file that was never handed in, without its content."""
    return session.scalars(
        select(BidFile).where(
            BidFile.bid_id == bid_id, BidFile.public_id == UUID(public_id), BidFile.handed_in_at.is_(None)
        )
    ).one_or_none()


def opened_tender(session: Session, number: str) -> Tender:
    """A tender that was opened.

    Raises:
        FileNotHere: none, or not opened yet.
    """
    found = find_tender(session, number)
    if found is None or found.opened_at is None:
        raise FileNotHere
    return found


def opened_bid(session: Session, tender: Tender, public_id: UUID) -> OpenedBid:
    """An opened bid of a tender, with its organisation.

    Raises:
        FileNotHere: none here.
    """
    found = session.scalars(
        select(OpenedBid)
        .where(OpenedBid.tender_id == tender.id, OpenedBid.public_id == public_id)
        .options(joinedload(OpenedBid.organisation), joinedload(OpenedBid.lot))
    ).one_or_none()
    if found is None:
        raise FileNotHere
    return found


def opened_bids(session: Session, tender: Tender) -> Sequence[OpenedBid]:
    """The opened bids of a tender by name of their bidder: the order says nothing about labels."""
    found = session.scalars(
        select(OpenedBid)
        .where(OpenedBid.tender_id == tender.id)
        .options(joinedload(OpenedBid.organisation), joinedload(OpenedBid.lot))
    ).all()
    return sorted(found, key=lambda each: (each.organisation.name, each.lot_id))


def decisions(session: Session, tender: Tender) -> Mapping[int, GroundDecision]:
    """Decisions of a tender by opened bid."""
    found = session.scalars(
        select(GroundDecision)
        .join(OpenedBid, OpenedBid.id == GroundDecision.opened_bid_id)
        .where(OpenedBid.tender_id == tender.id)
    )
    return {each.opened_bid_id: each for each in found}


tasks = Tasks(
    Waiting(
        N_("Beslis over een verklaring bij %(number)s"), "enclosures.bidders", frozenset({Role.PURCHASER}),
        rows(number=Tender.number)
        .where(
            Tender.buyer_id == ORGANISATION, Tender.scores_frozen_at.is_(None), Tender.cancelled_at.is_(None),
            Tender.unsuccessful_at.is_(None),
            exists().where(OpenedBid.tender_id == Tender.id, TO_DECIDE),
            ~exists().where(
                PanelMember.tender_id == Tender.id, PanelMember.user_id == USER, PanelMember.released_at.is_(None)
            ),
        )
        .order_by(Tender.id),
        {"number": "number"},
    ),
)  # fmt: skip
"""Opened bids whose statement waits for a person; not for who assesses."""
