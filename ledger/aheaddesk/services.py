"""Acts on money ahead that no open file of transfers may cross."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.kernel.policy import Actor
from ledger.ahead import queries as ahead
from ledger.ahead import services
from ledger.aheaddesk import queries
from ledger.aheaddesk.errors import InvoiceInFile, PaybackInFile
from ledger.invoicing import queries as invoicing
from ledger.owed import queries as owed
from ledger.owed import services as owed_services
from ledger.payments.models import Payment


def set_off(
    session: Session, *, booking_id: int, invoice: UUID, party_id: int, actor: Actor, at: datetime
) -> Payment:
    """Pay an invoice from money ahead (`ledger.ahead`), where it is not on its way to a bank.

    Raises:
        InvoiceInFile: it is. Others as there; who has no part in it reads no more than that it is not there.
    """
    between = ahead.balance(session, booking_id, party_id).between
    held = invoicing.locked(session, invoicing.invoice(session, invoice).id)
    if (held.seller_id, held.buyer_id) == between and queries.is_under_way(session, held):
        raise InvoiceInFile(number=held.number)
    return services.set_off(
        session, booking_id=booking_id, invoice_id=held.id, party_id=party_id, actor=actor, at=at
    )


def set_off_owed(
    session: Session, *, credited: UUID, invoice: UUID, party_id: int, actor: Actor, at: datetime
) -> Payment:
    """Pay an invoice from what is owed back on another (`ledger.owed`), where it is not on its way to a bank.

    Raises:
        InvoiceInFile: it is. Others as there; who has no part in it reads no more than that it is not there.
    """
    one = owed.credit(session, credited, party_id)
    wanted = invoicing.invoice(session, invoice).id
    both = {key: invoicing.locked(session, key) for key in sorted({one.invoice_id, wanted})}
    between, held = one.between, both[wanted]
    if (held.seller_id, held.buyer_id) == between and queries.is_under_way(session, held):
        raise InvoiceInFile(number=held.number)
    return owed_services.set_off(
        session, credited=credited, invoice_id=held.id, party_id=party_id, actor=actor, at=at
    )


def drop_payback(session: Session, *, public_id: UUID, party_id: int, actor: Actor, at: datetime) -> None:
    """Do not pay back after all.

    Raises:
        PaybackInFile: it is on its way to a bank. PaybackDecided, PaybackUnknown: nothing to drop.
    """
    held = ahead.payback(session, public_id, party_id, lock=True)
    if queries.is_under_way(session, held):
        raise PaybackInFile
    services.drop_payback(session, payback=held, actor=actor, at=at)
