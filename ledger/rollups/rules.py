"""Which spans can be read from the sums per quarter, and adding up lines while they are written."""

from collections.abc import Iterable, Iterator
from datetime import date

from cwb.kernel.period import Period
from ledger.rollups.errors import NotWholeQuarters

MOST_GROUPS = 200_000
"""Sums that are held in memory before they go to the database; those of one group add up there."""

Span = tuple[date | None, date | None]
"""A stretch of days: the first, and the day after the last. Without days: lines without a date."""

Group = tuple[int, Span, str, str | None, str, date | None, date | None]
"""Supplier, stretch of days, category, exclusion, contract with its first and last day."""


def whole_quarters(period: Period) -> Period:
    """The period, if it begins and ends with a quarter.

    Raises:
        NotWholeQuarters: it does not.
    """
    if any(Period.quarter_of(day).start != day for day in (period.start, period.end)):
        raise NotWholeQuarters(text=str(period))
    return period


class Spans(dict[date | None, Span]):
    """The stretch that each day falls in: a part of one quarter within which no day of `cuts` begins anything new."""

    def __init__(self, cuts: Iterable[date]) -> None:
        super().__init__()
        self._cuts = tuple(cuts)

    def __missing__(self, day: date | None) -> Span:
        found: Span = None, None
        if day is not None:
            quarter = Period.quarter_of(day)
            found = (
                max([quarter.start, *(cut for cut in self._cuts if cut <= day)]),
                min([quarter.end, *(cut for cut in self._cuts if cut > day)]),
            )
        self[day] = found
        return found


class Sums(dict[Group, list[int]]):
    """What the lines of one act that count add up to: net and irrecoverable VAT (cents), and how many.

    `stored`: how many sums went to the database already.
    """

    stored = 0

    def add(self, group: Group, net: int, vat: int) -> None:
        """Add one line."""
        found = self.get(group)
        if found is None:
            self[group] = [net, vat, 1]
        else:
            found[0] += net
            found[1] += vat
            found[2] += 1

    def taken(self) -> Iterator[tuple[int | str | date | None, ...]]:
        """What was added up until now, which goes out of memory."""
        self.stored += len(self)
        while self:
            (supplier_id, span, *group), sums = self.popitem()
            yield supplier_id, *span, *group, *sums
