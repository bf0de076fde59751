"""Reading bank accounts, statements and entries, and the invoices an entry may be for."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.advances.models import Advance
from ledger.advances.queries import assigned
from ledger.bank.errors import EntryUnknown, StatementUnknown
from ledger.bank.models import BankAccount, BankBooking, BankEntry, BankStatement, BankTolerance
from ledger.bank.rules import NEAR_DAYS, BookingKind, Claim, Claims, EntryState
from ledger.bankfiles.rules import Entry, Reference
from ledger.books.queries import touches
from ledger.chains.models import ChainTerm, InvoiceSplit
from ledger.incoming import queries as received
from ledger.incoming.models import IncomingPayment
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import open_amount
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.payments.models import Payment
from ledger.payments.rules import PaymentKind

tasks = Tasks(
    Waiting(
        N_("Boekingen van uw bank die op u wachten: %(num)s"), "bank.work", {Role.PURCHASER, Role.BOARD},
        rows(num=func.count()).having(func.count() > 0)
        .select_from(BankEntry).join(BankAccount, BankAccount.id == BankEntry.account_id)
        .where(BankAccount.party_id == ORGANISATION, BankEntry.state == EntryState.OPEN),
        {},
    )
)  # fmt: skip
"""What waits for who does the money of an organisation."""


def accounts(session: Session, party_id: int) -> Sequence[BankAccount]:
    """The accounts of an organisation, in the order they came."""
    return session.scalars(
        select(BankAccount).where(BankAccount.party_id == party_id).order_by(BankAccount.id)
    ).all()


def find_account(session: Session, number: str) -> BankAccount | None:
    """The account with this IBAN; the digits of an old statement also find the Dutch IBAN that ends with them."""
    found = session.scalar(select(BankAccount).where(BankAccount.number == number))
    if found is None and number.isdigit():
        ending = BankAccount.number.like("NL%") & (func.right(BankAccount.number, 10) == number.zfill(10))
        several = session.scalars(select(BankAccount).where(ending).limit(2)).all()
        return several[0] if len(several) == 1 else None
    return found


def blocked_account(session: Session, party_id: int) -> BankAccount | None:
    """The G-account of an organisation."""
    return session.scalars(
        select(BankAccount)
        .where(BankAccount.party_id == party_id, BankAccount.blocked)
        .order_by(BankAccount.id)
    ).first()


def owners(session: Session, iban: str) -> Sequence[int]:
    """The organisations that gave this IBAN as theirs."""
    return session.scalars(select(Organisation.id).where(Organisation.iban == iban).limit(2)).all()


def statements(party_id: int) -> Select[BankStatement]:
    """The statements of an organisation, latest first, with their accounts."""
    return (
        select(BankStatement)
        .join(BankAccount, BankAccount.id == BankStatement.account_id)
        .where(BankAccount.party_id == party_id)
        .options(joinedload(BankStatement.account))
        .order_by(BankStatement.closes_on.desc(), BankStatement.id.desc())
    )


def statement(session: Session, public_id: UUID, party_id: int) -> BankStatement:
    """One of them.

    Raises:
        StatementUnknown: it is not there, or another's.
    """
    found = session.scalar(statements(party_id).where(BankStatement.public_id == public_id))
    if found is None:
        raise StatementUnknown
    return found


class Ends(NamedTuple):
    """What is known of an account: where its first statement begins, where its last one ends (cents) and when."""

    opening: int
    closing: int
    closes_on: date


def ends(session: Session, account_id: int) -> Ends | None:
    """The two ends of what is known of an account; None: nothing yet."""
    of_account = select(BankStatement).where(BankStatement.account_id == account_id)
    first = session.scalars(of_account.order_by(BankStatement.opens_on, BankStatement.id).limit(1)).first()
    last = session.scalars(
        of_account.order_by(BankStatement.closes_on.desc(), BankStatement.id.desc()).limit(1)
    ).first()
    return None if first is None or last is None else Ends(first.opening, last.closing, last.closes_on)


class Standing(NamedTuple):
    """What the bank said last beside what the books say now (cents); no G-accounts.

    What is in the books after the last day of the statements is a difference until the next one comes.
    """

    on: date
    bank: int
    books: int
    waiting: int

    @property
    def difference(self) -> int:
        """What is explained by neither."""
        return self.bank - self.books - self.waiting


def find_standing(session: Session, party_id: int) -> Standing | None:
    """The money of an organisation by its last statements, by its books, and what waits; None without a statement."""
    last = (
        select(BankStatement.closing, BankStatement.closes_on)
        .join(BankAccount, BankAccount.id == BankStatement.account_id)
        .where(BankAccount.party_id == party_id, ~BankAccount.blocked)
        .ext(distinct_on(BankStatement.account_id))
        .order_by(BankStatement.account_id, BankStatement.closes_on.desc(), BankStatement.id.desc())
        .subquery()
    )
    books = select(func.coalesce(func.sum(Account.posted), 0)).where(
        Account.party_id == party_id, Account.role == AccountRole.BANK, Account.currency == "EUR"
    )
    open_ones = (
        select(func.coalesce(func.sum(BankEntry.amount), 0))
        .join(BankAccount, BankAccount.id == BankEntry.account_id)
        .where(
            BankAccount.party_id == party_id, ~BankAccount.blocked, BankEntry.state == EntryState.OPEN,
            BankEntry.currency == "EUR",
        )
    )  # fmt: skip
    found = session.execute(
        select(
            func.max(last.c.closes_on), func.sum(last.c.closing), books.scalar_subquery(),
            open_ones.scalar_subquery(),
        )
    ).one()  # fmt: skip
    return None if found[0] is None else Standing(found[0], *(int(each) for each in found[1:]))


def find_statement(session: Session, account_id: int, number: str, closes_on: date) -> BankStatement | None:
    """The statement with this number and last day."""
    return session.scalar(
        select(BankStatement).where(
            BankStatement.account_id == account_id, BankStatement.number == number,
            BankStatement.closes_on == closes_on,
        )
    )  # fmt: skip


def entries(party_id: int) -> Select[BankEntry]:
    """The entries on the accounts of an organisation, with account and statement."""
    return (
        select(BankEntry)
        .join(BankAccount, BankAccount.id == BankEntry.account_id)
        .where(BankAccount.party_id == party_id)
        .options(joinedload(BankEntry.account), joinedload(BankEntry.statement))
    )


def waiting(party_id: int) -> Select[BankEntry]:
    """What waits for a decision, oldest first."""
    return (
        entries(party_id)
        .where(BankEntry.state == EntryState.OPEN)
        .order_by(BankEntry.booked_on, BankEntry.id)
    )


def count_waiting(session: Session, party_id: int) -> int:
    """How much waits for a decision."""
    of_party = select(BankAccount.id).where(BankAccount.party_id == party_id)
    found = session.scalar(
        select(func.count()).where(BankEntry.state == EntryState.OPEN, BankEntry.account_id.in_(of_party))
    )
    return found or 0


def entry(session: Session, public_id: UUID, party_id: int, *, lock: bool = False) -> BankEntry:
    """One entry.

    Raises:
        EntryUnknown: it is not there, or another's.
    """
    wanted = entries(party_id).where(BankEntry.public_id == public_id)
    if lock:
        wanted = wanted.with_for_update(of=BankEntry).execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise EntryUnknown
    return found


def bookings(session: Session, entry_id: int) -> Sequence[BankBooking]:
    """What an entry was booked as, undone ones too, in the order they were made."""
    return session.scalars(
        select(BankBooking)
        .where(BankBooking.entry_id == entry_id)
        .options(
            joinedload(BankBooking.invoice),
            joinedload(BankBooking.incoming_payment).joinedload(IncomingPayment.incoming),
            joinedload(BankBooking.payment),
            joinedload(BankBooking.sender),
        )
        .order_by(BankBooking.id)
    ).all()


def as_read(row: BankEntry) -> Entry:
    """An entry as it stood in its file."""
    return Entry(
        line=row.line, amount=row.amount, currency=row.currency, booked_on=row.booked_on,
        bank_reference=row.bank_reference, name=row.name, iban=row.iban, end_to_end=row.end_to_end, text=row.text,
        references=tuple(Reference(*each) for each in row.marks),
    )  # fmt: skip


def claims(session: Session, party_id: int, *, incoming: bool) -> Claims:
    """The invoices that money on an organisation's account may be for: what it is paid, or paid back."""
    selling = Invoice.seller_id == party_id
    owed = open_amount() < 0
    paid, back = (selling, Invoice.buyer_id == party_id)[:: 1 if incoming else -1]
    other = case((selling, Invoice.buyer_facts["iban"].astext), else_=Invoice.seller_facts["iban"].astext)
    name = case((selling, Invoice.buyer_facts["name"].astext), else_=Invoice.seller_facts["name"].astext)
    own = (
        select(func.array_agg(BankAccount.number))
        .where(BankAccount.party_id == Invoice.seller_id)
        .scalar_subquery()
    )
    found = session.execute(
        select(
            Invoice.id, Invoice.number, Invoice.payment_reference, func.abs(open_amount()),
            func.coalesce(other, ""), owed, literal(False), own, ChainTerm.iban, Advance.fund_iban,
            func.coalesce(name, ""),
        )
        .outerjoin(InvoiceSplit, InvoiceSplit.invoice_id == Invoice.id)
        .outerjoin(ChainTerm, ChainTerm.id == InvoiceSplit.term_id)
        .outerjoin(Advance, assigned())
        .where(
            Invoice.kind == InvoiceKind.INVOICE, Invoice.state != InvoiceState.DRAFT, (paid & ~owed) | (back & owed)
        )
        .order_by(Invoice.id)
    )  # fmt: skip
    bought = (
        Claim(
            each.id, each.number, each.mark, abs(each.open.minor), each.iban, incoming, True,
        )
        for each in (received.owed_back if incoming else received.to_pay)(session, party_id)
    )  # fmt: skip
    here = (
        Claim._make((*facts, (*(theirs or ()), *filter(None, (blocked, fund))), name))
        for *facts, theirs, blocked, fund, name in found
    )
    return Claims.of((*here, *bought))


def tolerance(session: Session, party_id: int, on: date) -> int:
    """How many cents an amount may be off and still be suggested, on a day; zero where nothing was chosen."""
    found = session.scalar(
        select(BankTolerance.amount)
        .where(BankTolerance.party_id == party_id, BankTolerance.from_on <= on)
        .order_by(BankTolerance.from_on.desc())
        .limit(1)
    )
    return found or 0


def _days(on: date) -> tuple[date, date]:
    return on - timedelta(days=NEAR_DAYS), on + timedelta(days=NEAR_DAYS)


_LIVE = BankBooking.undone_at.is_(None)


def _twins(row: BankEntry) -> Select[BankEntry]:
    """What another's bank told of and may be the same money: booked there, and no other entry is it yet."""
    again = aliased(BankEntry)
    return (
        select(BankEntry)
        .join(BankAccount, BankAccount.id == BankEntry.account_id)
        .where(
            BankEntry.amount == -row.amount, BankEntry.currency == row.currency,
            BankEntry.booked_on.between(*_days(row.booked_on)), BankEntry.account_id != row.account_id,
            BankAccount.party_id != row.account.party_id, BankEntry.state == EntryState.BOOKED,
            BankEntry.twin_id.is_(None), ~exists().where(again.twin_id == BankEntry.id),
        )
        .order_by(BankEntry.booked_on, BankEntry.id)
        .limit(1)
    )  # fmt: skip


def find_twin(session: Session, row: BankEntry, invoice_ids: Sequence[int]) -> BankEntry | None:
    """The same money as another bank told of it: the other party's, booked on one of these invoices."""
    on_one = exists().where(
        BankBooking.entry_id == BankEntry.id, _LIVE, BankBooking.invoice_id.in_(invoice_ids)
    )
    return session.scalars(_twins(row).where(on_one)).first()


def find_told(session: Session, row: BankEntry) -> BankEntry | None:
    """The same money by the two accounts, whatever the text says: the other booked all of it in the books of both."""
    own, live = row.account.party_id, (BankBooking.entry_id == BankEntry.id) & _LIVE
    ours = select(Invoice.id).where((Invoice.seller_id == own) | (Invoice.buyer_id == own))
    mirrored = BankBooking.kind.in_((BookingKind.PAYMENT, BookingKind.REFUND, BookingKind.CREDIT)) & (
        func.coalesce(BankBooking.other_id == own, BankBooking.invoice_id.in_(ours))
    )
    if not row.iban:
        return None
    return session.scalars(
        _twins(row).where(
            BankAccount.number == row.iban, BankEntry.iban == row.account.number,
            exists().where(live, mirrored), ~exists().where(live, ~mirrored),
        )
    ).first()  # fmt: skip


def reached_bank(party_id: int) -> ColumnElement[bool]:
    """Whether a payment moved the bank of this organisation, and not the fund's that paid it ahead, as a column."""
    return touches(Payment.transfer_id, party_id=party_id, role=AccountRole.BANK)


def find_twin_of(session: Session, row: BankEntry) -> BankEntry | None:
    """The other bank's entry that tells of the same money, held."""
    return session.scalar(
        select(BankEntry)
        .where(BankEntry.twin_id == row.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def is_on_statement(session: Session, payment: Payment | IncomingPayment) -> bool:
    """Whether an entry on a bank tells of a payment."""
    column = BankBooking.payment_id if isinstance(payment, Payment) else BankBooking.incoming_payment_id
    return bool(session.scalar(select(exists().where(column == payment.id, _LIVE))))


def find_known(session: Session, row: BankEntry, claim: Claim, amount: int) -> Payment | None:
    """A payment of this invoice that somebody wrote down and of which no bank told yet.

    One that went past this organisation's bank (to the fund that paid it ahead) is another than what its bank tells.
    """
    kind = PaymentKind.REFUND if claim.refund else PaymentKind.PAYMENT
    return session.scalars(
        select(Payment)
        .where(
            Payment.invoice_id == claim.invoice_id, Payment.amount == amount, Payment.kind == kind,
            Payment.paid_on.between(*_days(row.booked_on)),
            Payment.undone_at.is_(None), ~exists().where(BankBooking.payment_id == Payment.id, _LIVE),
            reached_bank(row.account.party_id or 0),
        )
        .order_by(Payment.paid_on, Payment.id)
        .limit(1)
    ).first()  # fmt: skip


def find_known_purchase(session: Session, row: BankEntry, claim: Claim) -> IncomingPayment | None:
    """The same of an invoice that came from outside."""
    found = received.find_known_payments(session, claim.invoice_id, -row.amount, _days(row.booked_on))
    told = set(
        session.scalars(
            select(BankBooking.incoming_payment_id).where(
                BankBooking.incoming_payment_id.in_([each.id for each in found]), _LIVE
            )
        )
    )
    return next((each for each in found if each.id not in told), None)


def states(session: Session, account_id: int, keys: Sequence[str]) -> Sequence[EntryState]:
    """Where these entries stand, of those that are there."""
    return session.scalars(
        select(BankEntry.state).where(BankEntry.account_id == account_id, BankEntry.key.in_(keys))
    ).all()
