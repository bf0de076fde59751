"""Bringing payouts home."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.policy import Actor
from ledger.bank.errors import NotThisInvoice
from ledger.bank.models import BankEntry
from ledger.bank.services import book_as_payout
from ledger.checkout.events import PayoutSent
from ledger.checkout.models import PaymentPart
from ledger.payouts import queries
from ledger.webhooks.services import underway


def bring_home(session: Session, *, party_id: int, actor: Actor | None, at: datetime) -> int:
    """Book what was sent home, where an entry names the provider and the amount fits; the oldest first. How many."""
    done = 0
    for entry in queries.open_from_provider(session, party_id):
        if found := queries.payouts_like(session, entry):
            book_payout(session, entry=entry, payout=found[0], actor=actor, at=at)
            done += 1
    return done


def book_payout(
    session: Session, *, entry: BankEntry, payout: PaymentPart, actor: Actor | None, at: datetime
) -> None:
    """An open entry is what the provider sent: it is on its way no longer.

    Raises:
        NotOpen, OtherCurrency: it is not to be booked. NotThisInvoice: another amount, or it came before.
    """
    if payout.id not in {each.id for each in queries.payouts_like(session, entry)}:
        raise NotThisInvoice
    account_id = underway(session, entry.account.party_id or 0)
    book_as_payout(session, entry=entry, payout_id=payout.id, account_id=account_id, actor=actor, at=at)


def hear_sent(session: Session, event: PayoutSent) -> None:
    """The provider sent something: an entry may have told of it before."""
    bring_home(session, party_id=event.organisation_id, actor=None, at=event.at)
