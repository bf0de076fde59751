"""When one may ask, what a question may be, and when answers may go out."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from stdnum.nl import bsn

from cwb.kernel.text import N_, search_key
from procurement.enquiries import errors
from procurement.tenders.rules import answers_until

MOST_WORDS = 100
"""Longest question in words (domain/interface.md §8.4)."""

PARTS = {
    "what": N_("Wat wordt gevraagd"),
    "value": N_("Waarde en looptijd"),
    "requirements": N_("Eisen en papieren"),
    "scoring": N_("Beoordeling"),
    "planning": N_("Planning"),
    "other": N_("Iets anders"),
}
"""Parts of a tender a question can be about, besides each criterion ("criterion:q1")."""


def check_question(text: str, part: str, criteria: Collection[str]) -> None:
    """Refuse an empty, too long or personal question, or one about nothing.

    Raises:
        QuestionEmpty, QuestionTooLong, PersonalNumber, PartUnknown: at the field.
    """
    words = len(text.split())
    if not words:
        raise errors.QuestionEmpty(field="text")
    if words > MOST_WORDS or len(text) > 2000:
        raise errors.QuestionTooLong(field="text", words=words)
    if any(bsn.is_valid(found) for found in re.findall(r"(?<!\d)\d{9}(?!\d)", text)):
        raise errors.PersonalNumber(field="text")
    if part not in PARTS and part.removeprefix("criterion:") not in criteria:
        raise errors.PartUnknown(field="part")


def check_anonymous(text: str, name: str) -> None:
    """Refuse a question that says who asks; capitals, accents and what stands in brackets make no difference.

    Raises:
        NamesAsker: at the field.
    """
    own = search_key(re.sub(r"\(.*?\)", "", name))
    if own and re.search(rf"(?<!\w){re.escape(own)}(?!\w)", search_key(text)):
        raise errors.NamesAsker(field="text")


def check_new(text: str, waiting: Iterable[str]) -> None:
    """Refuse a question that the same organisation asked already and that still waits: a back button, no new question.

    Raises:
        QuestionRepeated: at the field; capitals and spaces make no difference.
    """
    if _bare(text) in {_bare(each) for each in waiting}:
        raise errors.QuestionRepeated(field="text")


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()


def check_asked_in_time(questions_until: datetime, at: datetime) -> None:
    """The instant itself is too late.

    Raises:
        QuestionsClosed: with the moment.
    """
    if at >= questions_until:
        raise errors.QuestionsClosed(until=questions_until)


def may_answer_now(closes_at: datetime, days: int, at: datetime) -> bool:
    """Whether answers published now leave `days` whole days until closing."""
    return at <= answers_until(closes_at, days)


def earliest_move(at: datetime, days: int) -> datetime:
    """To when the deadline must at least move to let answers out now."""
    return at + timedelta(days=days, hours=1)
