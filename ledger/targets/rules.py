"""A target is a share in ten-thousandths that the lower bound must reach, with exact fractions.

Judged on lo alone: who withholds evidence only lowers it, so that nobody reaches a target by keeping silent.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction

from cwb.kernel.period import Period
from cwb.kernel.text import N_
from ledger.share.rules import Share
from ledger.targets.errors import (
    ProgrammeInvalid,
    SecondPersonNeeded,
    ShareInvalid,
    TargetOverlaps,
    TargetReasonMissing,
)

YEARS = 4
"""How long a programme runs."""

WHOLE = 10_000

MEASURES: Mapping[str, str] = {
    "supplier": N_("Deel dat naar lokale leveranciers gaat"),
    "landed": N_("Deel dat bij bewoners landt"),
}


class Verdict(StrEnum):
    """What a period says of a target."""

    MET = "met"
    NOT_MET = "not_met"
    NO_FIGURE = "no_figure"
    AFTERWARDS = "afterwards"


def check_target(first_year: int, measure: str, share: int, reason: str, *, this_year: int) -> str:
    """The reason of a target, cleaned.

    Raises:
        ProgrammeInvalid, ShareInvalid, TargetReasonMissing.
    """
    if measure not in MEASURES or not this_year - YEARS < first_year <= this_year + 1:
        raise ProgrammeInvalid(field="first_year")
    if not 0 < share <= WHOLE:
        raise ShareInvalid(field="share")
    return check_reason(reason)


def check_reason(reason: str) -> str:
    """The reason, cleaned.

    Raises:
        TargetReasonMissing: none, or too long.
    """
    if not 1 <= len(reason.strip()) <= 500:
        raise TargetReasonMissing(field="reason")
    return reason.strip()


def check_second(proposed_by_id: int | None, actor_id: int) -> None:
    """Somebody else decides.

    Raises:
        SecondPersonNeeded: it is the one who proposed it.
    """
    if proposed_by_id == actor_id:
        raise SecondPersonNeeded


def check_apart(first_year: int, others: Iterable[int]) -> None:
    """No other programme of the same measure and buyer has years of this one. The same programme may be set anew.

    Raises:
        TargetOverlaps.
    """
    for other in others:
        if 0 < abs(other - first_year) < YEARS:
            raise TargetOverlaps(field="first_year", first=other, last=other + YEARS - 1)


def after_the_beginning(first_year: int, agreed_on: date) -> bool:
    """Whether a target was agreed when its programme ran already."""
    return agreed_on >= date(first_year, 1, 1)


def so_far(first_year: int, agreed_on: date, until: Period) -> Period | None:
    """The part of a programme that a target is judged by: from its first year, or the quarter in which it was agreed.

    None while no such quarter is over by the end of `until`.
    """
    start = max(date(first_year, 1, 1), Period.quarter_of(agreed_on).start)
    return Period(start, until.end) if start < until.end else None


def quarters_in(span: Period) -> list[Period]:
    """The quarters that a span is made of, earliest first."""
    found, day = [], span.start
    while day < span.end:
        found.append(Period.quarter_of(day))
        day = found[-1].end
    return found


def judge(
    share: int, found: Share | None, *, agreed_on: date | None = None, period: Period | None = None
) -> Verdict:
    """Whether a figure reaches a target: by its lower bound, as an exact fraction, never by the rounded one.

    Nobody reaches a target with a period that was over when it was agreed.
    """
    if agreed_on is not None and period is not None and period.end <= agreed_on:
        return Verdict.AFTERWARDS
    if found is None or found.lo is None:
        return Verdict.NO_FIGURE
    return Verdict.MET if found.lo >= Fraction(share, WHOLE) else Verdict.NOT_MET
