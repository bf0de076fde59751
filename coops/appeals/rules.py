"""Terms of an appeal, and who may answer it; no database.

The terms follow those of objection in administrative law (Awb art. 6:7 and 7:10: six weeks and six weeks, *unverified*
for a programme that is no administrative body): a rule of this house, so both are settings.
"""

from collections.abc import Collection
from datetime import date, timedelta

from coops.appeals import errors
from cwb.kernel.calendar import run_on

SUBMIT_WITHIN, ANSWER_WITHIN = timedelta(days=42), timedelta(days=42)
"""How long after the refusal one may appeal, and how long after the appeal it is answered; both run on to a working
day."""

LEAST_TEXT = 10
"""Characters of a text that says something; the database holds the same."""


def last_day(decided_on: date) -> date:
    """The last day to appeal against a refusal."""
    return run_on(decided_on + SUBMIT_WITHIN)


def answer_by(made_on: date) -> date:
    """The last day to answer an appeal."""
    return run_on(made_on + ANSWER_WITHIN)


def check_text(text: str, field: str) -> str:
    """A text that says something.

    Raises:
        AppealTextMissing: at the field.
    """
    if len(text.strip()) < LEAST_TEXT:
        raise errors.AppealTextMissing(field=field)
    return text.strip()


def check_submit(*, is_refused: bool, decided_on: date, today: date) -> None:
    """Let an appeal in: against a refusal that counts, within the term.

    Raises:
        NothingToAppeal, AppealTooLate.
    """
    if not is_refused:
        raise errors.NothingToAppeal
    if today > last_day(decided_on):
        raise errors.AppealTooLate(day=last_day(decided_on))


def may_answer(user_id: int, *, decided_by_id: int, made_by_id: int, others: Collection[int | None]) -> bool:
    """Whether somebody is another person: not who refused or appealed, nor (`others`) who filled in or coaches."""
    return user_id not in {decided_by_id, made_by_id, *others}
