"""When a bid may be scored anew, and what of it: pure decisions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from cwb.kernel.clock import local_date
from cwb.kernel.text import N_
from cwb.kernel.words import words
from procurement.hearings.rules import LEAST_TEXT
from procurement.rescoring import errors


class Ground(StrEnum):
    """Why the first scores cannot stand."""

    CLERICAL = "clerical"
    COMPLAINT = "complaint"
    JUDGE = "judge"


GROUNDS = {
    Ground.CLERICAL: N_("Een vergissing, zoals een tel- of schrijffout"),
    Ground.COMPLAINT: N_("Een klacht die terecht is"),
    Ground.JUDGE: N_("Een oordeel van de rechter"),
}


class State(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    DONE = "done"


def state_of(is_agreed: bool | None, *, is_done: bool) -> State:
    """The state from what people did."""
    if is_done:
        return State.DONE
    if is_agreed is None:
        return State.ASKED
    return State.AGREED if is_agreed else State.REFUSED


def check_reason(reason: str, field: str) -> str:
    """A reason in words.

    Raises:
        ReasonTooShort: at `field`.
    """
    return words(reason, field, least=LEAST_TEXT, short=errors.ReasonTooShort)


def check_codes(chosen: Collection[str], known: Sequence[str]) -> list[str]:
    """The criteria that are scored anew, in the order they were published.

    Raises:
        CodesMissing: none, or not one of this lot.
    """
    if not chosen or not set(chosen) <= set(known):
        raise errors.CodesMissing(field="codes")
    return [each for each in known if each in chosen]


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Per bid what it was and what it became: label, rank and total in both rankings, by the new rank."""
    was = {each["id"]: each for each in before["ranking"]}
    return [
        {
            "label": each["id"], "rank_before": was[each["id"]]["rank"], "rank": each["rank"],
            "total_before": _number(was[each["id"]]["total"]), "total": _number(each["total"]),
        }
        for each in after["ranking"] if each["id"] in was
    ]  # fmt: skip


class Done(Protocol):
    """A request that led to another ranking."""

    opened_bid_id: int
    codes: list[str]
    ground: Ground
    reason: str


def told(done: Done, at: datetime, ranked: Mapping[str, Any], reader_id: int) -> dict[str, Any]:
    """What a letter says of it; the new ranking was made `at` from `ranked`.

    `reader_id` is the opened bid of the reader: words about another's bid stay inside.
    """
    names = {each["id"]: each["name"] for each in ranked["criteria"]}
    is_own = done.opened_bid_id == reader_id
    return {
        "on": local_date(at).isoformat(), "parts": [names[code] for code in done.codes],
        "why": GROUNDS[done.ground], "own": is_own, "reason": done.reason if is_own else "",
    }  # fmt: skip


def _number(total: str | None) -> Decimal | None:
    return None if total is None else Decimal(total)
