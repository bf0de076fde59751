"""Until when a bid binds, and what may be asked. Pure.

The notice of an open procedure tells how long a bid must be kept (Directive 2014/24, annex V part C, 21b; eForms
BT-98); each bid says its own day, no sooner. The law sets no length: that is a setting. A bidder who does not agree to
more time is not punished: its bid ends on its own day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from procurement.validity import errors

MOST_AHEAD = timedelta(days=365)
"""As far ahead as may be asked."""

LEAST_WORKING_DAYS = 5
"""Working days that bidders have to answer at least (a setting)."""

WARNED = timedelta(days=21)
"""So long before bids end their buyer is warned: a standstill still fits."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One bid: its label and lot, until when it binds (None: it names no day), what its bidder last answered.

    `answered`: whether it agreed to the last question; None: no answer, or nothing was asked.
    """

    bid_id: int
    label: str
    lot_number: int
    until: date | None
    answered: bool | None

    def is_over(self, on: date) -> bool:
        """Whether it binds no more on a day; its last day counts."""
        return self.until is not None and self.until < on

    def is_lapsed(self, on: date, *, is_heard: bool) -> bool:
        """Whether it binds no more, and its bidder said no or let the term of the last question pass (`is_heard`)."""
        return self.is_over(on) and (self.answered is False or (is_heard and self.answered is None))


def own_day(content: Mapping[str, Any] | None) -> date | None:
    """The day that a bidder wrote into its bid; None: the bid says none."""
    text = (content or {}).get("valid_until")
    return date.fromisoformat(text) if text else None


def bound_until(first: date | None, agreed: Iterable[date]) -> date | None:
    """The last day on which a bid binds: that of the bid itself, or the latest to which its bidder agreed."""
    days = [each for each in (first, *agreed) if each is not None]
    return max(days, default=None)


def check_until(until: date, *, bound: date | None, on: date) -> date:
    """A day that gives more time than bids have, within a year.

    Raises:
        UntilTooSoon, UntilTooLate: at the field `until`.
    """
    soonest = max(bound or on, on)
    if until <= soonest:
        raise errors.UntilTooSoon(field="until", bound=soonest)
    if until > on + MOST_AHEAD:
        raise errors.UntilTooLate(field="until", most=on + MOST_AHEAD)
    return until


def check_bound(bound: Bound, *, on: date) -> None:
    """Who is named as winner on a day is bound by its bid.

    Raises:
        WinnerNotBound.
    """
    if bound.is_over(on):
        raise errors.WinnerNotBound(label=bound.label, day=bound.until)


def check_lapsed(bound: Bound, *, on: date, is_heard: bool) -> None:
    """A bid goes out only once it binds no more, and its bidder said no or let the term pass.

    Raises:
        BidHolds.
    """
    if not bound.is_lapsed(on, is_heard=is_heard):
        raise errors.BidHolds
