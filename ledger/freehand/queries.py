"""Whom a seller can invoice."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from ledger.customers.models import Customer
from ledger.freehand.errors import BuyerUnknown


def buyer(session: Session, public_id: UUID, seller_id: int) -> Organisation | Customer:
    """A customer in the seller's own address book, or an organisation that takes part here.

    Raises:
        BuyerUnknown: neither, another's customer, or the seller itself.
    """
    found = session.scalar(
        select(Customer).where(
            Customer.public_id == public_id, Customer.owner_id == seller_id, Customer.removed_at.is_(None)
        )
    ) or session.scalar(
        select(Organisation).where(Organisation.public_id == public_id, Organisation.id != seller_id)
    )
    if found is None:
        raise BuyerUnknown
    return found
