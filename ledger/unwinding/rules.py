"""How mutual credit ends: when, in which parts, who gets what of what comes in, and who bears what does not.

Balances of mutual credit are netted already: each is one member against all others, and they add up to zero. On the
day after the last they are fixed. Who is below zero owes euros, in equal monthly parts by agreed terms. Who is above
zero is owed. What comes in goes to all of them pro rata. What never comes is first borne by the reserve that members
put aside, then by who is still owed, pro rata. That order is the project's rule; the plan names the paper that agrees
to it.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.unwinding import errors

NOTICE = {True: timedelta(days=365), False: timedelta(days=30)}
"""By whether it is real money: a credit older than twelve months falls due in euros (domain rule)."""
MOST_MONTHS = 36
LEAF = 990
"""Accounts in one transfer."""


class Step(StrEnum):
    """What was done last; derived, so that after a crash one goes on there."""

    PLANNED = "planned"
    AGREED = "agreed"
    FIXED = "fixed"
    DONE = "done"


STEP_NAMES = {
    Step.PLANNED: N_("een ander moet nog instemmen"), Step.AGREED: N_("aangekondigd: geen nieuw krediet"),
    Step.FIXED: N_("saldo’s staan vast, in euro’s"), Step.DONE: N_("klaar, boeken op nul"),
}  # fmt: skip


class Kind(StrEnum):
    """What happened: an instalment came in, what came in was paid out, a loss was borne, a reserve was put aside."""

    RECEIVED = "received"
    PAID = "paid"
    LOST = "lost"
    RESERVE = "reserve"


KINDS = {
    Kind.RECEIVED: N_("Deel ontvangen"), Kind.PAID: N_("Uitbetaald"), Kind.LOST: N_("Verlies"),
    Kind.RESERVE: N_("Reserve gestort"),
}  # fmt: skip


class Standing(Protocol):
    """What the step is derived from."""

    written_by_id: int
    ends_on: date
    agreed_at: datetime | None
    fixed_at: datetime | None
    done_at: datetime | None


class Position(NamedTuple):
    """A member's cents when positions were fixed (below zero: it owes), and what is paid or lost of it since."""

    amount: int
    moved: int

    @property
    def open(self) -> int:
        """What is still to be paid, by it or to it."""
        return abs(self.amount) - self.moved


class Part(NamedTuple):
    """One instalment in cents; `late`: its day passed and not all was paid."""

    on: date
    amount: int
    late: bool


def step_of(plan: Standing) -> Step:
    """Where it stands."""
    for moment, step in (
        (plan.done_at, Step.DONE), (plan.fixed_at, Step.FIXED), (plan.agreed_at, Step.AGREED)
    ):  # fmt: skip
        if moment is not None:
            return step
    return Step.PLANNED


def check_plan(ends_on: date, months: int, today: date, *, live: bool) -> None:
    """Whether members have time, and in how many months they pay.

    Raises:
        LastDayTooSoon, MonthsWrong.
    """
    first = today + NOTICE[live]
    if ends_on < first:
        raise errors.LastDayTooSoon(first=f"{first:%d-%m-%Y}", field="ends_on")
    if not 1 <= months <= MOST_MONTHS:
        raise errors.MonthsWrong(most=MOST_MONTHS, field="months")


def check_step(plan: Standing, *allowed: Step) -> None:
    """Whether a step is the next one.

    Raises:
        NotThisStep.
    """
    if step_of(plan) not in allowed:
        raise errors.NotThisStep


def check_other(first_id: int, user_id: int) -> None:
    """Somebody else agrees.

    Raises:
        OtherAgrees.
    """
    if first_id == user_id:
        raise errors.OtherAgrees


def check_fix(plan: Standing, today: date, *, reserved: int, owing: int, shown: int) -> None:
    """Whether positions may be fixed. `reserved`: payments and losses that wait; `owing`, `shown`: cents, all together.

    Raises:
        NotThisStep, LastDayFirst, StillReserved, FiguresMoved.
    """
    check_step(plan, Step.AGREED)
    if today <= plan.ends_on:
        raise errors.LastDayFirst(last=f"{plan.ends_on:%d-%m-%Y}")
    if reserved:
        raise errors.StillReserved
    if owing != shown:
        raise errors.FiguresMoved


def check_part(open_: int, amount: Money) -> None:
    """Whether an instalment fits what is open.

    Raises:
        PartTooMuch.
    """
    if not 0 < amount.minor <= open_:
        raise errors.PartTooMuch(open=f"€ {open_ // 100},{open_ % 100:02}", field="amount")


def check_same(before_id: int | None, wallet_id: int | None) -> None:
    """Whether a reference was used for the same member.

    Raises:
        ReferenceUsed.
    """
    if before_id != wallet_id:
        raise errors.ReferenceUsed(field="reference")


def parts(position: Position, months: int, fixed_on: date, today: date) -> list[Part]:
    """What who owes pays on which day: equal parts a month apart, odd cents in the first ones.

    Adds up to what was owed.
    """
    found, before = [], 0
    for number, amount in enumerate(Money(-position.amount).allocate([1] * months), start=1):
        before += amount.minor
        on = _months_on(fixed_on, number)
        found.append(Part(on, amount.minor, on < today and position.moved < before))
    return found


def _months_on(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def divided(amount: int, claims: Mapping[int, int]) -> dict[int, int]:
    """Wallet → cents of an amount, by what each is still owed: to the cent by largest remainder, oldest wallet first.

    Nobody gets more than it is owed, and the parts add up to the amount: it is no more than all claims together.
    """
    who = sorted(wallet for wallet, cents in claims.items() if cents > 0)
    if not amount or not who:
        return {}
    shares = Money(amount).allocate([claims[wallet] for wallet in who])
    return {wallet: share.minor for wallet, share in zip(who, shares, strict=True) if share}


def borne(loss: int, reserve: int, claims: Mapping[int, int]) -> tuple[int, dict[int, int]]:
    """Of a loss: what the reserve bears, as much as it has, and what each who is owed bears of the rest."""
    first = min(loss, reserve)
    return first, divided(loss - first, claims)
