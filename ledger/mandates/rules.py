"""Mandates on bare values. Terms of the SEPA Core rulebook (EPC016) as far as a payer meets them."""

from datetime import date, timedelta
from enum import StrEnum

from cwb.kernel.text import N_
from ledger.mandates import errors

NOTICE_DAYS = 14
"""Days between the message and the debit, unless other days were agreed (SEPA Core rulebook, pre-notification)."""

FEWEST_NOTICE, MOST_NOTICE = 2, 60

LAPSE_MONTHS = 36
"""A mandate that was not used for so many months may be used no more (SEPA Core rulebook)."""

REFUND_WEEKS = 8
"""Within so many weeks a payer has any debit returned, without saying why."""

UNAUTHORISED_MONTHS = 13
"""Within so many months a payer has a debit returned that no mandate covered."""

MOST_WORDS = 40

UNFINISHED_AFTER = timedelta(hours=1)
"""From when a mandate that was begun is looked after without being told."""


class MandateState(StrEnum):
    """Where a mandate stands; only the first two ever change."""

    ASKED = "asked"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    UNFINISHED = "unfinished"
    REVOKED = "revoked"
    LAPSED = "lapsed"


LIVE = frozenset({MandateState.ASKED, MandateState.ACTIVE})

STATE_NAMES = {
    MandateState.ASKED: N_("nog niet af"),
    MandateState.ACTIVE: N_("geldig"),
    MandateState.WITHDRAWN: N_("ingetrokken"),
    MandateState.UNFINISHED: N_("niet afgemaakt"),
    MandateState.REVOKED: N_("beëindigd door de bank"),
    MandateState.LAPSED: N_("vervallen na drie jaar zonder gebruik"),
}
"""State → how people read it."""


def lapses_on(last_used: date) -> date:
    """From this day on a mandate is not used any more: 36 months after the last debit, or after it was given."""
    leap_day = (last_used.month, last_used.day) == (2, 29)
    return last_used.replace(year=last_used.year + LAPSE_MONTHS // 12, day=28 if leap_day else last_used.day)


def check_terms(notice_days: int, words: str) -> str:
    """How many days ahead a payer hears of a debit, and what the statement says of it; the words, tidied.

    Raises:
        NoticeInvalid, WordsInvalid: at the field.
    """
    if not FEWEST_NOTICE <= notice_days <= MOST_NOTICE:
        raise errors.NoticeInvalid(field="notice_days")
    words = " ".join(words.split())
    if not 0 < len(words) <= MOST_WORDS:
        raise errors.WordsInvalid(field="words")
    return words


def collect_on(due_on: date, today: date, notice_days: int) -> date:
    """The day of a debit: not before it is due, and never less than the agreed days after the message."""
    return max(due_on, today + timedelta(days=notice_days))
