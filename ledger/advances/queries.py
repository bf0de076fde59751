"""Reading advances."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from ledger.advances.errors import AdvanceNotFound, ReceiptNotFound
from ledger.advances.models import Advance, AdvanceReceipt
from ledger.invoicing.models import Invoice


def whole() -> tuple[ORMOption, ...]:
    """Load an advance with its parties."""
    return joinedload(Advance.fund), joinedload(Advance.borrower), joinedload(Advance.debtor)


def locked(session: Session, advance_id: int) -> Advance:
    """The advance as it is now, whole, and nobody else's until the end of the transaction.

    Raises:
        AdvanceNotFound: there is none.
    """
    found = session.scalar(
        select(Advance)
        .where(Advance.id == advance_id)
        .options(*whole())
        .with_for_update(of=Advance)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise AdvanceNotFound
    return found


def _covers(invoice: Invoice) -> Select[Advance]:
    """The advance under whose assignment an invoice is paid now."""
    both = select(Advance).join(Invoice, assigned()).where(Invoice.id == invoice.id)
    return both.options(joinedload(Advance.fund))


def assigned() -> ColumnElement[bool]:
    """SQL: the advance under whose assignment an invoice is paid now, to join both."""
    of_agreement = and_(
        Advance.agreement_id == Invoice.agreement_id, Advance.borrower_id == Invoice.seller_id
    )
    return and_(
        or_(Advance.invoice_id == Invoice.id, of_agreement),
        Advance.withdrawn_at.is_(None),
        Advance.released_on.is_(None),
    )


def find_covering(session: Session, invoice: Invoice) -> Advance | None:
    """The assignment under which an invoice is paid now, to read."""
    return session.scalar(_covers(invoice))


def find_covering_locked(session: Session, invoice: Invoice) -> Advance | None:
    """The same, locked."""
    return session.scalar(
        _covers(invoice).with_for_update(of=Advance).execution_options(populate_existing=True)
    )


def taken(*, invoice_id: int | None, agreement_id: int | None, borrower_id: int) -> ColumnElement[bool]:
    """Whether money ahead rests on an invoice (ever), or on an agreement and its invoices (now)."""
    running = (Advance.withdrawn_at.is_(None), Advance.borrower_id == borrower_id)
    if invoice_id is not None:
        of_agreement = select(Invoice.agreement_id).where(Invoice.id == invoice_id).scalar_subquery()
        on_contract = and_(Advance.agreement_id == of_agreement, Advance.released_on.is_(None))
        return exists().where(*running, or_(Advance.invoice_id == invoice_id, on_contract))
    on_invoice = select(Invoice.id).where(
        Invoice.agreement_id == agreement_id, Invoice.seller_id == borrower_id
    )
    return exists().where(
        *running,
        Advance.released_on.is_(None),
        or_(Advance.agreement_id == agreement_id, Advance.invoice_id.in_(on_invoice)),
    )


def is_taken(session: Session, *, invoice_id: int | None, agreement_id: int | None, borrower_id: int) -> bool:
    """See `taken`."""
    return bool(
        session.scalar(
            select(taken(invoice_id=invoice_id, agreement_id=agreement_id, borrower_id=borrower_id))
        )
    )


def receipts(session: Session, advance_id: int) -> Sequence[AdvanceReceipt]:
    """What came in on an advance, oldest first."""
    return session.scalars(
        select(AdvanceReceipt)
        .where(AdvanceReceipt.advance_id == advance_id)
        .options(joinedload(AdvanceReceipt.rest_to))
        .order_by(AdvanceReceipt.on, AdvanceReceipt.id)
    ).all()


def receipt_locked(session: Session, public_id: UUID, fund_id: int) -> AdvanceReceipt:
    """An amount that came in at a fund, locked.

    Raises:
        ReceiptNotFound: there is none, or another fund's.
    """
    found = session.scalar(
        select(AdvanceReceipt)
        .join(Advance, Advance.id == AdvanceReceipt.advance_id)
        .where(AdvanceReceipt.public_id == public_id, Advance.fund_id == fund_id)
        .options(
            joinedload(AdvanceReceipt.advance).joinedload(Advance.fund), joinedload(AdvanceReceipt.rest_to)
        )
        .with_for_update(of=AdvanceReceipt)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise ReceiptNotFound
    return found


def to_pass_on(session: Session, fund_id: int) -> Sequence[AdvanceReceipt]:
    """What the fund still pays on, oldest first."""
    return session.scalars(
        select(AdvanceReceipt)
        .join(Advance, Advance.id == AdvanceReceipt.advance_id)
        .where(Advance.fund_id == fund_id, AdvanceReceipt.rest > 0, AdvanceReceipt.passed_on_on.is_(None))
        .options(joinedload(AdvanceReceipt.rest_to), joinedload(AdvanceReceipt.advance))
        .order_by(AdvanceReceipt.on, AdvanceReceipt.id)
    ).all()


def astray() -> ColumnElement[bool]:
    """Whether the debtor paid the borrower past the fund while something is owed."""
    return and_(
        Advance.paid_out_on.is_not(None),
        Advance.released_on.is_(None),
        exists().where(AdvanceReceipt.advance_id == Advance.id, AdvanceReceipt.route == "borrower"),
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """A fund's advances together, in cents; `borrowers` is how many organisations ever borrowed."""

    borrowers: int
    advanced: int
    outstanding: int
    repaid: int
    written_off: int
    recovered: int
    fees: int
    overdue: int


def totals(session: Session, fund_id: int, today: object) -> Totals:
    """What was paid out so far, and where it stands."""
    left = Advance.amount - Advance.repaid_amount - Advance.written_off_amount
    sums = (
        Advance.amount, left, Advance.repaid_amount, Advance.written_off_amount, Advance.recovered_amount,
        Advance.fee_paid,
    )  # fmt: skip
    row = session.execute(
        select(
            func.count(Advance.borrower_id.distinct()),
            *(func.coalesce(func.sum(each), 0) for each in sums),
            func.coalesce(func.sum(left).filter(Advance.due_on < today), 0),
        ).where(Advance.fund_id == fund_id, Advance.paid_out_on.is_not(None))
    ).one()
    return Totals(*(int(each) for each in row))


def is_received(session: Session, transfer_id: int) -> bool:
    """Whether a transfer brought something in on an advance."""
    return bool(session.scalar(select(exists().where(AdvanceReceipt.transfer_id == transfer_id))))
