"""Handing documents to the network: a row first, then the call under its key, then what became of it."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.jobs.services import enqueue
from cwb.kernel.policy import Actor
from ledger.invoicing.models import Invoice
from ledger.peppol import queries, rules
from ledger.peppol.errors import HandedBefore, NoAccessPoint
from ledger.peppol.gateway import AccessPoint
from ledger.peppol.models import PeppolDelivery
from ledger.peppol.rules import DeliveryState

JOB = "ledger.peppol_deliver"


def hand_over(
    session: Session,
    *,
    invoice: Invoice,
    document: bytes,
    point: AccessPoint | None,
    actor: Actor,
    at: datetime,
) -> PeppolDelivery:
    """Have a document brought over the network after the commit.

    Raises:
        NoAccessPoint: nobody takes it. HandedBefore: the invoice is on its way, or arrived.
    """
    if point is None:
        raise NoAccessPoint
    made = PeppolDelivery(
        invoice_id=invoice.id, document=document.decode(), state=DeliveryState.WAITING, asked_by_id=actor.user_id,
        asked_at=at,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:
        raise HandedBefore from None
    enqueue(session, JOB, {"delivery_id": made.id}, key=f"peppol:{made.public_id}")
    record(
        session, action="invoice.peppol_asked", subject=f"invoice:{invoice.public_id}", actor_id=actor.user_id,
        facts={"delivery": str(made.public_id)}, at=at,
    )  # fmt: skip
    return made


def deliver(session: Session, *, delivery_id: int, point: AccessPoint, at: datetime) -> PeppolDelivery:
    """Send a document that waits, or ask where it stands; under the same key however often, never after an end.

    Raises:
        PointBusy: no answer; nothing changed, the next try asks the same.
    """
    held = queries.locked(session, delivery_id)
    if held.state in rules.ENDS:
        return held
    if held.provider_id is None:
        held.provider_id = point.send(held.document.encode(), key=str(held.public_id))
        held.state = DeliveryState.SENT
    else:
        held.state = rules.after(held.state, point.status(held.provider_id))
    held.told_at = at
    session.flush()
    record(
        session, action=f"invoice.peppol_{held.state}", subject=f"peppol_delivery:{held.public_id}", actor_id=None,
        facts={}, at=at,
    )  # fmt: skip
    return held
