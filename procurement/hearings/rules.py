"""The term of a question and what counts as an answer. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from cwb.kernel.calendar import working_days_after
from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.words import words
from procurement.hearings.errors import AnsweredBefore, TermEnded, TermTooShort, TextTooShort

LEAST_TEXT = 20
"""Characters of the shortest question, answer and reasons."""


def check_text(text: str, field: str, short: type[TextTooShort] = TextTooShort) -> str:
    """A text without outer blanks that says something.

    Raises:
        TextTooShort, or the given one of its kind: at the field.
    """
    return words(text, field, least=LEAST_TEXT, short=short)


def check_term(last_day: date, at: datetime, working_days: int) -> date:
    """A last day that leaves at least so many working days, counted from the day after.

    Raises:
        TermTooShort: sooner; at the field `last_day`.
    """
    first = working_days_after(local_date(at), working_days)
    if last_day < first:
        raise TermTooShort(field="last_day", days=working_days, first=first)
    return last_day


def end_of(last_day: date) -> datetime:
    """The instant at which a term ends: midnight in Amsterdam after its last day."""
    return datetime.combine(last_day + timedelta(days=1), time(0), tzinfo=LOCAL).astimezone(UTC)


def check_open(*, answered_at: datetime | None, answer_until: datetime, at: datetime) -> None:
    """An answer is given once, within the term.

    Raises:
        AnsweredBefore, TermEnded.
    """
    if answered_at is not None:
        raise AnsweredBefore
    if at >= answer_until:
        raise TermEnded(until=answer_until)
