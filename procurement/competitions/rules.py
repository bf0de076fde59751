"""What a mini-competition may ask: pure decisions."""

from datetime import date, datetime

from cwb.kernel.clock import local_date
from procurement.competitions import errors


def check_begin(starts_on: date, closes_at: datetime) -> None:
    """The work begins after the day on which the bids close.

    Raises:
        BeginsTooSoon: at `starts_on`.
    """
    closes_on = local_date(closes_at)
    if starts_on <= closes_on:
        raise errors.BeginsTooSoon(field="starts_on", closes_on=closes_on)


def check_one_order(*, divided: bool, framework: str | None) -> None:
    """A competition ends in one contract for one order.

    Raises:
        OneOrder: it was divided into lots, or made a framework itself.
    """
    if divided or framework is not None:
        raise errors.OneOrder
