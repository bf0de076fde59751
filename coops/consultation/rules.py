"""Questions, terms and answers of a market consultation: pure decisions.

A consultation is open to everyone and its report is published, so that nobody enters a later tender with a head start
(Aanbestedingswet 2012, art. 2.25 and 2.51 on preliminary consultation; read in commentaries, unverified).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from coops.consultation import errors

MOST_QUESTIONS = 7
"""As many fields as a page on a phone bears."""

MOST_QUESTION, MOST_ANSWER = 300, 2000
"""Longest question and answer, in characters."""

LEAST_OPEN = timedelta(days=7)
"""How long a consultation is open at least (our own setting)."""


class Stage(StrEnum):
    """Where a consultation stands; derived, never stored."""

    OPEN = "open"
    CLOSED = "closed"
    REPORTED = "reported"


class Standing(Protocol):
    """What the stage is derived from."""

    closes_at: datetime
    reported_at: datetime | None


def stage_of(consultation: Standing, at: datetime) -> Stage:
    """The stage at an instant; the closing instant itself is closed."""
    if consultation.reported_at is not None and consultation.reported_at <= at:
        return Stage.REPORTED
    return Stage.OPEN if at < consultation.closes_at else Stage.CLOSED


def checked_questions(text: str) -> list[str]:
    """One question per line.

    Raises:
        QuestionsMissing, TooManyQuestions, QuestionTooLong: at the field.
    """
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if not found:
        raise errors.QuestionsMissing(field="questions")
    if len(found) > MOST_QUESTIONS:
        raise errors.TooManyQuestions(field="questions", count=len(found), most=MOST_QUESTIONS)
    for number, each in enumerate(found, start=1):
        if len(each) > MOST_QUESTION:
            raise errors.QuestionTooLong(field="questions", number=number, most=MOST_QUESTION)
    return found


def check_closing(closes_at: datetime, at: datetime) -> None:
    """Whether people have time to answer.

    Raises:
        ClosingTooSoon: at the field.
    """
    if closes_at < at + LEAST_OPEN:
        raise errors.ClosingTooSoon(field="closes_at", days=LEAST_OPEN.days)


def checked_answers(answers: Sequence[str], questions: int) -> list[str]:
    """An answer per question, some may be empty; missing ones count as empty, surplus ones are dropped.

    Raises:
        NothingAnswered: all are empty.
    """
    padded = [*(each.strip() for each in answers), *([""] * questions)][:questions]
    if not any(padded):
        raise errors.NothingAnswered
    return padded
