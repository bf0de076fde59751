"""Reading requests to put one's means behind a bid."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows
from procurement.backing.errors import BackingNotFound
from procurement.bids.rules import PREPARERS
from procurement.consortia.models import Backer
from procurement.tenders.models import Lot, Tender


def asked(session: Session, public_id: UUID, organisation_id: int | None) -> tuple[Backer, Lot, Tender]:
    """What an organisation is asked, with lot and tender.

    Raises:
        BackingNotFound: none, taken off, or of another.
    """
    found = session.execute(
        select(Backer, Lot, Tender)
        .join(Lot, Lot.id == Backer.lot_id)
        .join(Tender, Tender.id == Lot.tender_id)
        .where(
            Backer.public_id == public_id, Backer.organisation_id == organisation_id, Backer.left_at.is_(None)
        )
        .options(joinedload(Backer.lead), joinedload(Backer.organisation))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise BackingNotFound
    return found[0], found[1], found[2]


tasks = Tasks(
    Waiting(
        N_("Iemand vraagt om uw middelen bij %(number)s: %(title)s"), "backing.show", PREPARERS,
        rows(number=Tender.number, title=Tender.title, key=Backer.public_id, due_at=Tender.closes_at)
        .join(Lot, Lot.tender_id == Tender.id)
        .join(Backer, Backer.lot_id == Lot.id)
        .where(
            Backer.organisation_id == ORGANISATION, Backer.left_at.is_(None), Backer.promised_at.is_(None),
            Tender.closes_at > AT, Tender.cancelled_at.is_(None),
        )
        .order_by(Tender.closes_at), {"public_id": "key"},
    ),
)  # fmt: skip
"""What another bidder asks one's organisation."""
