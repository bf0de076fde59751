"""Asking proof of the intended winner (Aanbestedingswet 2012, art. 2.102, unverified): pure decisions on values.

A bidder states for itself that no ground applies; only who is meant to win shows the papers.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from cwb.kernel.text import N_
from cwb.kernel.words import words
from procurement.proofs.errors import (
    NoteMissing,
    NothingChosen,
    NothingOpen,
    ReasonTooShort,
    SeeFirst,
    TermNotLonger,
    TermRuns,
    TermTooShort,
)

ARTICLE = "Aanbestedingswet 2012, art. 2.102"
"""Where it stands that papers are asked of the intended winner; not read in a source, so shown as not certain."""

ORDER = "Aanbestedingswet 2012, art. 2.102-2.103"
"""Where the order of proof before award is sought; not read in a source either."""

LEAST_DAYS, USUAL_DAYS, REMIND_DAYS = 3, 7, 2
"""Settings, in days: the shortest term, the one that the form proposes, how long before its end one is reminded."""


class Standing(StrEnum):
    """How far one paper is."""

    MISSING = "missing"
    SENT = "sent"
    GOOD = "good"
    BACK = "back"
    ACCEPTED = "accepted"


class Choice(StrEnum):
    """What a buyer decides about proof that is open: more time, without these papers, or this winner no more."""

    LONGER = "longer"
    ACCEPTED = "accepted"
    REFUSED = "refused"


STANDINGS = {
    Standing.MISSING: (N_("nog niet gestuurd"), "neutral"),
    Standing.SENT: (N_("gestuurd"), "info"),
    Standing.GOOD: (N_("gezien en goed"), "good"),
    Standing.BACK: (N_("niet goed: er moet een ander komen"), "warn"),
    Standing.ACCEPTED: (N_("niet meer nodig"), "good"),
}
"""Standing → its text and tone."""


def standing(*, is_there: bool, is_good: bool | None, is_accepted: bool = False) -> Standing:
    """Where a paper stands, by the last one that was sent, and whether the buyer goes on without it."""
    if is_accepted and not is_good:
        return Standing.ACCEPTED
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


CHOICES = {
    Choice.LONGER: N_("meer tijd"),
    Choice.ACCEPTED: N_("verder zonder een stuk"),
    Choice.REFUSED: N_("afgewezen"),
}
"""Choice → its text."""

SETTLED = frozenset({Standing.GOOD, Standing.ACCEPTED})
"""Nothing of these stands in the way of a definitive award."""

LEAST_REASON = 10
"""Characters of the shortest reason; the winner reads it, and the file keeps it."""


def check_reason(reason: str) -> str:
    """Why a buyer decides so about proof that is open.

    Raises:
        ReasonTooShort: at the field `reason`.
    """
    return words(reason, "reason", least=LEAST_REASON, short=ReasonTooShort)


def check_open(standings: Sequence[Standing], *, is_refused: bool) -> None:
    """There is something to decide: a paper that is neither good nor given up, of a winner that was not refused.

    Raises:
        NothingOpen: all is settled, or it ended.
    """
    if is_refused or SETTLED.issuperset(standings):
        raise NothingOpen


def check_longer(last_day: date, before: date, today: date) -> date:
    """The last whole day of a longer term: later than it was, and long enough from today.

    Raises:
        TermNotLonger, TermTooShort: at the field `last_day`.
    """
    if last_day <= before:
        raise TermNotLonger(field="last_day", day=before)
    return check_term(last_day, today)


def check_refuse(standings: Sequence[Standing], *, until: datetime, is_refused: bool, at: datetime) -> None:
    """A winner is refused for its proof only after its term, when everything that it sent was looked at.

    That proof comes before the award follows from the articles on it (2.102-2.103, not read in a source); that it
    first gets its whole term and an answer on each paper is our own care for whom it strikes.

    Raises:
        NothingOpen, TermRuns, SeeFirst.
    """
    check_open(standings, is_refused=is_refused)
    if at < until:
        raise TermRuns(until=until)
    if Standing.SENT in standings:
        raise SeeFirst
