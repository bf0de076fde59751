"""Taking back: the entry waits again, what it paid is open again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from cwb.identity.queries import organisation_by_id
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.accounts.rules import Role as AccountRole
from ledger.ahead.errors import AheadUsed
from ledger.ahead.queries import is_used
from ledger.approval.queries import settings
from ledger.bank import queries
from ledger.bank.errors import NotOpen
from ledger.bank.models import BankBooking, BankEntry
from ledger.bank.rules import BookingKind, EntryState, Why
from ledger.bank.services import decide, move
from ledger.books.services import reverse
from ledger.debits.errors import DebitDecided
from ledger.debits.queries import locked
from ledger.debits.rules import DebitState
from ledger.incoming import services as incoming
from ledger.incoming.models import IncomingPayment
from ledger.incoming.queries import by_id
from ledger.owed.queries import find_pair
from ledger.owed.services import undo_set_off
from ledger.payments.errors import OnStatement
from ledger.payments.models import Payment
from ledger.payments.services import undo_payment
from ledger.upfront.queries import stands
from ledger.upfront.rules import check_taken_back


def take_back(session: Session, *, entry: BankEntry, actor: Actor, at: datetime, reason: str = "") -> bool:
    """Put a decided entry back on the list; what it was booked as is reversed. Whether it is done now.

    A payment asks for a reason, and above the limit for four eyes another person asks the same first. A payment that
    was known before the bank told of it stays: only the tie goes. Where the other bank told of it too, that entry waits
    again.

    Raises:
        NotOpen: it waits already. TextMissing: no reason. DebitDecided: a direct debit that went back.
        AheadUsed, UpfrontUsed: what stands ahead by it paid an invoice or goes back.
        Others as for taking a payment back.
    """
    if entry.state is EntryState.OPEN:
        raise NotOpen
    live = [each for each in queries.bookings(session, entry.id) if each.undone_at is None]
    _check_debits(session, live)
    if is_used(session, [each.id for each in live if each.kind is BookingKind.CREDIT]):
        raise AheadUsed
    for each in live:
        if each.sender_id is not None and entry.amount < 0:
            check_taken_back(each.amount, stands(session, each.sender_id))
    own = [each for each in live if each.payment is not None and each.why is not Why.KNOWN]
    two = bool(own) and Money(abs(entry.amount)) > _limit(session, actor)
    done = [
        undo_payment(session, payment=each.payment, reason=reason, two=two, actor=actor, at=at)
        for each in own
        if each.payment is not None
    ]
    if not all(done):
        return False
    for each in live:
        if each.incoming_payment is not None and each.why is not Why.KNOWN:
            incoming.undo_payment(session, payment=each.incoming_payment, reason=reason, actor=actor, at=at)
        elif each.transfer_id is not None:
            reverse(session, key=f"bank:undo:{each.id}", transfer_id=each.transfer_id, at=at)
        each.undone_at, each.undone_by_id = at, actor.user_id
    _move_back(session, entry, live, at)
    twin = queries.find_twin_of(session, entry)
    if twin is not None:
        twin.twin_id = None
        decide(session, twin, EntryState.OPEN, actor, at)
    entry.twin_id = None
    decide(session, entry, EntryState.OPEN, actor, at)
    return True


def _check_debits(session: Session, live: Sequence[BankBooking]) -> None:
    """A debit that went back is an end: neither its return nor its coming in is taken back."""
    for each in live:
        if each.debit_id is not None and locked(session, each.debit_id).state is not DebitState.SENT:
            raise DebitDecided


def _limit(session: Session, actor: Actor) -> Money:
    return settings(session, organisation_by_id(session, actor.organisation_id or 0)).limit


def _move_back(session: Session, entry: BankEntry, live: Sequence[BankBooking], at: datetime) -> None:
    """What was moved because the money came on a G-account, as `book_shares` did."""
    booked = [each for each in live if each.kind is not BookingKind.OTHER and each.why is not Why.KNOWN]
    if not entry.account.blocked or not booked:
        return
    there = sum(each.amount for each in booked if each.payment is not None and each.payment.blocked)
    moved = entry.amount - (there if entry.amount > 0 else 0)
    if moved and entry.account.party_id is not None:
        key = f"bank:undo:{booked[0].id}:blocked"
        move(session, entry, AccountRole.BLOCKED, AccountRole.BANK, key, at, -moved)


def take_payment_back(
    session: Session, *, payment: Payment | IncomingPayment, reason: str, actor: Actor, at: datetime
) -> bool:
    """Take back a payment that a person wrote down by mistake. Whether it is done now.

    Raises:
        OnStatement: a bank told of it; there it is taken back. UpfrontUsed: it paid another since.
        Others as for `undo_payment`.
    """
    if queries.is_on_statement(session, payment):
        raise OnStatement
    if isinstance(payment, Payment):
        two = payment.money > _limit(session, actor)
        pair = find_pair(session, payment.id)
        if pair is not None:
            return undo_set_off(session, pair=pair, reason=reason, two=two, actor=actor, at=at)
        return undo_payment(session, payment=payment, reason=reason, two=two, actor=actor, at=at)
    if payment.upfront and payment.amount < 0:
        check_taken_back(-payment.amount, stands(session, by_id(session, payment.incoming_id).sender_id))
    incoming.undo_payment(session, payment=payment, reason=reason, actor=actor, at=at)
    return True
