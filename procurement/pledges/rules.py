"""A promise of a bid (belofte): pure decisions on what a bidder typed and what was sealed.

A promise stands with the answer on a quality criterion. Its words go into the answer, so that the panel reads and
scores them like any other; its numbers go beside it, so that a contract can keep the bidder to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

MOST = 3
"""Most promises with one answer."""

MOST_WHAT, MOST_UNIT, MOST_PROOF = 200, 40, 300
"""Longest texts in characters."""

LARGEST = Decimal(100_000_000)
"""Largest amount of a promise; more is a typing error."""

_FIELDS = {"what": MOST_WHAT, "amount": 40, "unit": MOST_UNIT, "due_on": 10, "proof": MOST_PROOF}


@dataclass(frozen=True, slots=True)
class Pledge:
    """One promise: `amount` in `unit` (hours, jobs, visits…), reached on `due_on` at the latest."""

    what: str
    amount: Decimal
    unit: str
    due_on: date
    proof: str

    @property
    def line(self) -> str:
        """The promise in one sentence, as the panel reads it."""
        amount = f"{self.amount:f}".replace(".", ",")
        return f"Belofte: {self.what}: {amount} {self.unit}, uiterlijk {self.due_on:%d-%m-%Y}. Bewijs: {self.proof}"


def rows_of(value: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of a saved answer in which something was typed; known names and bounded texts only."""
    given = value.get("pledges")
    rows = given if isinstance(given, list) else []
    clean = [
        {name: str(row.get(name) or "").strip()[:most] for name, most in _FIELDS.items()}
        for row in rows[:MOST]
        if isinstance(row, Mapping)
    ]
    return [row for row in clean if any(row.values())]


def kept(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft keeps beside the text of an answer."""
    rows = rows_of(value)
    return {"pledges": rows} if rows else {}


def find_pledge(row: Mapping[str, str]) -> Pledge | None:
    """The promise in a row; None when it is not whole."""
    try:
        amount, due_on = Decimal(row["amount"]), date.fromisoformat(row["due_on"])
    except (InvalidOperation, KeyError, TypeError, ValueError):
        return None
    texts = [str(row.get(name, "")).strip() for name in ("what", "unit", "proof")]
    if not all(texts) or not amount.is_finite() or not 0 < amount <= LARGEST:
        return None
    if -int(amount.as_tuple().exponent) > 2:
        return None
    what, unit, proof = texts
    return Pledge(what[:MOST_WHAT], amount, unit[:MOST_UNIT], due_on, proof[:MOST_PROOF])


def pledges_of(rows: Sequence[Any]) -> list[Pledge]:
    """The whole promises among rows."""
    found = [find_pledge(row) for row in rows if isinstance(row, Mapping)]
    return [each for each in found if each is not None]


def are_whole(value: Mapping[str, Any], closes_on: date) -> bool:
    """Whether every promise that was begun is whole, and due after the day the tender closes."""
    rows = rows_of(value)
    found = pledges_of(rows)
    return len(found) == len(rows) and all(each.due_on >= first_due(closes_on) for each in found)


def first_due(closes_on: date) -> date:
    """The first day a promise can be due: nobody has the work before the tender closes."""
    return closes_on + timedelta(days=1)


def told(value: Mapping[str, Any]) -> str:
    """The answer as it is handed in: the text, and below it each promise in a sentence."""
    lines = [each.line for each in pledges_of(rows_of(value))]
    return "\n\n".join([str(value["text"]), *(["\n".join(lines)] if lines else [])])


def content(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What is sealed beside the answers: criterion code → rows; nothing when nothing was promised."""
    found = {code: rows for code, value in values.items() if (rows := rows_of(value))}
    return {"pledges": found} if found else {}


def promised(content: Mapping[str, Any] | None) -> list[tuple[str, Pledge]]:
    """The promises in the content of an opened bid, with the code of their criterion, in order of their day."""
    given = (content or {}).get("pledges")
    found = given if isinstance(given, Mapping) else {}
    pairs = [
        (str(code), each)
        for code, rows in found.items()
        if isinstance(rows, list)
        for each in pledges_of(rows)
    ]
    return sorted(pairs, key=lambda pair: (pair[1].due_on, pair[0], pair[1].what))
