"""How much longer a tender stays open after an outage. Pure. The article is unverified: the days are a setting."""

from datetime import UTC, datetime, timedelta

from cwb.kernel.calendar import run_on
from cwb.kernel.clock import LOCAL
from procurement.outages import errors

LATEST = timedelta(days=14)
"""How long after its end an outage can still be noted."""


def check_outage(began_at: datetime, ended_at: datetime, reason: str, at: datetime) -> None:
    """A real one, over, with its reason.

    Raises:
        OutageOrder, OutageTooOld, OutageReasonMissing: at the field.
    """
    if not began_at < ended_at <= at:
        raise errors.OutageOrder(field="ended_at")
    if at - ended_at > LATEST:
        raise errors.OutageTooOld(field="ended_at", days=LATEST.days)
    if not reason.strip():
        raise errors.OutageReasonMissing(field="reason")


def days_of(began_at: datetime, ended_at: datetime, least: int) -> int:
    """By how many days deadlines move: the outage in whole days, rounded up, and never less than the setting."""
    return max(least, -((began_at - ended_at) // timedelta(days=1)))


def moved(deadline: datetime, days: int, at: datetime) -> datetime:
    """A deadline so many days later, at the same time of day, on a working day, counted from now if it passed."""
    local = max(deadline, at).astimezone(LOCAL)
    day = run_on(local.date() + timedelta(days=days))
    return datetime.combine(day, deadline.astimezone(LOCAL).time(), LOCAL).astimezone(UTC)
