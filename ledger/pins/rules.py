"""When a payment is confirmed, which PINs are none, and when one stops working.

A PIN has only 100,000 values: what protects it is that five wrong tries end it, not its hash. So the tries are counted
under a lock, and a right try begins the count anew. The limits are the project's rules.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from cwb.kernel.money import Money
from ledger.pins import errors

DIGITS = 5
TRIES = 5
MOST_WITHOUT = 50_00
"""Cents that an installation may let people pay without a PIN at most."""
FRESH = timedelta(minutes=30)
DAY = timedelta(hours=24)
TOGETHER = 2
"""Payments without a PIN together, within a day: this many times what one may be. A lost phone loses no more."""


class How(StrEnum):
    """How a payment was confirmed. `UNASKED`: not by a person on a page."""

    UNASKED = "unasked"
    NONE = "none"
    PIN = "pin"
    PASSKEY = "passkey"


class Outcome(StrEnum):
    """What a try came to."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    UNSET = "unset"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Tried:
    """A try, and how many are left."""

    outcome: Outcome
    left: int = TRIES


@dataclass(frozen=True, slots=True)
class Hand:
    """What a person did to confirm, and above what it is asked. `above`: what one payment may be without."""

    how: How
    above: Money
    tried: Tried = Tried(Outcome.EMPTY)


def needed(amount: Money, before: Money, above: Money) -> bool:
    """Whether a payment is confirmed. `before`: what was paid without it in the day before, from the same wallet."""
    return amount > above or before + amount > Money(above.minor * TOGETHER)


def check_hand(hand: Hand, amount: Money, before: Money) -> None:
    """Whether a payment was confirmed as it should be. A PIN that was tried in vain refuses a small payment too.

    Raises:
        PinMissing, PinNotSet, PinWrong, PinLocked: it was not.
    """
    if hand.how in {How.PIN, How.PASSKEY}:
        return
    tried = hand.tried
    if tried.outcome is Outcome.WRONG:
        raise errors.PinWrong(left=tried.left, field="pin")
    if tried.outcome is Outcome.LOCKED:
        raise errors.PinLocked(field="pin")
    if needed(amount, before, hand.above):
        raise (
            errors.PinNotSet(field="pin")
            if tried.outcome is Outcome.UNSET
            else errors.PinMissing(field="pin")
        )


def check_fresh(opened_at: datetime, at: datetime) -> None:
    """Whether somebody signed in not long ago, so that a phone that lies open gets no PIN from a finder.

    Raises:
        SignInAgain: too long ago.
    """
    if at - opened_at > FRESH:
        raise errors.SignInAgain


def check_pin(pin: str) -> None:
    """Whether somebody may choose this PIN.

    Raises:
        PinBad, PinEasy: they may not.
    """
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        raise errors.PinBad(field="pin")
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise errors.PinEasy(field="pin")


def check_same(pin: str, again: str) -> None:
    """Whether it was typed twice the same.

    Raises:
        PinsDiffer: it was not.
    """
    if pin != again:
        raise errors.PinsDiffer(field="again")


def check_old(old: Tried) -> None:
    """Whether who changes a PIN knows the old one.

    Raises:
        OldPinNeeded, PinWrong, PinLocked: they do not.
    """
    if old.outcome is Outcome.LOCKED:
        raise errors.PinLocked(field="old")
    if old.outcome is Outcome.WRONG:
        raise errors.PinWrong(left=old.left, field="old")
    if old.outcome is not Outcome.RIGHT:
        raise errors.OldPinNeeded(field="old")
