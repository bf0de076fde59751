"""Where a milestone stands, and what a report and its evidence may be: pure decisions."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from cwb.kernel.text import N_
from cwb.kernel.words import words
from procurement.milestones import errors

MOST_FILE = 2 * 1024 * 1024
"""Largest file of evidence in bytes."""

_SIGNS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class Outcome(StrEnum):
    """What the buyer found (OCDS codelist milestoneStatus, without `scheduled`)."""

    MET = "met"
    PARTIALLY_MET = "partiallyMet"
    NOT_MET = "notMet"


OUTCOME_TEXTS = {
    Outcome.MET: N_("gehaald"),
    Outcome.PARTIALLY_MET: N_("deels gehaald"),
    Outcome.NOT_MET: N_("niet gehaald"),
}


class Stage(StrEnum):
    """Where a milestone stands for its two parties."""

    SCHEDULED = "scheduled"
    OVERDUE = "overdue"
    REPORTED = "reported"
    MET = "met"
    PARTIALLY_MET = "partiallyMet"
    NOT_MET = "notMet"


STAGE_TEXTS = {
    Stage.SCHEDULED: (N_("nog te doen"), "info"),
    Stage.OVERDUE: (N_("te laat"), "bad"),
    Stage.REPORTED: (N_("gemeld, wacht op controle"), "warn"),
    Stage.MET: (N_("gehaald"), "good"),
    Stage.PARTIALLY_MET: (N_("deels gehaald"), "warn"),
    Stage.NOT_MET: (N_("niet gehaald"), "bad"),
}
"""Stage → its text and tone."""


def stage_of(outcomes: Sequence[Outcome], *, waits: bool, due_on: date, today: date) -> Stage:
    """Where a milestone stands: what was found last, unless a newer report waits. Its last day counts as in time."""
    if waits:
        return Stage.REPORTED
    if outcomes:
        return Stage(outcomes[-1].value)
    return Stage.OVERDUE if today > due_on else Stage.SCHEDULED


def type_of(content: bytes) -> str:
    """The kind of a file by its first bytes, never by its name.

    Raises:
        FileUnfit: another kind, empty, or too large.
    """
    found = next((kind for sign, kind in _SIGNS.items() if content.startswith(sign)), None)
    if found is None or len(content) > MOST_FILE:
        raise errors.FileUnfit(field="file", most=MOST_FILE // 1024 // 1024)
    return found


def check_outcome(outcome: Outcome, reason: str, *, is_reported: bool, is_due: bool) -> str:
    """Whether a finding can be written down; returns its reason.

    Raises:
        NothingReported: no report, and still time.
        OutcomeNeedsReport: no report, and something else than not met.
        TextTooShort: not wholly met, and no reason.
    """
    if not is_reported:
        if not is_due:
            raise errors.NothingReported
        if outcome is not Outcome.NOT_MET:
            raise errors.OutcomeNeedsReport(field="outcome")
    return reason.strip() if outcome is Outcome.MET else words(reason, "reason")
