"""Choosing a PIN, trying it, and taking it away."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.events import UserErased
from cwb.identity.gateway import hash_password, password_matches
from ledger.pins import queries, rules
from ledger.pins.models import Pin
from ledger.pins.rules import TRIES, Outcome, Tried


def try_pin(session: Session, *, user_id: int, pin: str, at: datetime) -> Tried:
    """Try a PIN. The caller commits this by itself, whatever happens to the payment: a wrong try stays counted.

    Nothing is counted when nothing was typed.
    """
    found = queries.find_pin(session, user_id, lock=True)
    if found is None:
        return Tried(Outcome.UNSET)
    if found.locked:
        return Tried(Outcome.LOCKED, 0)
    if not pin:
        return Tried(Outcome.EMPTY, TRIES - found.tries)
    if password_matches(found.pin_hash, pin):
        found.tries = 0
        session.flush()
        return Tried(Outcome.RIGHT)
    found.tries += 1
    session.flush()
    if found.tries < TRIES:
        return Tried(Outcome.WRONG, TRIES - found.tries)
    _note(session, "locked", user_id, user_id, at)
    return Tried(Outcome.LOCKED, 0)


def choose(
    session: Session, *, user_id: int, pin: str, again: str, old: Tried, opened_at: datetime, at: datetime
) -> None:  # fmt: skip
    """Choose the first PIN, or another by who knows the old one.

    `old`: how trying that went. `opened_at`: when they signed in.

    Raises:
        PinBad, PinEasy, PinsDiffer: not this one. PinWrong, PinLocked, OldPinNeeded: the old one.
        SignInAgain: a first one, too long after signing in.
    """
    rules.check_pin(pin)
    rules.check_same(pin, again)
    if queries.find_pin(session, user_id, lock=True) is not None:
        rules.check_old(old)
    else:
        rules.check_fresh(opened_at, at)
    put(session, user_id=user_id, pin=pin, by_id=user_id, at=at)


def put(session: Session, *, user_id: int, pin: str, by_id: int, at: datetime) -> None:
    """Write a PIN down in place of what was there; the caller knows that this person may.

    Raises:
        PinBad, PinEasy: not this one.
    """
    rules.check_pin(pin)
    fresh = {"pin_hash": hash_password(pin), "tries": 0, "chosen_at": at}
    session.execute(
        insert(Pin)
        .values(user_id=user_id, **fresh)
        .on_conflict_do_update(index_elements=["user_id"], set_=fresh)
    )
    _note(session, "chosen", user_id, by_id, at)


def forget(session: Session, *, user_id: int, by_id: int, at: datetime) -> None:
    """Take a PIN away."""
    session.execute(delete(Pin).where(Pin.user_id == user_id))
    _note(session, "forgotten", user_id, by_id, at)


def hear_erased(session: Session, event: UserErased) -> None:
    """An account is erased, its PIN with it."""
    session.execute(delete(Pin).where(Pin.user_id == event.user_id))


def _note(session: Session, act: str, user_id: int, by_id: int, at: datetime) -> None:
    record(session, action=f"pin.{act}", subject=f"user:{user_id}", actor_id=by_id, facts={}, at=at)
