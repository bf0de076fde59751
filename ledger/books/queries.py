"""Reading the books of one party: balances, statements, trial balance, transfers with their lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from cwb.identity.models import Party
from cwb.kernel.clock import LOCAL
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.accounts.errors import AccountUnknown
from ledger.accounts.models import Account
from ledger.accounts.rules import ROLE_NAMES, Role
from ledger.books.errors import TransferUnknown
from ledger.books.models import Entry, Hold, Intent, Transfer, TransferNote


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds now. Debit is positive. `available` is what may still go out, None without a floor."""

    posted: Money
    pending_in: Money
    pending_out: Money
    available: Money | None
    version: int


def balance(session: Session, account_id: int) -> Balance:
    """The cached balance of an account, kept by the posting functions and proven by `cwb ledger verify`.

    Raises:
        AccountUnknown: no such account.
    """
    row = session.execute(
        select(
            Account.currency,
            Account.posted,
            Account.pending_in,
            Account.pending_out,
            Account.floor,
            Account.version,
        ).where(Account.id == account_id)
    ).one_or_none()
    if row is None:
        raise AccountUnknown
    free = None if row.floor is None else Money(row.posted - row.pending_out - row.floor, row.currency)
    return Balance(
        Money(row.posted, row.currency),
        Money(row.pending_in, row.currency),
        Money(row.pending_out, row.currency),
        free,
        row.version,
    )


def touches(transfer_id: InstrumentedAttribute[int], *, party_id: int, role: Role) -> ColumnElement[bool]:
    """Whether a posted transfer moved an account of this role in somebody's books, as a column."""
    return exists().where(
        Entry.transfer_id == transfer_id, Entry.account_id == Account.id, Account.party_id == party_id,
        Account.role == role,
    )  # fmt: skip


def kind_of(session: Session, transfer_id: int) -> str:
    """What a transfer was posted as."""
    return session.execute(select(Transfer.kind).where(Transfer.id == transfer_id)).scalar_one()


def account(session: Session, public_id: UUID) -> Account:
    """An account by its public id.

    Raises:
        AccountUnknown: no such account.
    """
    found = session.scalars(
        select(Account).where(Account.public_id == public_id).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise AccountUnknown
    return found


def account_name(account: Account) -> str:
    """How people call an account: the name it was given, or that of its role (a source text to translate)."""
    return account.name or ROLE_NAMES.get(Role(account.role), account.role)


def kept_for(session: Session, found: Iterable[Account]) -> dict[int, str]:
    """Account id → the party it is kept for ("party:12" in its subkey), for accounts of which a role has several."""
    ids = {
        each.id: int(key)
        for each in found
        for kind, _, key in (each.subkey.partition(":"),)
        if kind == "party" and key.isascii() and key.isdigit()
    }
    if not ids:
        return {}
    rows = session.execute(select(Party.id, Party.name).where(Party.id.in_(set(ids.values()))))
    names = {row.id: row.name for row in rows}
    return {each: names[party] for each, party in ids.items() if party in names}


def accounts(session: Session, party_id: int) -> Sequence[Account]:
    """The accounts in a party's books, by kind and role."""
    order = case({"asset": 1, "liability": 2, "equity": 3, "income": 4, "expense": 5}, value=Account.kind)
    return session.scalars(
        select(Account)
        .where(Account.party_id == party_id)
        .order_by(order, Account.role, Account.subkey, Account.currency)
        .execution_options(populate_existing=True)
    ).all()


def statement(account_id: int) -> Select[Entry, Transfer, str | None, str | None, str | None]:
    """The lines of an account, newest first: entry, its transfer, reference, description, name of the other party."""
    other = case((Intent.payer_id == Entry.party_id, Intent.payee_id), else_=Intent.payer_id)
    return (
        select(Entry, Transfer, Intent.reference, TransferNote.text, Party.name)
        .join(Transfer, Transfer.id == Entry.transfer_id)
        .outerjoin(Intent, Intent.id == Transfer.intent_id)
        .outerjoin(Party, Party.id == other)
        .outerjoin(TransferNote, TransferNote.transfer_id == Transfer.id)
        .where(Entry.account_id == account_id)
        .order_by(Entry.account_version.desc())
    )


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One account in a trial balance. Opening and closing have debit positive; debit and credit are both positive."""

    account: Account
    opening: Money
    debit: Money
    credit: Money
    closing: Money


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts of a party over a period, with debit and credit in total per currency: they are equal."""

    lines: Sequence[TrialLine]
    debits: dict[str, Money]
    credits: dict[str, Money]


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Amsterdam."""
    return datetime.combine(day, time(), LOCAL)


def trial_balance(session: Session, party_id: int, period: Period) -> TrialBalance:
    """The trial balance of a party over a period of effective days, from the entries; two queries."""
    before = Transfer.effective_at < midnight(period.start)
    sums = {
        row.account_id: row
        for row in session.execute(
            select(
                Entry.account_id,
                func.coalesce(func.sum(Entry.amount).filter(before), 0).label("opening"),
                func.coalesce(func.sum(Entry.amount).filter(~before, Entry.amount > 0), 0).label("debit"),
                func.coalesce(-func.sum(Entry.amount).filter(~before, Entry.amount < 0), 0).label("credit"),
            )
            .join(Transfer, Transfer.id == Entry.transfer_id)
            .where(Entry.party_id == party_id, Transfer.effective_at < midnight(period.end))
            .group_by(Entry.account_id)
        )
    }
    lines = []
    for each in accounts(session, party_id):
        row = sums.get(each.id)
        opening, debit, credit = (int(row.opening), int(row.debit), int(row.credit)) if row else (0, 0, 0)
        parts = (Money(minor, each.currency) for minor in (opening, debit, credit, opening + debit - credit))
        lines.append(TrialLine(each, *parts))
    return TrialBalance(lines, _total(lines, "debit"), _total(lines, "credit"))


def _total(lines: Sequence[TrialLine], side: str) -> dict[str, Money]:
    totals: dict[str, Money] = {}
    for line in lines:
        part: Money = getattr(line, side)
        totals[part.currency] = totals.get(part.currency, Money(0, part.currency)) + part
    return totals


def journal(
    party_id: int, period: Period
) -> Select[Transfer, Account, Entry, UUID | None, str | None, str | None]:
    """Every line in the books of a party over a period of effective days, each transfer whole.

    With the transfer that it takes back, what it is about and its description. The lines of a transfer add up to
    zero, so another program can take the file over.
    """
    undone = aliased(Transfer)
    return (
        select(Transfer, Account, Entry, undone.public_id, Intent.reference, TransferNote.text)
        .outerjoin(undone, undone.id == Transfer.reverses)
        .join(Entry, Entry.transfer_id == Transfer.id)
        .join(Account, Account.id == Entry.account_id)
        .outerjoin(Intent, Intent.id == Transfer.intent_id)
        .outerjoin(TransferNote, TransferNote.transfer_id == Transfer.id)
        .where(
            Entry.party_id == party_id, Transfer.effective_at >= midnight(period.start),
            Transfer.effective_at < midnight(period.end),
        )
        .order_by(Transfer.effective_at, Transfer.id, Entry.leg)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One line of a transfer as a page shows it: debit positive, in one party's set of books."""

    transfer: str
    kind: str
    effective_at: datetime
    party_id: int
    role: str
    amount: Money


def booked(session: Session, *, kind: str, reference: str, party_id: int | None) -> Sequence[BookedLine]:
    """The lines that an intent made, oldest first, in one party's books (None: in everyone's)."""
    statement = (
        select(Transfer, Account, Entry)
        .join(Entry, Entry.transfer_id == Transfer.id)
        .join(Account, Account.id == Entry.account_id)
        .join(Intent, Intent.id == Transfer.intent_id)
        .where(Intent.kind == kind, Intent.reference == reference)
        .order_by(Transfer.id, Entry.leg)
    )
    if party_id is not None:
        statement = statement.where(Entry.party_id == party_id)
    return [
        BookedLine(
            str(transfer.public_id),
            transfer.kind,
            transfer.effective_at,
            entry.party_id,
            account.role,
            Money(entry.amount, entry.currency),
        )
        for transfer, account, entry in session.execute(statement)
    ]


class Moved(NamedTuple):
    """What one kind of transfer did on one account: role, sub-key, kind, minor units (debit positive)."""

    role: str
    subkey: str
    kind: str
    amount: int


def moved(
    session: Session, party_id: int, roles: Iterable[Role], *, before: datetime, since: datetime | None = None
) -> list[Moved]:
    """What moved on the accounts of a party in these roles, up to an instant of effect, in euro."""
    statement = (
        select(Account.role, Account.subkey, Transfer.kind, func.sum(Entry.amount))
        .join(Entry, Entry.account_id == Account.id)
        .join(Transfer, Transfer.id == Entry.transfer_id)
        .where(
            Account.party_id == party_id, Account.role.in_([each.value for each in roles]), Account.currency == "EUR",
            Transfer.effective_at < before,
        )
        .group_by(Account.role, Account.subkey, Transfer.kind)
        .order_by(Account.role, Account.subkey, Transfer.kind)
    )  # fmt: skip
    if since is not None:
        statement = statement.where(Transfer.effective_at >= since)
    return [
        Moved(role, subkey, kind, int(amount)) for role, subkey, kind, amount in session.execute(statement)
    ]


def counts_before(
    transfer_id: ColumnElement[int] | InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    before: datetime,
) -> ColumnElement[bool]:
    """SQL: whether a transfer has taken effect before an instant."""
    return select(Transfer.id).where(Transfer.id == transfer_id, Transfer.effective_at < before).exists()


class AccountLine(NamedTuple):
    """One line of an account with what its transfer is. `undoes`: it takes an earlier one back; `undone`: it was."""

    account_id: int
    transfer: UUID
    kind: str
    effective_at: datetime
    amount: int
    undoes: bool
    undone: bool


def lines_of(
    session: Session, account_ids: Iterable[int], *, before: datetime | None = None
) -> list[AccountLine]:
    """The lines of some accounts in the order in which they count, up to an instant of effect (None: all)."""
    undo = aliased(Transfer)
    statement = (
        select(
            Entry.account_id, Transfer.public_id, Transfer.kind, Transfer.effective_at, Entry.amount,
            Transfer.reverses.is_not(None), undo.id.is_not(None),
        )
        .join(Transfer, Transfer.id == Entry.transfer_id)
        .outerjoin(undo, undo.reverses == Transfer.id)
        .where(Entry.account_id.in_(list(account_ids)))
        .order_by(Transfer.effective_at, Transfer.id, Entry.leg)
    )  # fmt: skip
    if before is not None:
        statement = statement.where(Transfer.effective_at < before)
    return [AccountLine(*row) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class TransferDetail:
    """A transfer with the lines a reader may see. A reservation has lines without a balance."""

    transfer: Transfer
    intent: Intent | None
    note: str | None
    lines: Sequence[tuple[Account, Money, Money | None]]
    reversed_by: UUID | None
    ended_by: UUID | None


def transfer(session: Session, public_id: UUID, *, party_id: int | None) -> TransferDetail:
    """A transfer with its lines in the books of a party, or in all books when `party_id` is None.

    Raises:
        TransferUnknown: no such transfer, or it does not touch these books.
    """
    found = session.scalars(select(Transfer).where(Transfer.public_id == public_id)).one_or_none()
    if found is None:
        raise TransferUnknown
    lines = _posted(session, found.id, party_id)
    if not lines:  # nothing was posted: what was reserved, or released again
        lines = _reserved(session, found.pending_of or found.id, party_id)
    if not lines:
        raise TransferUnknown
    about = session.execute(
        select(
            select(TransferNote.text).where(TransferNote.transfer_id == found.id).scalar_subquery(),
            select(Transfer.public_id).where(Transfer.reverses == found.id).scalar_subquery(),
            select(Transfer.public_id).where(Transfer.pending_of == found.id).scalar_subquery(),
        )
    ).one()
    intent = session.get(Intent, found.intent_id) if found.intent_id else None
    note, reversed_by, ended_by = about
    return TransferDetail(found, intent, note, lines, reversed_by, ended_by)


_Lines = Sequence[tuple[Account, Money, Money | None]]


def _posted(session: Session, transfer_id: int, party_id: int | None) -> _Lines:
    statement = select(Account, Entry).join(Entry, Entry.account_id == Account.id)
    statement = statement.where(Entry.transfer_id == transfer_id).order_by(Entry.amount.desc(), Entry.leg)
    if party_id is not None:
        statement = statement.where(Entry.party_id == party_id)
    return [
        (account, Money(entry.amount, entry.currency), Money(entry.balance_after, entry.currency))
        for account, entry in session.execute(statement)
    ]


def _reserved(session: Session, transfer_id: int, party_id: int | None) -> _Lines:
    statement = select(Account, Hold).join(Hold, Hold.account_id == Account.id)
    statement = statement.where(Hold.transfer_id == transfer_id).order_by(Hold.amount.desc(), Hold.leg)
    if party_id is not None:
        statement = statement.where(Hold.party_id == party_id)
    return [
        (account, Money(hold.amount, hold.currency), None) for account, hold in session.execute(statement)
    ]


def keepers() -> Select[Party]:
    """The parties that have books, by name."""
    return (
        select(Party)
        .where(select(Account.id).where(Account.party_id == Party.id).exists())
        .order_by(Party.search_name, Party.id)
    )
