"""Acts on money ahead that no open file of transfers may cross."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.identity.queries import organisation_by_id
from cwb.kernel.policy import Actor
from ledger.ahead import queries as ahead
from ledger.ahead import services
from ledger.ahead.models import AheadPayback
from ledger.aheaddesk import queries
from ledger.aheaddesk.errors import InvoiceInFile, PaybackInFile
from ledger.bank.models import BankEntry
from ledger.incoming import queries as received
from ledger.incoming.models import IncomingPayment, IncomingSender
from ledger.invoicing import queries as invoicing
from ledger.owed import queries as owed
from ledger.owed import services as owed_services
from ledger.payments.models import Payment
from ledger.upfront import services as upfront
from ledger.upfront.errors import SupplierUnknown
from ledger.upfront.queries import supplier


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


def book(
    session: Session, *, entry: BankEntry, other: int, name: str, kvk: str, vat_id: str, sure: bool, actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    """Say that an entry was paid before there was an invoice. `other`: with whom.

    Below zero it is a supplier from outside, zero with a `name` a new one (`ledger.upfront`).

    Raises:
        SupplierUnknown, and what `book_ahead` of `ledger.ahead` and `book` of `ledger.upfront` raise.
    """
    if other > 0 or not (other or name):
        services.book_ahead(session, entry=entry, other_id=other, sure=sure, actor=actor, at=at)
        return
    if other:
        sender = session.get(IncomingSender, -other)
    else:
        buyer = organisation_by_id(session, entry.account.party_id or 0)
        sender = upfront.add_supplier(session, buyer=buyer, name=name, kvk=kvk, vat_id=vat_id, at=at)
    if sender is None:
        raise SupplierUnknown
    upfront.book(session, entry=entry, sender=sender.public_id, sure=sure, actor=actor, at=at)


def set_off_upfront(
    session: Session, *, sender: UUID, incoming: UUID, party_id: int, actor: Actor, at: datetime
) -> IncomingPayment:
    """Pay a received invoice from what its sender holds of ours (`ledger.upfront`), where it is in no open file.

    Raises:
        InvoiceInFile: it is. Others as there.
    """
    supplier(session, sender, party_id, lock=True)
    held = received.incoming(session, incoming, party_id, lock=True)
    if queries.is_under_way(session, held):
        raise InvoiceInFile(number=held.number)
    return upfront.set_off(session, sender=sender, invoice=held, party_id=party_id, actor=actor, at=at)


def book_payback(
    session: Session, *, entry: BankEntry, payback: AheadPayback, actor: Actor, at: datetime
) -> None:
    """Say that an entry is a repayment that was paid by hand. In an open file too it would be paid twice.

    Raises:
        PaybackInFile: it is. Others as in `ledger.ahead`.
    """
    if entry.amount < 0 and queries.is_under_way(session, payback):
        raise PaybackInFile
    services.book_payback(session, entry=entry, payback=payback, actor=actor, at=at)


def drop_payback(session: Session, *, public_id: UUID, party_id: int, actor: Actor, at: datetime) -> None:
    """Do not pay back after all.

    Raises:
        PaybackInFile: it is on its way to a bank. PaybackDecided, PaybackUnknown: nothing to drop.
    """
    held = ahead.payback(session, public_id, party_id, lock=True)
    if queries.is_under_way(session, held):
        raise PaybackInFile
    services.drop_payback(session, payback=held, actor=actor, at=at)
