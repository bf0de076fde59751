"""The state of a tender, derived from its moments and an instant. Never stored, so nobody skips or backdates one."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


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


class Method(StrEnum):
    """How bids are ranked. Both are absolute: a losing bid never changes the winner (domain/procurement.md §6)."""

    VALUE_AWARD = "value_award"
    FIXED_PRICE_RANGE = "fixed_price_range"


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
