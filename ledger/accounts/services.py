"""Opening, limiting and closing accounts, in the caller's transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.kernel.ids import uuid7
from ledger.accounts import rules
from ledger.accounts.errors import (
    AccountNotEmpty,
    AccountUnknown,
    CurrencyUnknown,
    LimitsInvalid,
    PartyUnknown,
)
from ledger.accounts.models import Account, Currency
from ledger.accounts.rules import Role


def open_account(
    session: Session,
    *,
    party_id: int,
    role: Role,
    currency: str = "EUR",
    subkey: str = "",
    name: str = "",
    floor: int | None = None,
    ceiling: int | None = None,
) -> int:
    """The id of the account of a party in a role, opened when it is not there yet.

    `subkey` tells accounts in one role apart ("party:12", "agreement:0190…"). `floor` and `ceiling` are hard limits
    of the balance in minor units, debit positive; an account that exists keeps its own.

    Raises:
        RuleBroken: LimitsInvalid, NameInvalid, CurrencyUnknown.
        NotFound: PartyUnknown.
    """
    which = (
        Account.party_id == party_id,
        Account.role == role.value,
        Account.currency == currency,
        Account.subkey == subkey,
    )
    if found := session.scalar(select(Account.id).where(*which)):
        return found
    rules.check_names(subkey, name)
    rules.check_limits(floor, ceiling)
    facts = {
        "public_id": uuid7(),
        "party_id": party_id,
        "currency": currency,
        "kind": rules.KIND_OF[role].value,
        "role": role.value,
        "subkey": subkey,
        "name": name,
        "floor": floor,
        "ceiling": ceiling,
    }
    unique = [Account.party_id, Account.role, Account.currency, Account.subkey]
    statement = postgresql.insert(Account).values(facts).on_conflict_do_nothing(index_elements=unique)
    try:
        made: int | None = session.scalar(statement.returning(Account.id))
    except IntegrityError as fault:
        match _constraint(fault):
            case "fk_account_currency":
                raise CurrencyUnknown(code=currency, field="currency") from fault
            case "fk_account_party_id":
                raise PartyUnknown from fault
            case "ck_account_floor" | "ck_account_ceiling":  # zero lies outside the limits
                raise LimitsInvalid(field="floor") from fault
        raise
    return made or session.scalars(select(Account.id).where(*which)).one()


def change_limits(session: Session, *, account_id: int, floor: int | None, ceiling: int | None) -> None:
    """Set the hard limits of an account, in minor units; None is no limit.

    Raises:
        LimitsInvalid: the balance or the reservations pass them already.
        AccountUnknown: no such account, or it is closed.
    """
    rules.check_limits(floor, ceiling)
    statement = update(Account).where(Account.id == account_id, Account.closed_at.is_(None))
    try:
        found = session.scalar(statement.values(floor=floor, ceiling=ceiling).returning(Account.id))
    except IntegrityError as fault:
        raise LimitsInvalid(field="floor") from fault
    if found is None:
        raise AccountUnknown


def close_account(session: Session, *, account_id: int, at: datetime) -> None:
    """Close an empty account for ever. Closing it again changes nothing.

    Raises:
        AccountNotEmpty: it has a balance or a reservation.
        AccountUnknown: no such account.
    """
    row = session.execute(
        select(Account.posted, Account.pending_in, Account.pending_out, Account.closed_at)
        .where(Account.id == account_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise AccountUnknown
    if row.closed_at is not None:
        return
    if (row.posted, row.pending_in, row.pending_out) != (0, 0, 0):
        raise AccountNotEmpty
    session.execute(update(Account).where(Account.id == account_id).values(closed_at=at, floor=0, ceiling=0))


def open_currency(session: Session, *, code: str, name: str, scale: int, kind: str) -> None:
    """Add a currency to the books; one that is there stays as it is. `scale` is its number of decimals."""
    facts = {"code": code, "name": name, "scale": scale, "kind": kind}
    session.execute(postgresql.insert(Currency).values(facts).on_conflict_do_nothing())


def _constraint(fault: IntegrityError) -> str | None:
    original: Any = fault.orig
    name: str | None = original.diag.constraint_name
    return name
