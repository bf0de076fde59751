"""Which spans can be read from the sums per quarter."""

from cwb.kernel.period import Period
from ledger.rollups.errors import NotWholeQuarters


def whole_quarters(period: Period) -> Period:
    """The period, if it begins and ends with a quarter.

    Raises:
        NotWholeQuarters: it does not.
    """
    if any(Period.quarter_of(day).start != day for day in (period.start, period.end)):
        raise NotWholeQuarters(text=str(period))
    return period
