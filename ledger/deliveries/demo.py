"""The demo's calendar: one anchor hands in after the day, and is reminded before and after it."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.period import Period
from ledger.deliveries.rules import due_on
from ledger.deliveries.services import remind

LATE_ANCHOR = "welzijn"
"""Who hands in the latest quarter that is over too late."""

_MORNING, _MONTH, _LATE = time(6, 20), timedelta(days=31), timedelta(days=8)


def story(agenda: Agenda) -> None:
    """The worker reminds three days before the day of the latest quarter, and two days after it."""
    due = due_on(_quarter(agenda))
    for days in (-3, 2):
        agenda.at(datetime.combine(due + timedelta(days=days), _MORNING, LOCAL), _remind)


def handed_in(agenda: Agenda, anchor: str, moment: datetime) -> datetime:
    """When an anchor hands in a ledger that is ready at a moment."""
    quarter = _quarter(agenda)
    if anchor != LATE_ANCHOR or not _is_of(quarter, local_date(moment)):
        return moment
    return max(moment, datetime.combine(due_on(quarter) + _LATE, time(16), LOCAL))


def _is_of(quarter: Period, day: date) -> bool:
    """Whether a ledger that is ready on a day has purchases of the last two months of a quarter."""
    return quarter.start + _MONTH <= day < quarter.end + timedelta(days=25)


def _quarter(agenda: Agenda) -> Period:
    return Period.quarter_of(local_date(agenda.ends_at)).previous_quarter()


def _remind(session: Session, at: datetime) -> None:
    remind(session, at=at)
