"""Reading what is owed back after credit notes, what was set off from it, and to whom it goes."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from ledger.ahead.models import AheadPayback, AheadSetOff
from ledger.ahead.queries import paybacks
from ledger.ahead.rules import Between
from ledger.bank.models import BankAccount, BankBooking, BankEntry
from ledger.bank.rules import BookingKind
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import open_amount
from ledger.invoicing.rules import InvoiceKind
from ledger.owed.errors import NothingOwed
from ledger.owed.models import OwedSetOff
from ledger.payments.models import Payment
from ledger.payments.rules import PaymentKind


class Credit(NamedTuple):
    """What the seller of an invoice owes its buyer back, in cents; `promised` of that goes back by a transfer.

    `on`: the day of the last credit note. `between`: who holds it (the seller), and whose it is.
    """

    invoice_id: int
    invoice: UUID
    number: str
    between: Between
    on: date
    left: int
    promised: int

    @property
    def free(self) -> int:
        """What can be set off or promised back."""
        return self.left - self.promised


_LIVE = exists().where(BankBooking.id == AheadPayback.booked_id, BankBooking.undone_at.is_(None))
_PROMISED: ColumnElement[int] = (
    select(func.coalesce(func.sum(AheadPayback.amount), 0))
    .where(AheadPayback.invoice_id == Invoice.id, AheadPayback.dropped_at.is_(None), ~_LIVE)
    .correlate(Invoice)
    .scalar_subquery()
)
_NOTE = aliased(Invoice)
_CREDITED_ON = (
    select(func.max(_NOTE.issued_on))
    .where(_NOTE.credits_id == Invoice.id)
    .correlate(Invoice)
    .scalar_subquery()
)


def _credits(party_id: int) -> Any:
    found: Any = select(
        Invoice.id, Invoice.public_id, Invoice.number, Invoice.seller_id, Invoice.buyer_id,
        func.coalesce(_CREDITED_ON, Invoice.issued_on).label("since"), -open_amount(), _PROMISED,
    ).where(
        Invoice.kind == InvoiceKind.INVOICE, Invoice.credited_amount > 0,
        or_(Invoice.seller_id == party_id, Invoice.buyer_id == party_id),
    )  # fmt: skip
    return found


def _read(row: Any) -> Credit:
    key, public_id, number, seller_id, buyer_id, on, left, promised = row
    return Credit(key, public_id, number, Between(seller_id, buyer_id), on, max(int(left), 0), int(promised))


def credits_of(session: Session, party_id: int) -> list[Credit]:
    """What this organisation owes back to others, or others to it, oldest first."""
    found = _credits(party_id).where(open_amount() < 0).order_by("since", Invoice.id)
    return [_read(row) for row in session.execute(found)]


def credit(session: Session, public_id: UUID, party_id: int) -> Credit:
    """That of one invoice, used up or not.

    Raises:
        NothingOwed: it was never credited, or is between others.
    """
    row = session.execute(_credits(party_id).where(Invoice.public_id == public_id)).first()
    if row is None:
        raise NothingOwed
    return _read(row)


class Source(NamedTuple):
    """From which account the buyer paid, by what a bank told; both "" where none did."""

    iban: str
    name: str


def source(session: Session, invoice_id: int) -> Source:
    """From where the last payment of an invoice came that a bank told of."""
    came = BankEntry.amount > 0
    row = session.execute(
        select(case((came, BankEntry.iban), else_=BankAccount.number), case((came, BankEntry.name), else_=""))
        .join(BankBooking, BankBooking.entry_id == BankEntry.id)
        .join(BankAccount, BankAccount.id == BankEntry.account_id)
        .join(Payment, Payment.id == BankBooking.payment_id)
        .where(
            Payment.invoice_id == invoice_id, Payment.kind == PaymentKind.PAYMENT, Payment.undone_at.is_(None),
            BankBooking.undone_at.is_(None),
        )
        .order_by(BankEntry.booked_on.desc(), BankEntry.id.desc())
        .limit(1)
    ).first()  # fmt: skip
    return Source(*row) if row else Source("", "")


def uses(session: Session, invoice_id: int) -> Sequence[Payment]:
    """The payments of other invoices that were set off from it, those taken back too, oldest first."""
    refund = aliased(Payment)
    return session.scalars(
        select(Payment)
        .join(OwedSetOff, OwedSetOff.payment_id == Payment.id)
        .join(refund, refund.id == OwedSetOff.refund_id)
        .where(refund.invoice_id == invoice_id)
        .options(joinedload(Payment.invoice))
        .order_by(Payment.id)
    ).all()


def paybacks_of(session: Session, one: Credit) -> Sequence[AheadPayback]:
    """What of it goes or went back, or was dropped, latest first."""
    return session.scalars(
        paybacks(one.between.holder_id).where(AheadPayback.invoice_id == one.invoice_id)
    ).all()


def refunded(session: Session, party_id: int) -> Sequence[tuple[AheadPayback, BankBooking]]:
    """Agreed repayments of invoices of an organisation that a bank told of by the invoice's own reference, held.

    Each with the refund that it is: of the same invoice and amount, made since it was asked, and of no other.
    """
    other, told, live = aliased(AheadPayback), aliased(BankBooking), aliased(BankBooking)
    rows = session.execute(
        select(AheadPayback, told)
        .join(Invoice, Invoice.id == AheadPayback.invoice_id)
        .join(told, (told.invoice_id == Invoice.id) & (told.amount == AheadPayback.amount))
        .where(
            or_(Invoice.seller_id == party_id, Invoice.buyer_id == party_id), AheadPayback.agreed_at.is_not(None),
            AheadPayback.dropped_at.is_(None), told.kind == BookingKind.REFUND, told.undone_at.is_(None),
            told.made_at >= AheadPayback.asked_at, ~exists().where(other.booked_id == told.id),
            ~exists().where(live.id == AheadPayback.booked_id, live.undone_at.is_(None)),
        )
        .order_by(AheadPayback.id, told.id)
        .with_for_update(of=AheadPayback)
    )  # fmt: skip
    return [(back, booking) for back, booking in rows]


def find_pair(session: Session, payment_id: int) -> OwedSetOff | None:
    """The set-off of which a payment or a refund is one half, with both."""
    return session.scalar(
        select(OwedSetOff)
        .where(or_(OwedSetOff.payment_id == payment_id, OwedSetOff.refund_id == payment_id))
        .options(joinedload(OwedSetOff.payment), joinedload(OwedSetOff.refund))
    )


def pressed_by(session: Session, payment_ids: Sequence[int]) -> dict[int, int]:
    """By payment that was set off: the organisation that pressed, where that was kept."""
    found = session.execute(
        select(AheadSetOff.payment_id, AheadSetOff.by_id)
        .where(AheadSetOff.payment_id.in_(payment_ids), AheadSetOff.by_id.is_not(None))
        .union_all(
            select(OwedSetOff.payment_id, OwedSetOff.by_id).where(OwedSetOff.payment_id.in_(payment_ids)),
            select(OwedSetOff.refund_id, OwedSetOff.by_id).where(OwedSetOff.refund_id.in_(payment_ids)),
        )
    )
    return {payment_id: by_id for payment_id, by_id in found if by_id is not None}
