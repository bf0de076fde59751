"""Reading what was handed to the network."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.peppol.models import PeppolDelivery
from ledger.peppol.rules import DeliveryState


def deliveries(session: Session, invoice_id: int) -> Sequence[PeppolDelivery]:
    """The documents of an invoice on the network, latest first."""
    return session.scalars(
        select(PeppolDelivery)
        .where(PeppolDelivery.invoice_id == invoice_id)
        .order_by(PeppolDelivery.id.desc())
    ).all()


def locked(session: Session, delivery_id: int) -> PeppolDelivery:
    """One of them, held until the end of the transaction."""
    return session.scalars(
        select(PeppolDelivery)
        .where(PeppolDelivery.id == delivery_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def under_way(session: Session) -> Sequence[int]:
    """The ids of all that did not end yet, oldest first."""
    open_states = (DeliveryState.WAITING, DeliveryState.SENT)
    return session.scalars(
        select(PeppolDelivery.id).where(PeppolDelivery.state.in_(open_states)).order_by(PeppolDelivery.id)
    ).all()
