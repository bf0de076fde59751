"""Extensions of a term: pure decisions on days and months."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from procurement.terms import errors

MOST_TIMES, MOST_MONTHS, MOST_NOTICE = 6, 60, 365
"""Most extensions, most months of one, most days of notice: bounds against typing errors, no law."""


@dataclass(frozen=True, slots=True)
class Extensions:
    """What a tender tells: `times` extensions of `months` each, said `notice_days` before the end at the latest."""

    times: int
    months: int
    notice_days: int

    def end_after(self, ends_on: date, count: int) -> date:
        """The last day after so many more extensions of a term that ends on `ends_on`."""
        return add_months(ends_on, count * self.months)

    def until(self, ends_on: date) -> date:
        """The last day on which an extension can be said before a term ends on `ends_on`."""
        return ends_on - timedelta(days=self.notice_days)


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where there is none, and where `day` is the last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


def check(times: int, months: int, notice_days: int) -> Extensions | None:
    """What may be told; None: no extensions.

    Raises:
        TimesWrong, MonthsWrong, NoticeWrong: at the field.
    """
    if not 0 <= times <= MOST_TIMES:
        raise errors.TimesWrong(field="times", most=MOST_TIMES)
    if times == 0:
        return None
    if not 1 <= months <= MOST_MONTHS:
        raise errors.MonthsWrong(field="months", most=MOST_MONTHS)
    if not 0 <= notice_days <= MOST_NOTICE:
        raise errors.NoticeWrong(field="notice_days", most=MOST_NOTICE)
    return Extensions(times, months, notice_days)
