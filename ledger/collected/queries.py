"""Reading what statements told of direct debits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from ledger.bank.models import BankBooking, BankEntry
from ledger.bank.queries import waiting
from ledger.bank.rules import BookingKind

_LIVE = BankBooking.undone_at.is_(None)


def open_debits(session: Session, party_id: int) -> Sequence[BankEntry]:
    """Open entries that name a debit or a group of ours: money in first, then the oldest; held."""
    named = cast(BankEntry.marks, Text).regexp_match('"D[DG][0-9A-F]{32}"', flags="i")
    wanted = waiting(party_id).where(BankEntry.currency == "EUR", named)
    found = session.scalars(wanted.with_for_update(of=BankEntry)).all()
    return sorted(found, key=lambda each: (each.amount < 0, each.booked_on, each.id))


def transfers(session: Session, debit_ids: Collection[int]) -> Mapping[int, int]:
    """Debit → the transfer by which it came in, of those of which a statement told so."""
    rows = session.execute(
        select(BankBooking.debit_id, BankBooking.transfer_id).where(
            BankBooking.debit_id.in_(debit_ids), BankBooking.kind == BookingKind.DEBIT, _LIVE
        )
    )
    return {debit_id: transfer_id for debit_id, transfer_id in rows if debit_id and transfer_id}


def seen_on(session: Session, debit_ids: Collection[int]) -> Mapping[int, date]:
    """Debit → the day it came in, by the statement."""
    if not debit_ids:
        return {}
    rows = session.execute(
        select(BankBooking.debit_id, BankEntry.booked_on)
        .join(BankEntry, BankEntry.id == BankBooking.entry_id)
        .where(BankBooking.debit_id.in_(debit_ids), BankBooking.kind == BookingKind.DEBIT, _LIVE)
    )
    return {debit_id: on for debit_id, on in rows if debit_id}
