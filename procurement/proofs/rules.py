"""Asking proof of the intended winner (Aanbestedingswet 2012, art. 2.102, unverified): pure decisions on values.

A bidder states for itself that no ground applies; only who is meant to win shows the papers.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from cwb.kernel.text import N_
from procurement.proofs.errors import NoteMissing, NothingChosen, TermTooShort

ARTICLE = "Aanbestedingswet 2012, art. 2.102"
"""Where it stands that papers are asked of the intended winner; not read in a source, so shown as not certain."""

LEAST_DAYS, USUAL_DAYS, REMIND_DAYS = 3, 7, 2
"""Settings, in days: the shortest term, the one that the form proposes, how long before its end one is reminded."""


class Standing(StrEnum):
    """How far one paper is."""

    MISSING = "missing"
    SENT = "sent"
    GOOD = "good"
    BACK = "back"


STANDINGS = {
    Standing.MISSING: (N_("nog niet gestuurd"), "neutral"),
    Standing.SENT: (N_("gestuurd"), "info"),
    Standing.GOOD: (N_("gezien en goed"), "good"),
    Standing.BACK: (N_("niet goed: stuur een ander"), "warn"),
}
"""Standing → its text and tone."""


def standing(*, is_there: bool, is_good: bool | None) -> Standing:
    """Where a paper stands, by the last one that was sent."""
    if not is_there:
        return Standing.MISSING
    if is_good is None:
        return Standing.SENT
    return Standing.GOOD if is_good else Standing.BACK


def check_kinds(kinds: Sequence[str], known: Sequence[str]) -> list[str]:
    """The papers asked, each once, in the order of the table.

    Raises:
        NothingChosen: none, or none that is known.
    """
    chosen = [each for each in known if each in set(kinds)]
    if not chosen:
        raise NothingChosen(field="kinds")
    return chosen


def check_term(last_day: date, today: date) -> date:
    """The last whole day to answer.

    Raises:
        TermTooShort: sooner than the least.
    """
    first = today + timedelta(days=LEAST_DAYS)
    if last_day < first:
        raise TermTooShort(field="last_day", days=LEAST_DAYS, day=first)
    return last_day


def check_note(note: str, *, is_good: bool) -> str:
    """What is said about a paper.

    Raises:
        NoteMissing: not good, and nothing said.
    """
    clean = note.strip()
    if not is_good and not clean:
        raise NoteMissing(field="note")
    return clean
