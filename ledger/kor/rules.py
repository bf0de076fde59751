"""The scheme as dated data, and its limit, on bare values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.kor.errors import KorAboveLimit, KorBeginsWithin, KorDaysWrong, KorLimitPassed
from ledger.vat.rules import VatCode

REASON = "Kleineondernemersregeling (KOR): vrijgesteld van btw (artikel 25 Wet OB 1968)"
"""What an invoice under the scheme says in the place of VAT."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The turnover without VAT, in a calendar year, to which the scheme holds from a day on."""

    since: date
    amount: Money


LIMITS = (Limit(date(2020, 1, 1), Money(2_000_000)),)
"""Wet OB art. 25, as kvk.nl tells it: EUR 20,000 a calendar year, any legal form."""


class Room(StrEnum):
    """How near the turnover of a year is to the limit."""

    ENOUGH = "enough"
    NEAR = "near"
    PASSED = "passed"


ROOMS = {
    Room.ENOUGH: N_("Er is nog genoeg ruimte tot de grens."),
    Room.NEAR: N_("U nadert de grens. Bereid u voor: daarboven rekent u meteen btw."),
    Room.PASSED: N_(
        "U bent boven de grens. De regeling geldt niet meer: reken btw vanaf de factuur die erboven komt."
    ),
}
NEAR_SHARE = 80
"""Percent of the limit from which is warned (project choice)."""


def limit_on(day: date) -> Money:
    """The limit that counts on a day; the oldest one before there was any."""
    return next((each.amount for each in reversed(LIMITS) if each.since <= day), LIMITS[0].amount)


def room(turnover: Money, day: date) -> Room:
    """How near a turnover is to the limit of the day."""
    limit = limit_on(day)
    if limit < turnover:
        return Room.PASSED
    return Room.NEAR if turnover.minor * 100 >= limit.minor * NEAR_SHARE else Room.ENOUGH


def check_room(turnover: Money, more: Money, day: date) -> None:
    """Whether an invoice of `more` without VAT still fits under the scheme.

    Raises:
        KorLimitPassed: it does not.
    """
    if room(turnover + more, day) is Room.PASSED:
        raise KorLimitPassed(limit=limit_on(day), year=day.year)


def check_limit(turnover: Money, day: date) -> None:
    """Whether the scheme can begin in a year with this turnover so far.

    Raises:
        KorAboveLimit: it cannot.
    """
    if room(turnover, day) is Room.PASSED:
        raise KorAboveLimit(limit=limit_on(day), year=day.year, field="day")


def code_for(code: VatCode, *, small: bool) -> VatCode:
    """The VAT code of a line: under the scheme nothing that would bear VAT does; what is outside VAT stays so."""
    return VatCode.EXEMPT if small and code is not VatCode.OUTSIDE else code


def check_begin(first: date, last_end: date | None) -> None:
    """The scheme begins on or after the day on which it last ended.

    Raises:
        KorDaysWrong: it does not.
    """
    if last_end is not None and first < last_end:
        raise KorDaysWrong(field="day")


def check_end(first: date, end: date) -> None:
    """It ends on the day it began, and then never counted, or later; `end` is the first day with VAT again.

    Raises:
        KorDaysWrong: it does not.
    """
    if end < first:
        raise KorDaysWrong(field="day")


def small_over(first: date, last: date, begins: Sequence[date], *, small: bool) -> bool:
    """Whether work of these days is under the scheme: as on its last day, `small`; `begins` are the days it begins.

    Where it ends within them, all bears VAT: the work was done when VAT was charged again (prudently).

    Raises:
        KorBeginsWithin: it begins after the first day, up to the last; `on` is that day.
    """
    within = [each for each in begins if small and first < each <= last]
    if within:
        raise KorBeginsWithin(on=min(within), field="delivered_until")
    return small
