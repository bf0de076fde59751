"""Using what is owed back after a credit note. All in the caller's transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Party
from cwb.kernel.identifiers import Iban
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.advances.queries import find_covering
from ledger.ahead import rules
from ledger.ahead.errors import NotBetweenThese, PartnerUnknown
from ledger.ahead.models import AheadPayback
from ledger.ahead.services import ask, tell_set_off
from ledger.invoicing import queries as invoicing
from ledger.owed import queries
from ledger.owed.models import OwedSetOff
from ledger.payments.models import Payment
from ledger.payments.queries import accounts
from ledger.payments.rules import PaymentKind, payable
from ledger.payments.services import pay_from_ahead, undo_payment


def set_off(
    session: Session, *, credited: UUID, invoice_id: int, party_id: int, actor: Actor, at: datetime
) -> Payment:
    """Pay an invoice from what its seller owes back on another, as much as both have. Either of the two may (BW 6:127).

    What is owed back goes by the accounts of money ahead: there and on at once, so that nothing stands there after.

    Raises:
        NothingOwed, NothingAhead, NotBetweenThese, PaidToOther: nothing has changed. Others as for a payment.
    """
    of_id = queries.credit(session, credited, party_id).invoice_id
    if of_id == invoice_id:
        raise NotBetweenThese
    held = {key: invoicing.locked(session, key) for key in sorted({of_id, invoice_id})}
    one, invoice = queries.credit(session, credited, party_id), held[invoice_id]
    fits = (invoice.seller_id, invoice.buyer_id) == one.between and not invoice.is_credit_note
    two = accounts(session, invoice)
    cents = rules.set_off_amount(
        one.free, invoice.open.minor, payable=fits and invoice.state is payable(outside=invoice.outside),
        blocked=sum(each.left.minor for each in two if each.blocked),
        assigned=find_covering(session, invoice) is not None,
    )  # fmt: skip
    count = len(queries.uses(session, of_id))
    key = f"owed:{credited}:{count}"
    back = pay_from_ahead(
        session, invoice_id=of_id, reference=f"Verrekend met {invoice.number} ({count})", key=f"{key}:back",
        kind=PaymentKind.REFUND, amount=Money(cents), actor=actor, at=at,
    )  # fmt: skip
    paid = pay_from_ahead(
        session, invoice_id=invoice_id, reference=f"Tegoed {one.number} ({count})", key=key, amount=Money(cents),
        actor=actor, at=at,
    )  # fmt: skip
    session.add(OwedSetOff(payment_id=paid.id, refund_id=back.id, by_id=party_id))
    session.flush()
    record(
        session, action="owed.set_off", subject=f"invoice_owed:{of_id}", actor_id=actor.user_id,
        facts={"amount": cents, "invoice": str(invoice.public_id)}, at=at,
    )  # fmt: skip
    tell_set_off(session, invoice=invoice, party_id=party_id, paid=paid, at=at)
    return paid


def ask_payback(
    session: Session, *, credited: UUID, amount: Money, iban: Iban | None, party_id: int, actor: Actor, at: datetime
) -> AheadPayback:  # fmt: skip
    """Ask that what is owed back goes back: to the account it came from, or where no bank named one, `iban`.

    Raises:
        NothingOwed: not between these. PartnerUnknown: another owes it. NothingAhead, AheadAboveLeft, PayerIbanUnknown.
    """
    of_id = queries.credit(session, credited, party_id).invoice_id
    invoicing.locked(session, of_id)
    one, source = queries.credit(session, credited, party_id), queries.source(session, of_id)
    if one.between.holder_id != party_id:
        raise PartnerUnknown
    owner = session.get_one(Party, one.between.owner_id)
    return ask(
        session, of={"invoice_id": of_id}, holder_id=party_id, amount=amount, free=one.free, known=source.iban,
        name=source.name or owner.name, typed=iban, actor=actor, at=at,
    )  # fmt: skip


def adopt_refunds(session: Session, *, party_id: int) -> int:
    """Let repayments that wait be paid by refunds that a bank told of with the invoice's own reference; how many."""
    done, taken = 0, set[int]()
    for back, booking in queries.refunded(session, party_id):
        if booking.id not in taken and back.id not in taken:
            back.booked_id = booking.id
            taken |= {booking.id, back.id}
            done += 1
    session.flush()
    return done


def undo_set_off(
    session: Session, *, pair: OwedSetOff, reason: str, two: bool, actor: Actor, at: datetime
) -> bool:
    """Take both halves of a set-off back: the invoice is open again, and as much is owed back.

    Whether it is done.

    Raises:
        What taking a payment back raises; nothing has changed then.
    """
    for key in sorted({pair.payment.invoice_id, pair.refund.invoice_id}):
        invoicing.locked(session, key)
    if not undo_payment(session, payment=pair.payment, reason=reason, two=two, actor=actor, at=at):
        return False
    return undo_payment(session, payment=pair.refund, reason=reason, two=False, actor=actor, at=at)
