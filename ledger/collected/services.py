"""Booking direct debits by the bank's statement: in by their marks, and back exactly."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.errors import Refusal
from cwb.kernel.policy import Actor
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.bank import queries as bank
from ledger.bank.models import BankBooking, BankEntry
from ledger.bank.rules import BookingKind, EntryState, Why
from ledger.bank.services import decide
from ledger.books.rules import Leg
from ledger.books.services import post, reverse
from ledger.collected import queries, rules
from ledger.collected.errors import DebitUnclear
from ledger.collected.rules import Ended, Known
from ledger.debits import queries as debits
from ledger.debits.models import BankDebit
from ledger.debits.services import end_debit
from ledger.invoicing.rules import at_noon


def take_in(session: Session, *, party_id: int, actor: Actor | None, at: datetime) -> int:
    """Book every open entry that tells of direct debits, money in before money back; how many. Others keep why."""
    done = 0
    for entry in queries.open_debits(session, party_id):
        try:
            with session.begin_nested():
                _book(session, entry, actor, at)
            done += 1
        except Refusal as refusal:
            entry.fault = type(refusal).__name__
    session.flush()
    return done


def _book(session: Session, entry: BankEntry, actor: Actor | None, at: datetime) -> None:
    references = bank.as_read(entry).references
    held = debits.marked(session, entry.account.party_id or 0, list(rules.marks(references)))
    came = queries.transfers(session, [each.id for each in held])
    known = [
        Known(each.id, each.mark, each.group_mark, each.amount, each.state, each.id in came) for each in held
    ]
    if entry.account.blocked:
        raise DebitUnclear
    back = entry.amount < 0
    found = (rules.went_back if back else rules.came_in)(abs(entry.amount), references, known)
    by_id = {each.id: each for each in held}
    count = len(bank.bookings(session, entry.id))
    for place, each in enumerate(found):
        debit, key = by_id[each.debit_id], f"bank:{entry.public_id}:debit:{count + place}"
        if back:
            transfer = _back(session, entry, debit, each, came[debit.id], key, at)
        else:
            transfer = _in(session, entry, debit, key, at)
        kind = BookingKind.RETURN if back else BookingKind.DEBIT
        session.add(
            BankBooking(
                entry_id=entry.id, kind=kind, amount=debit.amount, why=Why.DEBIT, debit_id=debit.id,
                transfer_id=transfer, role="", made_at=at, made_by_id=actor.user_id if actor else None,
            )
        )  # fmt: skip
    decide(session, entry, EntryState.BOOKED, actor, at)


def _in(session: Session, entry: BankEntry, debit: BankDebit, key: str, at: datetime) -> int:
    bank_id = open_account(session, party_id=debit.organisation_id, role=AccountRole.BANK)
    return post(
        session, key=key, kind=debit.kind, legs=[Leg(bank_id, debit.amount), Leg(debit.account_id, -debit.amount)],
        at=at, effective_at=at_noon(entry.booked_on),
    ).transfer_id  # fmt: skip


def _back(
    session: Session,
    entry: BankEntry,
    debit: BankDebit,
    told: Ended,
    transfer_id: int,
    key: str,
    at: datetime,
) -> int:
    posted = reverse(
        session, key=key, transfer_id=transfer_id, at=at, effective_at=at_noon(entry.booked_on)
    ).transfer_id
    end_debit(session, debit=debit, code=told.code, returned=True, at=at)
    return posted
