"""Reading payouts that the bank did not tell of, and entries that may be one."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from ledger.bank.models import BankBooking, BankEntry
from ledger.bank.queries import waiting
from ledger.checkout.models import PaymentPart
from ledger.checkout.rules import Part
from ledger.payouts import rules


def payouts(session: Session, party_id: int) -> Sequence[PaymentPart]:
    """What the provider of online payments sent home and no entry told of, oldest first."""
    told = exists().where(BankBooking.payout_id == PaymentPart.id, BankBooking.undone_at.is_(None))
    return session.scalars(
        select(PaymentPart)
        .where(PaymentPart.organisation_id == party_id, PaymentPart.part == Part.PAYOUT, ~told)
        .order_by(PaymentPart.booked_at, PaymentPart.id)
    ).all()


def payouts_like(session: Session, row: BankEntry) -> list[PaymentPart]:
    """Those that an entry may bring: the same amount, sent about then."""
    if row.amount < 0 or row.account.blocked:
        return []
    return [
        each
        for each in payouts(session, row.account.party_id or 0)
        if each.amount == -row.amount and abs(local_date(each.booked_at) - row.booked_on) <= rules.PAYOUT_DAYS
    ]


def open_from_provider(session: Session, party_id: int) -> Sequence[BankEntry]:
    """Open entries that name the provider, oldest first, held."""
    wanted = waiting(party_id).where(BankEntry.amount > 0, BankEntry.currency == "EUR")
    found = session.scalars(wanted.with_for_update(of=BankEntry)).all()
    return [each for each in found if rules.names_provider(each.name, each.text)]
