"""Reading what waits on accounts beside what other banks told, and with what an account began."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, joinedload

from ledger.accounts.rules import Role
from ledger.bank.models import BankAccount, BankEntry, BankStatement
from ledger.bank.rules import EntryState
from ledger.books.queries import midnight, moved

OPENED = "bank_opening"
"""The kind of transfer by which money of before the first statement comes into the books."""


def perhaps_told(session: Session, party_id: int) -> Sequence[BankEntry]:
    """What waits on the accounts of an organisation and that the bank of another here booked for the same amount."""
    own, theirs, other = aliased(BankAccount), aliased(BankAccount), aliased(BankEntry)
    return (
        session.scalars(
            select(BankEntry)
            .join(own, own.id == BankEntry.account_id)
            .join(theirs, theirs.number == BankEntry.iban)
            .join(other, other.account_id == theirs.id)
            .where(
                own.party_id == party_id, theirs.party_id != party_id, BankEntry.state == EntryState.OPEN,
                other.state == EntryState.BOOKED, other.amount == -BankEntry.amount, other.iban == own.number,
            )
            .options(joinedload(BankEntry.account))
            .order_by(BankEntry.booked_on, BankEntry.id)
        )
        .unique()
        .all()
    )  # fmt: skip


class Beginning(NamedTuple):
    """What stood on the accounts when the first statement began (`on`), and what the books said then (cents).

    A difference between the two that was booked since counts as of then.
    """

    on: date
    bank: int
    books: int

    @property
    def gap(self) -> int:
        """What was on the bank before, and is in no books; below zero: the other way round."""
        return self.bank - self.books


def find_beginning(session: Session, party_id: int) -> Beginning | None:
    """With what the accounts of an organisation began, no G-accounts; None without a statement.

    None too where they did not begin on one day: what moved from one to the other would count twice.
    """
    first = (
        select(BankStatement.opens_on, BankStatement.opening)
        .join(BankAccount, BankAccount.id == BankStatement.account_id)
        .where(BankAccount.party_id == party_id, ~BankAccount.blocked)
        .ext(distinct_on(BankStatement.account_id))
        .order_by(BankStatement.account_id, BankStatement.opens_on, BankStatement.id)
    )
    found = session.execute(first).all()
    if len({on for on, _ in found}) != 1:
        return None
    on = found[0][0]
    start = midnight(on)
    before = moved(session, party_id, (Role.BANK,), before=start)
    since = moved(session, party_id, (Role.BANK,), before=midnight(date(9000, 1, 1)), since=start)
    told = sum(each.amount for each in before) + sum(each.amount for each in since if each.kind == OPENED)
    return Beginning(on, sum(each for _, each in found), told)
