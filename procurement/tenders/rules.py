"""The state of a tender, and what it must be before it is published or changed.

The state is derived from moments and an instant, never stored, so nobody skips or backdates one.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from cwb.kernel.calendar import is_working_day, run_on
from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.money import Money
from procurement.advice.rules import Line
from procurement.tenders import errors


class TenderState(StrEnum):
    """Where a tender stands, in the order of its life; the last three end it early."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PUBLISHED = "published"
    ENQUIRIES_CLOSED = "enquiries_closed"
    CLOSED = "closed"
    OPENED = "opened"
    EVALUATED = "evaluated"
    DECISION_SENT = "decision_sent"
    STANDSTILL = "standstill"
    AWARDED = "awarded"
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    UNSUCCESSFUL = "unsuccessful"
    WITHDRAWN = "withdrawn"


OPEN_STATES = frozenset({TenderState.PUBLISHED, TenderState.ENQUIRIES_CLOSED})
"""States in which a bid may be handed in."""

ENDED = frozenset({
    TenderState.AWARDED, TenderState.COMPLETE, TenderState.CANCELLED, TenderState.UNSUCCESSFUL, TenderState.WITHDRAWN,
})  # fmt: skip
"""States in which there is nothing left to stop."""

OCDS_STATUS = {
    TenderState.DRAFT: "planning",
    TenderState.REVIEWED: "planning",
    TenderState.COMPLETE: "complete",
    TenderState.AWARDED: "complete",
    TenderState.CANCELLED: "cancelled",
    TenderState.UNSUCCESSFUL: "unsuccessful",
    TenderState.WITHDRAWN: "withdrawn",
}
"""OCDS `tender.status` of a state; every state that is absent here is "active" (OCDS 1.1.5 codelist tenderStatus)."""


class Moments(Protocol):
    """What the state of a tender is derived from; instants are aware, or None when it has not happened."""

    reviewed_at: datetime | None
    published_at: datetime | None
    questions_until: datetime | None
    closes_at: datetime | None
    opened_at: datetime | None
    scores_frozen_at: datetime | None
    decided_at: datetime | None
    standstill_until: datetime | None
    awarded_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    unsuccessful_at: datetime | None


def ocds_status(state: TenderState) -> str:
    """The OCDS word for a state."""
    return OCDS_STATUS.get(state, "active")


def state_of(tender: Moments, at: datetime) -> TenderState:
    """The state of a tender at an instant; a moment counts from its own instant on.

    The closing instant itself is closed: a bid is in time only before it. `standstill_until` is the first
    instant at which signing is no longer blocked.
    """

    def past(moment: datetime | None) -> bool:
        return moment is not None and moment <= at

    if past(tender.cancelled_at):
        return TenderState.CANCELLED if past(tender.published_at) else TenderState.WITHDRAWN
    for moment, state in (
        (tender.unsuccessful_at, TenderState.UNSUCCESSFUL),
        (tender.completed_at, TenderState.COMPLETE),
        (tender.awarded_at, TenderState.AWARDED),
    ):
        if past(moment):
            return state
    if past(tender.decided_at):
        waiting = tender.standstill_until is not None and at < tender.standstill_until
        return TenderState.STANDSTILL if waiting else TenderState.DECISION_SENT
    if not past(tender.published_at):
        return TenderState.REVIEWED if past(tender.reviewed_at) else TenderState.DRAFT
    for moment, state in (
        (tender.scores_frozen_at, TenderState.EVALUATED),
        (tender.opened_at, TenderState.OPENED),
        (tender.closes_at, TenderState.CLOSED),
        (tender.questions_until, TenderState.ENQUIRIES_CLOSED),
    ):
        if past(moment):
            return state
    return TenderState.PUBLISHED


def check_purchase(
    *, value: Money | None, starts_on: date | None, ends_on: date | None, payment_days: int
) -> None:
    """Refuse impossible figures of a draft; what is still empty is no fault.

    Raises:
        ValueInvalid, TermReversed, PaymentTermInvalid: at the field.
    """
    if value is not None and value.minor <= 0:
        raise errors.ValueInvalid(field="value")
    if starts_on is not None and ends_on is not None and ends_on <= starts_on:
        raise errors.TermReversed(field="ends_on")
    if not 1 <= payment_days <= 30:
        raise errors.PaymentTermInvalid(field="payment_days")


def check_procedure(line: Line | None, *, recommended: str, reason: str) -> None:
    """Whether a buyer may choose this procedure: what the law forbids never, another than advised with a reason.

    Raises:
        ProcedureUnknown, ProcedureNotAllowed, DeviationReasonMissing: at the field.
    """
    if line is None:
        raise errors.ProcedureUnknown(field="procedure")
    if not line.allowed and line.by == "law":
        raise errors.ProcedureNotAllowed(field="procedure")
    if line.id != recommended and not reason.strip():
        raise errors.DeviationReasonMissing(field="procedure_reason")


def check_reservation(line: Line | None, *, chosen: str | None, reason: str) -> None:
    """Whether a reservation may be set (2.82, 2.82a), with its ground.

    Raises:
        ReservationNotAllowed, ReservationReasonMissing: at the field.
    """
    if chosen is None:
        return
    if line is None or not line.allowed:
        raise errors.ReservationNotAllowed(field="reservation", article=chosen)
    if not reason.strip():
        raise errors.ReservationReasonMissing(field="reservation_reason")


def answers_until(closes_at: datetime, days: int) -> datetime:
    """The last instant for answers: `days` whole days before closing (Aanbestedingswet 2.54), same time of day."""
    local = closes_at.astimezone(LOCAL)
    return (local - timedelta(days=days)).astimezone(UTC)


def bids_hold_until(closes_at: datetime | None, days: int | None) -> date | None:
    """The last day on which a bid binds whoever made it: so many days after closing; None: no term was set."""
    if closes_at is None or days is None:
        return None
    return local_date(closes_at) + timedelta(days=days)


NOON = time(12)
"""The time of day of a closing that is proposed, in Amsterdam."""


def earliest_closing(published_at: datetime, days: int) -> datetime:
    """The first lawful closing: the day after publication is the first day, so the end of day `days` plus a moment."""
    start = datetime.combine(local_date(published_at), time(0), LOCAL)
    return (start + timedelta(days=days + 1)).astimezone(UTC)


def workable_closing(earliest: datetime) -> datetime:
    """Noon on the first working day from `earliest` on: the closing to propose, when people can still be called."""
    local = earliest.astimezone(LOCAL)
    day = run_on(local.date() + timedelta(days=local.time() > NOON))
    return datetime.combine(day, NOON, LOCAL).astimezone(UTC)


class Timing(StrEnum):
    """What is odd about the days of a draft. It may stay: people are told and decide."""

    BEFORE_CLOSING = "before_closing"
    BEFORE_AWARD = "before_award"
    QUIET = "quiet"


def timing(
    closes_at: datetime | None, starts_on: Iterable[date | None], *, wait_days: int
) -> tuple[Timing, ...]:
    """Work that begins before bids close, or before letters and so many days of waiting; closing when nobody answers.

    The letters go out on the day after closing at the earliest.
    """
    if closes_at is None:
        return ()
    closing, first = (
        local_date(closes_at),
        min((each for each in starts_on if each is not None), default=None),
    )
    found = []
    if first is not None and first <= closing:
        found.append(Timing.BEFORE_CLOSING)
    elif first is not None and first <= closing + timedelta(days=1 + wait_days):
        found.append(Timing.BEFORE_AWARD)
    return (*found, *(() if is_working_day(closing) else (Timing.QUIET,)))


def check_term(starts_at: datetime, ends_at: datetime, days: int, *, field: str) -> None:
    """A term of at least so many calendar days.

    Raises:
        TermTooShort: at the field, with the earliest moment.
    """
    earliest = earliest_closing(starts_at, days)
    if ends_at < earliest:
        raise errors.TermTooShort(field=field, days=days, earliest=earliest)


def check_dates(
    *, published_at: datetime, questions_until: datetime | None, closes_at: datetime, min_days: int,
    answer_days: int, starts_at: datetime | None = None, enquiries: bool = True,
) -> None:  # fmt: skip
    """The minimum terms, at publishing and at every change of the deadline. `starts_at`: when bidding begins.

    Raises:
        TermTooShort, QuestionsUntilMissing, QuestionsAlreadyClosed, AnswersTooLate: at the field.
    """
    check_term(starts_at or published_at, closes_at, min_days, field="closes_at")
    if not enquiries:
        return
    if questions_until is None:
        raise errors.QuestionsUntilMissing(field="questions_until")
    if questions_until < published_at + timedelta(days=1):
        raise errors.QuestionsAlreadyClosed(field="questions_until")
    latest = answers_until(closes_at, answer_days)
    if questions_until > latest:
        raise errors.AnswersTooLate(field="questions_until", days=answer_days, latest=latest)


def check_move(
    *, closes_at: datetime, questions_until: datetime | None, new_closes_at: datetime,
    new_questions_until: datetime | None, reason: str, at: datetime,
) -> None:  # fmt: skip
    """A deadline moves later only, before it has passed, with a reason.

    Raises:
        ReasonMissing, DeadlinePassed, DeadlineNotLater, QuestionsNotEarlier: at the field.
    """
    if closes_at <= at:
        raise errors.DeadlinePassed(field="closes_at")
    if new_closes_at <= closes_at:
        raise errors.DeadlineNotLater(field="closes_at", closes_at=closes_at)
    if questions_until and new_questions_until and new_questions_until < questions_until:
        raise errors.QuestionsNotEarlier(field="questions_until")
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")


_PHONE = re.compile(r"\+?[0-9 ()./-]{5,25}")


def phone(text: str) -> str:
    """A telephone number as it was typed, or nothing; no sentence.

    Raises:
        PhoneInvalid: at the field.
    """
    text = text.strip()
    if text and not (_PHONE.fullmatch(text) and 5 <= sum(each.isdigit() for each in text) <= 15):
        raise errors.PhoneInvalid(field="contact_phone")
    return text


class Standing(NamedTuple):
    """How an organisation stands to a tender: whether it hears of changes, and is a verified cooperative now."""

    follows: bool
    is_verified: bool
