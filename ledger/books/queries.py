"""Reading the books for pages: the transfers that one subject made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.books.models import Entry, Intent, Transfer


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
        select(
            Transfer.public_id,
            Transfer.kind,
            Transfer.effective_at,
            Entry.party_id,
            Account.role,
            Entry.amount,
        )
        .join(Entry, Entry.transfer_id == Transfer.id)
        .join(Account, Account.id == Entry.account_id)
        .join(Intent, Intent.id == Transfer.intent_id)
        .where(Intent.kind == kind, Intent.reference == reference)
        .order_by(Transfer.id, Entry.leg)
    )
    if party_id is not None:
        statement = statement.where(Entry.party_id == party_id)
    return [
        BookedLine(str(row[0]), row[1], row[2], row[3], row[4], Money(row[5]))
        for row in session.execute(statement)
    ]
