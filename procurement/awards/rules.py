"""The standstill, Dutch holidays, and what a letter must say: pure decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cwb.kernel.calendar import run_on
from cwb.kernel.clock import LOCAL, local_date
from procurement.awards import errors

LEAST_REASONS, LEAST_WORDS = 20, 4
"""Least characters and words of a motivation (a rule of the house against stock phrases)."""

MOST_REASONS = 5000
"""Longest motivation, in characters."""

MOST_DAYS = 90
"""Longest standstill that a buyer may choose, in days (bids stand at least 60 days after closing)."""


class Result(StrEnum):
    """What a bidder is told."""

    WON = "won"
    LOST = "lost"
    LIMITED = "limited"
    KNOCKED_OUT = "knocked_out"
    DISQUALIFIED = "disqualified"
    DAMAGED = "damaged"


REASONED = frozenset({Result.LOST, Result.KNOCKED_OUT})
"""Who was scored and did not win: reads the winner's relative advantages and what to learn."""


@dataclass(frozen=True, slots=True)
class Term:
    """A standstill term in force from `valid_from`, in calendar days from the day after sending.

    `procedures` are ids of the table of procedures; empty: any other one. `certainty` as in that table.
    `runs_on`: a last day that is no working day moves to the next one; `liberation_day`: 5 May is none.
    """

    id: str
    procedures: tuple[str, ...]
    valid_from: date
    days: int
    article: str
    source: str
    certainty: str
    runs_on: bool = True
    liberation_day: bool = True


@dataclass(frozen=True, slots=True)
class Standstill:
    """The last day of waiting, and the first instant at which signing is free."""

    last_day: date
    until: datetime


def term_for(terms: Sequence[Term], procedure: str, on: date) -> Term:
    """The term for a procedure on a day: the first that names it, else the first general one; the newest of its id.

    Raises:
        NoTerm: none is in force.
    """
    running = sorted(
        (each for each in terms if each.valid_from <= on), key=lambda each: each.valid_from, reverse=True
    )
    named = [each for each in running if procedure in each.procedures]
    general = [each for each in running if not each.procedures]
    for each in (*named, *general):
        return each
    raise errors.NoTerm


def standstill(
    sent_at: datetime, days: int, *, runs_on: bool = True, liberation_day: bool = True
) -> Standstill:
    """The standstill of letters sent at an instant: `days` whole days after the day of sending, in Amsterdam.

    With `runs_on`, a last day that is no working day moves to the next one (Algemene termijnenwet, art. 1; that it
    applies here is unverified, so it is a setting, and extending the careful choice).
    """
    last = local_date(sent_at) + timedelta(days=days)
    if runs_on:
        last = run_on(last, liberation_day=liberation_day)
    return Standstill(last, datetime.combine(last + timedelta(days=1), time(0), tzinfo=LOCAL).astimezone(UTC))


def last_day(until: datetime) -> date:
    """The last whole day of a standstill that ends at this instant, a midnight in Amsterdam."""
    return local_date(until - timedelta(microseconds=1))


def check_days(days: int, term: Term) -> None:
    """A buyer may wait longer than the rule, never shorter.

    Raises:
        TermTooShort: at the field `days`.
    """
    if not term.days <= days <= MOST_DAYS:
        raise errors.TermTooShort(field="days", least=term.days)


def check_reasons(text: str, field: str) -> str:
    """A motivation in own words.

    Raises:
        ReasonsTooShort: empty, too short, or too few words.
    """
    clean = text.strip()
    if not LEAST_REASONS <= len(clean) <= MOST_REASONS or len(set(clean.split())) < LEAST_WORDS:
        raise errors.ReasonsTooShort(field=field, least=LEAST_REASONS)
    return clean


def needed(result: Result, *, is_won: bool) -> tuple[str, ...]:
    """Which texts a letter needs; the winner's advantages only where the lot `is_won` by somebody."""
    if result not in REASONED:
        return ()
    return ("advantages", "lesson") if is_won else ("lesson",)


def result_of(
    *,
    is_damaged: bool,
    is_disqualified: bool,
    line: Mapping[str, Any] | None,
    is_winner: bool,
    is_limited: bool = False,
) -> Result:
    """What a bidder is told, from how its bid fared."""
    if is_damaged:
        return Result.DAMAGED
    if is_disqualified or line is None:
        return Result.DISQUALIFIED
    if line["knocked_out"] is not None:
        return Result.KNOCKED_OUT
    if is_limited:
        return Result.LIMITED
    return Result.WON if is_winner else Result.LOST


def gaps(
    stored: Mapping[str, Any],
    own: Mapping[str, Any],
    best: Mapping[str, Any] | None,
    notes: Mapping[str, str],
) -> list[dict[str, str]]:
    """Per criterion what this bid got and what the winner got, as the engine printed it, with the panel's note.

    `best` None: nobody won, the winner's column stays empty.
    """
    first: Mapping[str, Any] = best or {"criteria_points": {}, "price_points": None}
    rows = [
        {
            "code": each["id"], "name": each["name"], "own": own["criteria_points"].get(each["id"]) or "",
            "winner": first["criteria_points"].get(each["id"]) or "", "note": notes.get(each["id"], ""),
        }
        for each in stored["criteria"]
    ]  # fmt: skip
    if own["price_points"] is not None or first["price_points"] is not None:
        rows.append({
            "code": "price", "name": "", "own": own["price_points"] or "", "winner": first["price_points"] or "",
            "note": "",
        })  # fmt: skip
    return rows


def explains(result: str, content: Mapping[str, Any]) -> bool:
    """Whether a winner's letter says why it won and what follows; letters of before stay as they went out."""
    return result == Result.WON and bool(content.get("explains"))


def strongest(content: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The part of the quality in which a bid got most points, as `gaps` has it; None where price alone counts."""
    scored = [each for each in content.get("gaps") or () if each["name"] and each["own"]]
    found: Mapping[str, str] | None = max(scored, key=lambda each: Decimal(each["own"]), default=None)
    return found


def next_steps(last_day: str) -> list[str]:
    """What follows for a winner, in order, in Dutch as all of a letter; `last_day` of the standstill in words."""
    return [
        f"U wacht tot en met {last_day}. Begin nog niet met het werk en neem nog niemand aan.",
        "Vraagt de koper om bewijs? Stuur het op tijd. Zonder dat bewijs wordt de gunning niet definitief.",
        "Maakt niemand bezwaar? Dan krijgt u bericht dat de gunning definitief is.",
        "Daarna krijgt u het contract. Het geldt pas als u en de koper tekenen.",
    ]
