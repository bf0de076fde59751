"""Sums over the lines of all accounts in a role: what is there, what came before a day, what ever left; cents."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.books.models import Entry, Transfer


def by_age(*, party_id: int, role: Role, currency: str, since: datetime, until: datetime | None) -> Any:
    """Of each account: its `balance` at `until` (None: now), what `came` before `since`, and all that has `gone`.

    A reversal and what it reverses count for neither of the last two, so that what is given back keeps its age.
    """
    undo = aliased(Transfer)
    single = and_(Transfer.reverses.is_(None), undo.id.is_(None))
    statement = (
        select(
            Entry.account_id.label("account_id"),
            func.sum(Entry.amount).label("balance"),
            func.sum(Entry.amount).filter(Entry.amount > 0, single, Transfer.effective_at < since).label("came"),
            func.sum(-Entry.amount).filter(Entry.amount < 0, single).label("gone"),
        )
        .join(Transfer, Transfer.id == Entry.transfer_id)
        .join(Account, Account.id == Entry.account_id)
        .outerjoin(undo, undo.reverses == Transfer.id)
        .where(Account.party_id == party_id, Account.role == role.value, Account.currency == currency)
        .group_by(Entry.account_id)
    )  # fmt: skip
    return statement if until is None else statement.where(Transfer.effective_at < until)


def by_kind(session: Session, *, party_id: int, role: Role, currency: str) -> dict[str, int]:
    """Kind of transfer → what came in by it on all accounts in a role, less what left by it."""
    rows = session.execute(
        select(Transfer.kind, func.sum(Entry.amount))
        .join(Entry, Entry.transfer_id == Transfer.id)
        .join(Account, Account.id == Entry.account_id)
        .where(Account.party_id == party_id, Account.role == role.value, Account.currency == currency)
        .group_by(Transfer.kind)
    )
    return {kind: int(cents) for kind, cents in rows}


def count_accounts(session: Session, *, party_id: int, role: Role, currency: str) -> int:
    """How many accounts in a role ever had a line."""
    return session.scalar(
        select(func.count())
        .select_from(Account)
        .where(
            Account.party_id == party_id, Account.role == role.value, Account.currency == currency,
            exists().where(Entry.account_id == Account.id),
        )
    ) or 0  # fmt: skip


def count_lines(session: Session, *, party_id: int, role: Role, currency: str, until: datetime) -> int:
    """How many lines all accounts in a role have that count before an instant. Lines are only ever added."""
    return session.scalar(
        select(func.count())
        .select_from(Entry)
        .join(Account, Account.id == Entry.account_id)
        .join(Transfer, Transfer.id == Entry.transfer_id)
        .where(
            Account.party_id == party_id, Account.role == role.value, Account.currency == currency,
            Transfer.effective_at < until,
        )
    ) or 0  # fmt: skip


def lines(
    session: Session, *, party_id: int, role: Role, currency: str
) -> list[tuple[int, datetime, int, int]]:
    """Transfer, instant of effect, account and amount of all lines in a role, in the order in which they count.

    A reversal and what it reverses are left out: as if neither had been.
    """
    undo = aliased(Transfer)
    found = session.execute(
        select(Transfer.id, Transfer.effective_at, Entry.account_id, Entry.amount)
        .join(Entry, Entry.transfer_id == Transfer.id)
        .join(Account, Account.id == Entry.account_id)
        .outerjoin(undo, undo.reverses == Transfer.id)
        .where(
            Account.party_id == party_id, Account.role == role.value, Account.currency == currency,
            Transfer.reverses.is_(None), undo.id.is_(None),
        )
        .order_by(Transfer.effective_at, Transfer.id, Entry.leg)
    )  # fmt: skip
    return [(transfer_id, at, account_id, amount) for transfer_id, at, account_id, amount in found]


class Moved(NamedTuple):
    """One line of the books, with the account it is on; cents."""

    transfer_id: int
    at: datetime
    kind: str
    reverses: int | None
    account_id: int
    role: str
    subkey: str
    cents: int


def moved(
    session: Session, *, party_id: int, roles: Iterable[Role], currency: str, until: datetime
) -> Iterable[Moved]:
    """All lines of these roles that count before an instant, in the order in which they count."""
    rows = session.execute(
        select(
            Transfer.id, Transfer.effective_at, Transfer.kind, Transfer.reverses, Account.id, Account.role,
            Account.subkey, Entry.amount,
        )
        .join(Entry, Entry.transfer_id == Transfer.id)
        .join(Account, Account.id == Entry.account_id)
        .where(
            Account.party_id == party_id, Account.currency == currency, Transfer.effective_at < until,
            Account.role.in_([each.value for each in roles]),
        )
        .order_by(Transfer.effective_at, Transfer.id, Entry.leg)
    )  # fmt: skip
    return (Moved(*row) for row in rows)


def first_moved(session: Session, *, party_id: int, role: Role, currency: str) -> datetime | None:
    """When the first line of a role counts; None: there is none."""
    return session.scalar(
        select(func.min(Transfer.effective_at))
        .join(Entry, Entry.transfer_id == Transfer.id)
        .join(Account, Account.id == Entry.account_id)
        .where(Account.party_id == party_id, Account.role == role.value, Account.currency == currency)
    )
