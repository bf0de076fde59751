"""When a count is due, when a stop rule asks again, and when issuing may go on."""

from datetime import date, datetime, timedelta

from cwb.kernel.clock import local_date
from ledger.instruments.rules import Cause
from ledger.issuing.errors import CountFirst, CreditEnds, StopLifted

EVERY = {True: timedelta(days=1), False: timedelta(days=7)}
"""How often the backing is counted, by whether it is real money (the project's rule: daily; a simulation weekly)."""
QUIET = timedelta(days=30)
"""After a person decided on a stop rule, the same rule does not stop again for so long (the project's rule)."""
BY_COUNT = frozenset({Cause.SHORT, Cause.MISSING})
"""Causes that only a whole count takes away."""


def count_missing(last_at: datetime | None, today: date, *, live: bool) -> bool:
    """Whether the backing should have been counted by now: the day before, or on this day."""
    return last_at is None or local_date(last_at) < today - EVERY[live]


def quiet(lifted_at: datetime | None, at: datetime) -> bool:
    """Whether a person decided on this so lately that it is not asked again."""
    return lifted_at is not None and at < lifted_at + QUIET


def check_lift(
    cause: Cause, *, lifted_at: datetime | None, counted: tuple[datetime, int] | None,
    today: date, live: bool,
) -> None:  # fmt: skip
    """Whether a stop may be lifted. `counted`: when was counted last, and what was missing, in cents.

    Raises:
        StopLifted: it was. CountFirst: nothing whole was counted since, or not lately.
        CreditEnds: a plan ends this credit; who withdraws the plan lifts it.
    """
    if lifted_at is not None:
        raise StopLifted
    if cause is Cause.ENDING:
        raise CreditEnds
    if cause in BY_COUNT and (
        counted is None or counted[1] > 0 or count_missing(counted[0], today, live=live)
    ):  # fmt: skip
        raise CountFirst
