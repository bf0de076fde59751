"""Reading what waits on accounts beside what other banks told."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from ledger.bank.models import BankAccount, BankEntry
from ledger.bank.rules import EntryState


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
