"""Reading joint bids from the side of their members; finding who to bid with."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.text import N_, search_key
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, apart, rows
from procurement.bids.models import Bid
from procurement.bids.rules import BINDERS, PREPARERS
from procurement.consortia.models import BidMember
from procurement.joining.errors import JointBidNotFound
from procurement.tenders.models import Lot, Tender

MOST_FOUND = 12
"""Most organisations that a search shows."""


def joint_bid(session: Session, public_id: UUID, organisation_id: int | None) -> tuple[Bid, BidMember]:
    """A bid in which this organisation is invited or takes part, with its tender, lead and own row.

    Raises:
        JointBidNotFound: none.
    """
    found = session.execute(
        select(Bid, BidMember)
        .join(BidMember, BidMember.bid_id == Bid.id)
        .where(
            Bid.public_id == public_id, BidMember.organisation_id == organisation_id, BidMember.left_at.is_(None),
        )
        .options(
            joinedload(Bid.tender).joinedload(Tender.buyer), joinedload(Bid.lot), joinedload(Bid.organisation),
            joinedload(BidMember.organisation),
        )
    ).one_or_none()  # fmt: skip
    if found is None:
        raise JointBidNotFound
    return found[0], found[1]


def search(session: Session, text: str, besides: int | None) -> Sequence[Organisation]:
    """Organisations to bid with, by a part of their name or their KvK number; none for a short text."""
    clean = text.strip()
    if len(clean) < 2:
        return []
    statement = select(Organisation).where(
        Organisation.id != besides, Organisation.kvk_number.is_not(None), Organisation.anchor_type.is_(None),
    )  # fmt: skip
    if clean.isdigit():
        statement = statement.where(Organisation.kvk_number == clean)
    else:
        statement = statement.where(Organisation.search_name.contains(search_key(clean), autoescape=True))
    return session.scalars(statement.order_by(Organisation.search_name).limit(MOST_FOUND)).all()


_MINE = (
    rows(number=Tender.number, title=apart(Organisation.name), key=Bid.public_id, due_at=Tender.closes_at)
    .join(Bid, Bid.tender_id == Tender.id)
    .join(Lot, Lot.id == Bid.lot_id)
    .join(Organisation, Organisation.id == Bid.organisation_id)
    .join(BidMember, BidMember.bid_id == Bid.id)
    .where(
        BidMember.organisation_id == ORGANISATION, BidMember.left_at.is_(None), Bid.withdrawn_at.is_(None),
        Tender.closes_at > AT, Tender.cancelled_at.is_(None),
    )
    .order_by(Tender.closes_at)
)  # fmt: skip

tasks = Tasks(
    Waiting(
        N_("%(title)s vraagt u om samen in te schrijven op %(number)s. Lees de uitnodiging"), "joining.show",
        PREPARERS, _MINE.where(BidMember.joined_at.is_(None)), {"bid_id": "key"}, awaited=True,
    ),
    Waiting(
        N_("Teken de gezamenlijke inschrijving op %(number)s"), "joining.sign", BINDERS,
        _MINE.where(
            BidMember.asked_draft == Bid.draft_version, BidMember.signed_draft.is_distinct_from(Bid.draft_version)
        ),
        {"bid_id": "key"}, awaited=True,
    ),
    Waiting(
        N_("Uw gezamenlijke inschrijving op %(number)s telt niet meer. Kijk wat nu nodig is"), "joining.index",
        PREPARERS,
        rows(number=Tender.number, num=Lot.number, due_at=Tender.closes_at)
        .join(Bid, Bid.tender_id == Tender.id)
        .join(Lot, Lot.id == Bid.lot_id)
        .where(
            Bid.organisation_id == ORGANISATION, Bid.retracted > 0, Bid.retracted == Bid.version,
            Bid.withdrawn_at.is_(None), Tender.closes_at > AT, Tender.cancelled_at.is_(None),
        )
        .order_by(Tender.closes_at),
        {"number": "number", "lot": "num"},
    ),
)  # fmt: skip
"""Invitations to read and signatures to give, for members; a bid that left the box, for its lead."""
