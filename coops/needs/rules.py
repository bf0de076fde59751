"""What a need must be, and where it stands at a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from coops.needs import errors
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money

UNITS = ("hour_week", "hour_year", "square_metre", "meal_week", "visit_year", "piece", "object")
"""Units of volume; their texts are in the forms."""

LONGEST = timedelta(days=3 * 366)
"""How far ahead a need may stay on the calendar."""


class NeedState(StrEnum):
    """Where a need stands; derived, never stored."""

    OPEN = "open"
    CONVERTED = "converted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Standing(Protocol):
    """What the state of a need is derived from."""

    withdrawn_at: datetime | None
    converted_at: datetime | None
    expires_on: date


def state_of(need: Standing, at: datetime) -> NeedState:
    """The state at an instant. The last day of the calendar counts as a whole day in Amsterdam."""
    if need.converted_at is not None and need.converted_at <= at:
        return NeedState.CONVERTED
    if need.withdrawn_at is not None and need.withdrawn_at <= at:
        return NeedState.WITHDRAWN
    return NeedState.EXPIRED if local_date(at) > need.expires_on else NeedState.OPEN


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What an anchor says about a need. Amounts without VAT over the whole term; days in Amsterdam."""

    title: str
    wanted_from: date
    expires_on: date
    volume: Decimal | None = None
    unit: str | None = None
    value_low: Money | None = None
    value_high: Money | None = None
    contract_ends_on: date | None = None
    notice_on: date | None = None


def check(need: NeedFacts, *, on: date, keeps_wanted_from: bool = False) -> None:
    """Refuse a need that cannot be. `keeps_wanted_from`: an old need keeps its day, even when that has passed.

    Raises:
        RuleBroken: one of `coops.needs.errors`, with the field it belongs to.
    """
    if not need.title.strip():
        raise errors.TitleMissing(field="title")
    if (need.volume is None) != (need.unit is None):
        raise errors.VolumeIncomplete(field="volume" if need.volume is None else "unit")
    if need.volume is not None and need.volume <= 0:
        raise errors.VolumeInvalid(field="volume")
    _check_band(need.value_low, need.value_high)
    if need.notice_on is not None:
        if need.contract_ends_on is None:
            raise errors.NoticeWithoutEnd(field="contract_ends_on")
        if need.notice_on > need.contract_ends_on:
            raise errors.NoticeAfterEnd(field="notice_on")
    if need.wanted_from < on and not keeps_wanted_from:
        raise errors.WantedInPast(field="wanted_from")
    if not on <= need.expires_on <= on + LONGEST:
        raise errors.ExpiryInvalid(field="expires_on")


def _check_band(low: Money | None, high: Money | None) -> None:
    if low is None and high is None:
        return
    if low is None or high is None:
        raise errors.ValueBandIncomplete(field="value_low" if low is None else "value_high")
    if high < low:
        raise errors.ValueBandReversed(field="value_high")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one anchor wants of a need: a volume in the need's unit, a value band without VAT over the whole term."""

    volume: Decimal | None = None
    value_low: Money | None = None
    value_high: Money | None = None


def check_share(part: Wanted, *, has_unit: bool) -> None:
    """Refuse a part of a shared need that cannot be added to the rest.

    Raises:
        UnitNeeded, VolumeInvalid, ValueBandIncomplete, ValueBandReversed: at the field.
    """
    if part.volume is not None and not has_unit:
        raise errors.UnitNeeded(field="volume")
    if part.volume is not None and part.volume <= 0:
        raise errors.VolumeInvalid(field="volume")
    _check_band(part.value_low, part.value_high)


def together(parts: Iterable[Wanted]) -> Wanted:
    """The sum of what several anchors want.

    The volume adds what was told. The band adds only when every part has one: a sum that leaves some out would be
    read as the whole, and values bought together count together for the thresholds (unverified).
    """
    listed = list(parts)
    volumes = [each.volume for each in listed if each.volume is not None]
    lows = [each.value_low for each in listed if each.value_low is not None]
    highs = [each.value_high for each in listed if each.value_high is not None]
    whole = bool(listed) and len(lows) == len(highs) == len(listed)
    return Wanted(
        sum(volumes, Decimal(0)) if volumes else None,
        sum(lows, Money(0)) if whole else None,
        sum(highs, Money(0)) if whole else None,
    )
