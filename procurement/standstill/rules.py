"""Whether an award may become definitive: pure decisions."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from cwb.kernel.clock import LOCAL, local_date
from procurement.standstill import errors


def check_definitive(*, until: datetime, judgments: Sequence[bool | None], at: datetime) -> None:
    """An award becomes definitive from the first instant after the standstill, when no judge stands in the way.

    `judgments` per summons: None while pending.

    Raises:
        StandstillRuns, SummonsPending, JudgeForbids: not yet, or never.
    """
    if at < until:
        raise errors.StandstillRuns(until=until)
    if any(each is None for each in judgments):
        raise errors.SummonsPending
    if not all(judgments):
        raise errors.JudgeForbids


def last_day(until: datetime) -> date:
    """The last day of waiting, from the first free instant."""
    return local_date(until - timedelta(microseconds=1))


def check_served(served_on: date, *, sent_at: datetime, until: datetime) -> None:
    """A summons counts when it was served from the day of sending to the last day of the standstill.

    Raises:
        ServedOutside: at the field `served_on`.
    """
    first, last = local_date(sent_at), last_day(until)
    if not first <= served_on <= last:
        raise errors.ServedOutside(field="served_on", first=first, last=last)


LEAST_REASON = 10
"""Characters of the shortest reason for waiting longer."""


def extended_until(last_day: date, *, until: datetime, reason: str, at: datetime) -> datetime:
    """The first free instant when the last day of waiting becomes this one: the midnight after it, in Amsterdam.

    Raises:
        StandstillOver: it ended, so nothing can be extended.
        NotLater: the day is not later than the one there is.
        ExtensionReasonMissing: no reason.
    """
    if at >= until:
        raise errors.StandstillOver
    if len(reason.strip()) < LEAST_REASON:
        raise errors.ExtensionReasonMissing(field="reason")
    free = datetime.combine(last_day + timedelta(days=1), time(0), tzinfo=LOCAL).astimezone(UTC)
    if free <= until:
        raise errors.NotLater(field="last_day")
    return free
