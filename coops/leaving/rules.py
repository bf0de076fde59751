"""Leaving as values: pure decisions. Amounts in euro cents.

Who leaves gets back what was paid on the own shares, at its nominal amount, less a part of losses where the statutes
say so: the terms are the cooperative's own.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from coops.leaving import errors
from cwb.kernel.money import Money
from cwb.kernel.text import N_

HEARD_DAYS = 14
"""Days in which who is to be expelled can answer (a choice of the house, unverified)."""


class LeavingKind(StrEnum):
    """Why somebody leaves."""

    NOTICE = "notice"
    DEATH = "death"
    EXPULSION = "expulsion"


KIND_NAMES = {
    LeavingKind.NOTICE: N_("opgezegd"),
    LeavingKind.DEATH: N_("overleden"),
    LeavingKind.EXPULSION: N_("ontzetting door het bestuur"),
}
"""Why → how people say it."""


WAYS = {
    "phone": N_("door het bestuur opgeschreven, gezegd aan de telefoon"),
    "letter": N_("door het bestuur overgenomen uit een brief of mail"),
    "talk": N_("door het bestuur opgeschreven, gezegd in een gesprek"),
}
"""How an answer came that the board wrote down → its text."""

APPEAL = N_(
    "\n\nBent u het niet eens met uw ontzetting? Binnen een maand na deze brief kunt u in beroep bij de algemene "
    "vergadering (BW 2:35 lid 4). Schrijf dat aan het bestuur. Uw geld wacht tot daarover is beslist."
)
"""What who is expelled may do about it."""


def check_answer(kind: LeavingKind, text: str, gone_on: date, today: date, *, is_over: bool) -> None:
    """Who is to be expelled is heard once, within the term.

    Raises:
        NotAsked: no expulsion, the term is over, or `is_over`: answered, settled or taken back.
        ReasonMissing: an empty answer; at the field.
    """
    if kind is not LeavingKind.EXPULSION or is_over or today > gone_on:
        raise errors.NotAsked
    if not text.strip():
        raise errors.ReasonMissing(field="answer")


def leaves_on(kind: LeavingKind, today: date, notice_months: int) -> date:
    """The first day on which somebody can be gone: after the notice; at once in case of death; after being heard."""
    if kind is LeavingKind.DEATH:
        return today
    if kind is LeavingKind.EXPULSION:
        return today + timedelta(days=HEARD_DAYS)
    months = today.year * 12 + today.month - 1 + notice_months
    year, month = divmod(months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(today.day, last))


def check_reason(kind: LeavingKind, reason: str) -> str:
    """Why, without outer blanks.

    Raises:
        ReasonMissing: an expulsion without.
    """
    if kind is LeavingKind.EXPULSION and not reason.strip():
        raise errors.ReasonMissing(field="reason")
    return reason.strip()


def check_settlement(kind: LeavingKind, gone_on: date, today: date, *, is_heard: bool) -> None:
    """A settlement comes after the term, and an expulsion after an answer or the end of the term for it.

    Raises:
        NotHeard, TooSoon.
    """
    if kind is LeavingKind.EXPULSION:
        if not is_heard and today <= gone_on:
            raise errors.NotHeard(day=gone_on)
    elif today < gone_on:
        raise errors.TooSoon(day=gone_on)


def left_on(kind: LeavingKind, gone_on: date, today: date, acted_on: date | None) -> date:
    """The day that the register gives, at a settlement today: the end of the notice, once that has passed.

    Who was expelled was a member until the board decided. `acted_on`: the last day on which somebody still took part as
    a member or was asked dues; from the end of the notice on, that keeps the membership until today.
    """
    if kind is LeavingKind.EXPULSION or (acted_on is not None and acted_on >= gone_on):
        return today
    return gone_on


class Settlement(NamedTuple):
    """What becomes of the capital: what was never paid is let go, a loss is borne, the rest is paid back."""

    capital: int
    unpaid: int
    loss: int
    repay: int


@dataclass(frozen=True, slots=True)
class Stake:
    """What a member has on leaving: called capital, what of it is unpaid, dues still open."""

    capital: int
    unpaid: int
    dues: int


def settle(stake: Stake, loss: int, *, bears_losses: bool) -> Settlement:
    """The settlement of a leaving. Capital = unpaid + loss + repay, to the cent.

    Raises:
        DuesOpen: dues are open.
        LossInvalid: the statutes say nothing of losses, or it is above what was paid.
    """
    if stake.dues:
        raise errors.DuesOpen(open=Money(stake.dues))
    paid = stake.capital - stake.unpaid
    most = paid if bears_losses else 0
    if not 0 <= loss <= most:
        raise errors.LossInvalid(most=Money(most), field="loss")
    return Settlement(stake.capital, stake.unpaid, loss, paid - loss)


def room(capital_at_start: int, repaid: int, percent: int) -> int | None:
    """How much capital can still be repaid in a book year; None when the statutes set no limit (100 percent)."""
    if percent == 100:
        return None
    return max(0, capital_at_start * percent // 100 - repaid)


def check_room(amount: int, left: int | None) -> None:
    """A repayment within the limit of the year.

    Raises:
        LimitReached: above it.
    """
    if left is not None and amount > left:
        raise errors.LimitReached(room=Money(left), field="amount")
