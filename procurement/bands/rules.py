"""Own bands as values: pure decisions. Amounts in euro cents without VAT."""

from dataclasses import dataclass
from datetime import date, timedelta

from procurement.bands import errors

AROUND = timedelta(days=10 * 366)
"""How far the first day may lie from today (a choice of the house, against slips of the pen)."""


@dataclass(frozen=True, slots=True)
class BandFacts:
    """Bands of one kind ("services" or "works") from a day on. `invited_below_minor` None: up to the threshold."""

    kind: str
    valid_from: date
    single_below_minor: int
    invited_below_minor: int | None
    source: str


def check_band(facts: BandFacts, today: date) -> None:
    """Bands as they may be kept.

    Raises:
        BandAmountInvalid, BandsReversed, BandSourceMissing, BandDayInvalid: at the field.
    """
    if facts.single_below_minor <= 0:
        raise errors.BandAmountInvalid(field="single_below")
    if facts.invited_below_minor is not None and facts.invited_below_minor <= facts.single_below_minor:
        raise errors.BandsReversed(field="invited_below")
    if not facts.source.strip():
        raise errors.BandSourceMissing(field="source")
    if not today - AROUND <= facts.valid_from <= today + AROUND:
        first, last = today - AROUND, today + AROUND
        raise errors.BandDayInvalid(field="valid_from", first=first, last=last)
