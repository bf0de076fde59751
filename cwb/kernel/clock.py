"""The only place that reads the clock. Everything else is handed `at`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This instant, aware, UTC."""
    return datetime.now(UTC)  # noqa: TID251 (this is the one place)


def local_date(at: datetime) -> date:
    """The calendar day in Amsterdam at an instant: what a `*_on` column means."""
    return at.astimezone(LOCAL).date()
