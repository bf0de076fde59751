"""Top-ups on bare values. Amounts are cents.

What a top-up may have brought into a wallet follows from how its payment stands now (`wanted`). What it did bring is
four sums (`Standing`). One step leads from the one to the other (`step`), whoever told and however often.

Only a payment that the payer cannot take back brings local money: else the backing would miss it the day it goes.
A resident gets what is left of a top-up back the way it came for fourteen days, the time to think it over of a sale at
a distance (art. 6:230o BW); after that a wallet is paid out at par as always (`ledger.wallets`).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.checkout.rules import FINAL, PRACTICE, OrderState
from ledger.topups import errors

KIND = "voucher_topped_up"
"""The kind of the order and of its transfer."""

LEAST = Money(5_00)
"""Smallest top-up: on less, the provider's fee eats too much of the float."""

LOW = Money(500_00)
"""A float with less is refilled soon."""

BACK_WITHIN = timedelta(days=14)

STANDS = frozenset({OrderState.PAID, OrderState.PART_REFUNDED})
"""States in which what was paid, less what went back, is ours."""


class Why(StrEnum):
    """Why a payment brought no local money and goes back."""

    NONE = ""
    METHOD = "method"
    FULL = "full"
    STOPPED = "stopped"
    OVER = "over"


LETTER = N_(
    "U betaalde %(amount)s voor lokaal geld. Wij konden het niet bijschrijven. "
    "Het geld gaat vanzelf terug zoals het kwam. U hoeft niets te doen."
)
LETTER_METHOD = N_(
    "U betaalde %(amount)s op een manier die kan worden teruggehaald. Daarop geven wij geen tegoed uit. "
    "Het geld gaat vanzelf terug zoals het kwam. Betaal met iDEAL of Wero."
)
"""What the payer reads, and what who paid in another way does."""


class Standing(NamedTuple):
    """What a top-up brought into the wallet, and of that: what the payer owes, what was lost, what was paid after all.

    `owed + lost + repaid` was spent before its payment went back.
    """

    issued: int
    owed: int
    lost: int
    repaid: int

    @property
    def stands(self) -> int:
        """What its payment must cover."""
        return self.issued - self.owed - self.lost - self.repaid


class Step(NamedTuple):
    """What changes: into the wallet, out of it, owed because it was spent; owed no more; lost no more."""

    issue: int = 0
    take: int = 0
    claim: int = 0
    settled: int = 0
    found: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not any(self)


def check_money(account: str, *, live: bool) -> None:
    """Real local money for real euros, and for practice money a simulation; never the one for the other.

    Raises:
        TopUpClosed: it would be.
    """
    if account.startswith(PRACTICE) == live:
        raise errors.TopUpClosed


def check_amount(amount: Money, room: Money) -> None:
    """Whether so much may be paid; `room`: what the wallet may still hold.

    Raises:
        AmountSmall, RoomSmall: at the field.
    """
    if amount < LEAST:
        raise errors.AmountSmall(least=shown(LEAST), field="amount")
    if amount > room:
        raise errors.RoomSmall(room=shown(max(room, Money(0))), field="amount")


def check_float(amount: int, there: int) -> None:
    """Whether the float pays this until the provider does.

    Raises:
        FloatSmall: it does not.
    """
    if amount > there:
        raise errors.FloatSmall(field="amount")


def check_method(method: str) -> None:
    """Whether a payment is final.

    Raises:
        MethodReturnable: its payer can take it back.
    """
    if method not in FINAL:
        raise errors.MethodReturnable


def wanted(state: OrderState, amount: int, refunded: int, on_its_way: int) -> int:
    """What its payment covers: what was paid, less what went back or is about to; nothing while the bank asks."""
    return max(0, amount - refunded - on_its_way) if state in STANDS else 0


def step(standing: Standing, want: int, there: int) -> Step:
    """The way to what is wanted. `there`: what the wallet holds that is not reserved.

    Less: out of the wallet as far as it is there, and owed by the payer for the rest. More: first what is owed is good,
    then what was written off; only the rest comes into the wallet.
    """
    more = want - standing.stands
    if more < 0:
        take = min(-more, max(0, there))
        return Step(take=take, claim=-more - take)
    settled = min(more, standing.owed)
    found = min(more - settled, standing.lost)
    return Step(issue=more - settled - found, settled=settled, found=found)


def after(standing: Standing, done: Step) -> Standing:
    """How it stands after a step."""
    return Standing(
        standing.issued + done.issue - done.take, standing.owed + done.claim - done.settled,
        standing.lost - done.found, standing.repaid,
    )  # fmt: skip


def back(stands: int, there: int, state: OrderState, paid_at: datetime | None, at: datetime) -> Money:
    """What a payer may ask back of a top-up now."""
    if state not in STANDS or paid_at is None or at > paid_at + BACK_WITHIN:
        return Money(0)
    return Money(max(0, min(stands, there)))


def check_back(amount: Money, rest: Money) -> None:
    """Whether so much goes back.

    Raises:
        NothingBack, BackAboveRest: it does not.
    """
    if not rest:
        raise errors.NothingBack
    if not 0 < amount.minor <= rest.minor:
        raise errors.BackAboveRest(rest=shown(rest), field="amount")


def shown(amount: Money) -> str:
    """An amount in a sentence."""
    return f"€ {amount.plain().replace('.', ',')}"
