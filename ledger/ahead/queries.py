"""Reading money ahead: what is left of it, which invoices it may pay, and what of it goes back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, union
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation, Party
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, USER, Tasks, Waiting, rows
from ledger.agreements.models import Agreement, AgreementSupplier
from ledger.ahead.errors import AheadUnknown, PaybackUnknown
from ledger.ahead.models import AheadPayback, AheadSetOff
from ledger.ahead.rules import MARK, Balance, Between, is_like
from ledger.bank.models import BankAccount, BankBooking, BankEntry
from ledger.bank.queries import waiting
from ledger.bank.rules import NEAR_DAYS, BookingKind, EntryState
from ledger.books.queries import counts_before
from ledger.customers.models import Customer
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import open_amount
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.payments.models import Payment, PaymentUndo

_IN = BankEntry.amount > 0
held_by: ColumnElement[int] = func.coalesce(
    Invoice.seller_id, case((_IN, BankAccount.party_id), else_=BankBooking.other_id)
)
owned_by: ColumnElement[int] = func.coalesce(
    Invoice.buyer_id, case((_IN, BankBooking.other_id), else_=BankAccount.party_id)
)
_AGAIN = aliased(BankBooking)


def _used(before: datetime | None) -> ColumnElement[int]:
    """What was set off: now, or what counts in the books before an instant."""
    of = select(func.coalesce(func.sum(AheadSetOff.amount), 0)).where(
        AheadSetOff.booking_id == BankBooking.id
    )
    of = of.join(Payment, Payment.id == AheadSetOff.payment_id)
    if before is None:
        return of.where(Payment.undone_at.is_(None)).correlate(BankBooking).scalar_subquery()
    undone = exists().where(
        PaymentUndo.payment_id == Payment.id, counts_before(PaymentUndo.transfer_id, before)
    )
    told = counts_before(Payment.transfer_id, before)
    return of.where(told, ~undone).correlate(BankBooking).scalar_subquery()


def _back(before: datetime | None) -> ColumnElement[int]:
    """What went back, as the bank told."""
    live: ColumnElement[bool] = _AGAIN.undone_at.is_(None)
    if before is not None:
        live = counts_before(_AGAIN.transfer_id, before) & or_(live, _AGAIN.undone_at >= before)
    return (
        select(func.coalesce(func.sum(AheadPayback.amount), 0))
        .join(_AGAIN, _AGAIN.id == AheadPayback.booked_id)
        .where(AheadPayback.booking_id == BankBooking.id, live)
        .correlate(BankBooking)
        .scalar_subquery()
    )


_PROMISED: ColumnElement[int] = (
    select(func.coalesce(func.sum(AheadPayback.amount), 0))
    .where(AheadPayback.booking_id == BankBooking.id, AheadPayback.dropped_at.is_(None))
    .correlate(BankBooking)
    .scalar_subquery()
)
"""All that goes or went back."""


def _from(statement: Select[Any]) -> Select[Any]:
    return (
        statement.select_from(BankBooking)
        .join(BankEntry, BankEntry.id == BankBooking.entry_id)
        .join(BankAccount, BankAccount.id == BankEntry.account_id)
        .outerjoin(Invoice, Invoice.id == BankBooking.invoice_id)
        .where(BankBooking.kind == BookingKind.CREDIT)
    )


def _balances(before: datetime | None) -> Select[Any]:
    back = _back(before)
    left = BankBooking.amount - _used(before) - back
    promised = func.greatest(_PROMISED - back, 0)
    live: ColumnElement[bool] = BankBooking.undone_at.is_(None)
    if before is not None:
        live = counts_before(BankBooking.transfer_id, before) & or_(live, BankBooking.undone_at >= before)
    return _from(
        select(
            BankBooking.id, held_by.label("holder"), owned_by.label("owner"), BankEntry.booked_on, BankBooking.amount,
            left.label("left"), promised.label("promised"), func.coalesce(Invoice.number, ""), Invoice.public_id,
            case((_IN, BankEntry.iban), else_=BankAccount.number), case((_IN, BankEntry.name), else_=""),
            BankEntry.public_id, BankAccount.party_id,
        )
    ).where(live)  # fmt: skip


def _read(row: Any) -> Balance:
    key, holder, owner, on, amount, left, promised, *facts = row
    return Balance(key, Between(holder, owner), on, amount, int(left), int(promised), *facts)


def balances(
    session: Session,
    party_id: int,
    *,
    holds: bool,
    before: datetime | None = None,
    other_id: int | None = None,
) -> list[Balance]:
    """What this organisation holds of others (`holds`), or others of it, oldest first; what is used up is left out.

    `before`: as the books stood before an instant; None: now.
    """
    own, other = (held_by, owned_by) if holds else (owned_by, held_by)
    found = _balances(before).where(own == party_id)
    if other_id is not None:
        found = found.where(other == other_id)
    read = [_read(row) for row in session.execute(found.order_by(BankEntry.booked_on, BankBooking.id))]
    return [each for each in read if each.left]


def balance(session: Session, booking_id: int, party_id: int, *, lock: bool = False) -> Balance:
    """One of them, used up or not; `lock`: nobody else's until the end of the transaction.

    Raises:
        AheadUnknown: it is not there, was taken back, or is between others.
    """
    if lock:
        session.execute(select(BankBooking.id).where(BankBooking.id == booking_id).with_for_update())
    wanted = _balances(None).where(
        BankBooking.id == booking_id, or_(held_by == party_id, owned_by == party_id)
    )
    row = session.execute(wanted).first()
    if row is None:
        raise AheadUnknown
    return _read(row)


def uses(session: Session, booking_id: int) -> Sequence[Payment]:
    """The payments that were set off from it, those taken back too, oldest first, with their invoices."""
    return session.scalars(
        select(Payment)
        .join(AheadSetOff, AheadSetOff.payment_id == Payment.id)
        .where(AheadSetOff.booking_id == booking_id)
        .options(joinedload(Payment.invoice))
        .order_by(Payment.id)
    ).all()


def is_used(session: Session, booking_ids: Sequence[int]) -> bool:
    """Whether something of these was set off, goes back or went back."""
    live = exists().where(Payment.id == AheadSetOff.payment_id, Payment.undone_at.is_(None))
    return bool(
        session.scalar(
            select(
                or_(
                    exists().where(AheadSetOff.booking_id.in_(booking_ids), live),
                    exists().where(
                        AheadPayback.booking_id.in_(booking_ids), AheadPayback.dropped_at.is_(None)
                    ),
                )
            )
        )
    )


def may_pay(between: Between | None = None) -> ColumnElement[bool]:
    """Invoices that money ahead between these two may pay: approved and open, or sent to who is outside."""
    state = case((Invoice.outside, InvoiceState.SENT.value), else_=InvoiceState.APPROVED.value)
    found = and_(Invoice.kind == InvoiceKind.INVOICE, Invoice.state == state, open_amount() > 0)
    if between is None:
        return found
    return found & (Invoice.seller_id == between.holder_id) & (Invoice.buyer_id == between.owner_id)


def proposals(session: Session, between: Between) -> Sequence[Invoice]:
    """The invoices that it may pay, the first to be paid first."""
    return session.scalars(
        select(Invoice).where(may_pay(between)).order_by(Invoice.due_on, Invoice.id).limit(20)
    ).all()


def paybacks(holder_id: int) -> Select[AheadPayback]:
    """What an organisation pays back, latest first."""
    return (
        select(AheadPayback)
        .where(AheadPayback.holder_id == holder_id)
        .options(
            joinedload(AheadPayback.booked),
            joinedload(AheadPayback.asked_by),
            joinedload(AheadPayback.invoice),
        )
        .order_by(AheadPayback.id.desc())
    )


def paybacks_of(session: Session, one: Balance) -> Sequence[AheadPayback]:
    """What of it goes or went back, or was dropped, latest first."""
    return session.scalars(
        paybacks(one.between.holder_id).where(AheadPayback.booking_id == one.booking_id)
    ).all()


def payback(session: Session, public_id: UUID, holder_id: int, *, lock: bool = False) -> AheadPayback:
    """One of them.

    Raises:
        PaybackUnknown: it is not there, or another's.
    """
    wanted = paybacks(holder_id).where(AheadPayback.public_id == public_id)
    if lock:
        wanted = wanted.with_for_update(of=AheadPayback).execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise PaybackUnknown
    return found


def marked(session: Session, mark: str) -> AheadPayback | None:
    """The repayment with a mark, held."""
    return session.scalar(
        select(AheadPayback)
        .where(AheadPayback.mark == mark)
        .options(joinedload(AheadPayback.booked))
        .with_for_update(of=AheadPayback)
        .execution_options(populate_existing=True)
    )


def between(session: Session, payback: AheadPayback, party_id: int) -> Between:
    """Between whom a repayment is; what it is of is nobody else's until the end of the transaction.

    Raises:
        AheadUnknown: this organisation has no part in it.
    """
    if payback.booking_id is not None:
        return balance(session, payback.booking_id, party_id, lock=True).between
    wanted = (
        select(Invoice.seller_id, Invoice.buyer_id).where(Invoice.id == payback.invoice_id).with_for_update()
    )
    found = Between._make(session.execute(wanted).one())
    if party_id not in found:
        raise AheadUnknown
    return found


def like(session: Session, party_id: int, entries: Sequence[BankEntry]) -> dict[int, list[AheadPayback]]:
    """By open entry: agreed repayments that it may be without their mark, by amount and account or name, oldest first.

    Out at who held the money, in at whose it is; no bank told of it yet, or only that of the other.
    """
    rows = [each for each in entries if each.state is EntryState.OPEN and each.currency == "EUR"]
    out = [-each.amount for each in rows if each.amount < 0]
    into = [each.amount for each in rows if each.amount > 0]
    if not rows:
        return {}
    own = or_(
        AheadPayback.invoice_id.in_(select(Invoice.id).where(Invoice.buyer_id == party_id)),
        AheadPayback.booking_id.in_(_from(select(BankBooking.id)).where(owned_by == party_id)),
    )
    told, twin = aliased(BankEntry), aliased(BankEntry)
    other_told = exists().where(
        _AGAIN.id == AheadPayback.booked_id, _AGAIN.undone_at.is_(None), told.id == _AGAIN.entry_id,
        told.account_id == BankAccount.id, BankAccount.party_id != party_id, ~exists().where(twin.twin_id == told.id),
    )  # fmt: skip
    untold = ~exists().where(_AGAIN.id == AheadPayback.booked_id, _AGAIN.undone_at.is_(None))
    found = session.scalars(
        select(AheadPayback)
        .where(
            AheadPayback.agreed_at.is_not(None), AheadPayback.dropped_at.is_(None), untold | other_told,
            ((AheadPayback.holder_id == party_id) & AheadPayback.amount.in_(out))
            | (own & AheadPayback.amount.in_(into)),
        )
        .options(joinedload(AheadPayback.booked))
        .order_by(AheadPayback.id)
        .limit(200)
    ).all()  # fmt: skip
    made = {each.id: [one for one in found if _is_like(one, each, party_id)] for each in rows}
    return {key: those for key, those in made.items() if those}


def _is_like(one: AheadPayback, row: BankEntry, party_id: int) -> bool:
    out = row.amount < 0
    if one.amount != abs(row.amount) or (one.holder_id == party_id) != out:
        return False
    return is_like(one.iban, one.name, out=out, iban=row.iban, told=row.name, own=row.account.number)


def told(session: Session, party_id: int) -> Sequence[BankEntry]:
    """Open entries of an organisation that carry the mark of a repayment, held."""
    wanted = waiting(party_id).where(BankEntry.currency == "EUR", BankEntry.end_to_end.like(f"{MARK}%"))
    return session.scalars(wanted.with_for_update(of=BankEntry)).all()


def partners(session: Session, party_id: int, *, paying: bool) -> Sequence[Party]:
    """With whom an organisation trades, by name: whom it pays, or who pays it (its own customers outside too)."""
    if paying:
        ids = union(
            select(AgreementSupplier.party_id)
            .join(Agreement, Agreement.id == AgreementSupplier.agreement_id)
            .where(Agreement.buyer_id == party_id),
            select(Invoice.seller_id).where(
                Invoice.buyer_id == party_id, Invoice.state != InvoiceState.DRAFT
            ),
        )
    else:
        ids = union(
            select(Agreement.buyer_id)
            .join(AgreementSupplier, AgreementSupplier.agreement_id == Agreement.id)
            .where(AgreementSupplier.party_id == party_id),
            select(Invoice.buyer_id).where(Invoice.seller_id == party_id),
            select(Customer.id).where(Customer.owner_id == party_id, Customer.removed_at.is_(None)),
        )
    return session.scalars(select(Party).where(Party.id.in_(ids)).order_by(Party.name, Party.id)).all()


def find_by_iban(session: Session, iban: str, among: Sequence[Party]) -> Party | None:
    """Who of these has this account, where it is one."""
    ids = [each.id for each in among]
    found = set(
        session.scalars(
            union(
                select(Organisation.id).where(Organisation.id.in_(ids), Organisation.iban == iban),
                select(Customer.id).where(Customer.id.in_(ids), Customer.iban == iban),
                select(BankAccount.party_id).where(BankAccount.party_id.in_(ids), BankAccount.number == iban),
            )
        )
    )
    return next((each for each in among if found == {each.id}), None) if iban else None


def find_twin(session: Session, row: BankEntry, other_id: int) -> BankEntry | None:
    """The same money as the other's bank told of it, booked there as money ahead with this organisation."""
    again = aliased(BankEntry)
    near = func.abs(BankEntry.booked_on - row.booked_on) <= NEAR_DAYS
    return session.scalars(
        select(BankEntry)
        .join(BankAccount, BankAccount.id == BankEntry.account_id)
        .join(BankBooking, BankBooking.entry_id == BankEntry.id)
        .where(
            BankAccount.party_id == other_id, BankBooking.other_id == row.account.party_id,
            BankBooking.undone_at.is_(None), BankEntry.amount == -row.amount, BankEntry.currency == row.currency,
            near, BankEntry.state == EntryState.BOOKED, BankEntry.twin_id.is_(None),
            ~exists().where(again.twin_id == BankEntry.id),
        )
        .order_by(BankEntry.booked_on, BankEntry.id)
        .with_for_update(of=BankEntry)
        .limit(1)
    ).first()  # fmt: skip


_OPEN = aliased(Invoice)
_FITS = exists().where(
    _OPEN.seller_id == held_by, _OPEN.buyer_id == owned_by, _OPEN.kind == InvoiceKind.INVOICE,
    _OPEN.state == case((_OPEN.outside, InvoiceState.SENT.value), else_=InvoiceState.APPROVED.value),
    _OPEN.total_amount > _OPEN.credited_amount + _OPEN.paid_amount,
)  # fmt: skip

tasks = Tasks(
    Waiting(
        N_("Terugbetalingen die op uw akkoord wachten: %(num)s"), "ahead.index", {Role.PURCHASER, Role.BOARD},
        rows(num=func.count()).having(func.count() > 0).select_from(AheadPayback)
        .where(
            AheadPayback.holder_id == ORGANISATION, AheadPayback.agreed_at.is_(None),
            AheadPayback.dropped_at.is_(None), AheadPayback.asked_by_id != USER,
        ),
        {},
    ),
    Waiting(
        N_("Tegoeden die u met een factuur kunt verrekenen: %(num)s"), "ahead.index", {Role.PURCHASER, Role.BOARD},
        _from(rows(num=func.count()).having(func.count() > 0)).where(
            BankBooking.undone_at.is_(None), or_(held_by == ORGANISATION, owned_by == ORGANISATION),
            BankBooking.amount > _used(None) + _PROMISED, _FITS,
        ),
        {},
    ),
)  # fmt: skip
"""What waits for who does the money of an organisation."""
