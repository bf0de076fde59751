"""The order in which an instrument ends, and when. Notice: twelve months (domain rule), a month for a simulation.

Residents first at par, then firms less the fee of the conditions, then what is left of fees and fund to a good cause.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cwb.kernel.text import N_
from ledger.winddown import errors

NOTICE = {True: timedelta(days=365), False: timedelta(days=30)}
"""By whether it is real money."""
COUNTED = timedelta(days=7)
"""How old the count of the backing may be."""
LEAF = 990


class Step(StrEnum):
    """What was done last; derived."""

    PLANNED = "planned"
    AGREED = "agreed"
    BEGUN = "begun"
    RESIDENTS = "residents"
    FIRMS = "firms"
    DONE = "done"


STEP_NAMES = {
    Step.PLANNED: N_("een ander moet nog instemmen"), Step.AGREED: N_("aangekondigd"), Step.BEGUN: N_("begonnen"),
    Step.RESIDENTS: N_("bewoners betaald"), Step.FIRMS: N_("bedrijven betaald"), Step.DONE: N_("klaar, boeken op nul"),
}  # fmt: skip


class Standing(Protocol):
    """What the step is derived from."""

    planned_by_id: int
    ends_on: date
    agreed_at: datetime | None
    begun_at: datetime | None
    residents_paid_at: datetime | None
    firms_paid_at: datetime | None
    done_at: datetime | None


def step_of(plan: Standing) -> Step:
    """Where it stands: after a crash one goes on here."""
    for moment, step in (
        (plan.done_at, Step.DONE), (plan.firms_paid_at, Step.FIRMS), (plan.residents_paid_at, Step.RESIDENTS),
        (plan.begun_at, Step.BEGUN), (plan.agreed_at, Step.AGREED),
    ):  # fmt: skip
        if moment is not None:
            return step
    return Step.PLANNED


def check_end(ends_on: date, today: date, *, live: bool) -> None:
    """Whether holders have time.

    Raises:
        EndTooSoon.
    """
    first = today + NOTICE[live]
    if ends_on < first:
        raise errors.EndTooSoon(first=f"{first:%d-%m-%Y}", field="ends_on")


def check_step(plan: Standing, *allowed: Step) -> None:
    """Whether a step is the next one.

    Raises:
        StepWrong.
    """
    if step_of(plan) not in allowed:
        raise errors.StepWrong


def check_second(plan: Standing, user_id: int) -> None:
    """Somebody else agrees.

    Raises:
        SecondAgrees.
    """
    if plan.planned_by_id == user_id:
        raise errors.SecondAgrees


def check_begin(
    plan: Standing, today: date, *, waiting: int, paper: int, counted: tuple[datetime, int] | None, supply: int,
    at: datetime,
) -> None:  # fmt: skip
    """Whether it may begin. `waiting`: cents reserved or owed; `paper`: on vouchers; `counted`: when and what, last.

    Raises:
        StepWrong, NotYet, RefundsWaiting, PaperOut, BackingOld.
    """
    check_step(plan, Step.AGREED)
    if today <= plan.ends_on:
        raise errors.NotYet(last=f"{plan.ends_on:%d-%m-%Y}")
    if waiting:
        raise errors.RefundsWaiting
    if paper:
        raise errors.PaperOut
    if counted is None or counted[0] < at - COUNTED or counted[1] < supply:
        raise errors.BackingOld
