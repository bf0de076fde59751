"""The state of a tender, and what it must be before it is published or changed.

The state is derived from moments and an instant, never stored, so nobody skips or backdates one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Protocol

from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.money import Money
from cwb.kernel.text import search_key
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


@dataclass(frozen=True, slots=True)
class QualityCriterion:
    """What quality is judged on. `value` (euro) only with `value_award`; points with at most two decimals."""

    name: str
    description: str
    max_points: Decimal
    min_points: Decimal = Decimal(0)
    value: Money | None = None


@dataclass(frozen=True, slots=True)
class Scoring:
    """How bids are ranked. `price_points` and the bounds only with `fixed_price_range`."""

    method: Method
    criteria: tuple[QualityCriterion, ...]
    price_points: Decimal | None = None
    price_min: Money | None = None
    price_max: Money | None = None
    tie_break: str = "quality"


class KeptCriterion(Protocol):
    """A stored criterion, as far as scoring reads it."""

    kind: str
    name: str
    description: str
    max_points: Decimal | None
    min_points: Decimal | None
    value_minor: int | None


class KeptMethod(Protocol):
    """A stored tender, as far as scoring reads it."""

    method: str | None
    tie_break: str | None


class KeptLot(Protocol):
    """A stored lot, as far as scoring reads it."""

    price_min_minor: int | None
    price_max_minor: int | None

    @property
    def criteria(self) -> Sequence[KeptCriterion]:
        """Its criteria, price included."""


def scoring_of(tender: KeptMethod, lot: KeptLot) -> Scoring:
    """The scoring of one lot: the tender's method and tie-break, the lot's bounds and criteria."""
    price = next((each for each in lot.criteria if each.kind == "price"), None)
    return Scoring(
        method=Method(tender.method or Method.VALUE_AWARD),
        criteria=tuple(
            QualityCriterion(
                each.name, each.description, each.max_points or Decimal(0), each.min_points or Decimal(0),
                None if each.value_minor is None else Money(each.value_minor),
            )
            for each in lot.criteria if each.kind == "quality"
        ),
        price_points=price.max_points if price else None,
        price_min=None if lot.price_min_minor is None else Money(lot.price_min_minor),
        price_max=None if lot.price_max_minor is None else Money(lot.price_max_minor),
        tie_break=tender.tie_break or "quality",
    )  # fmt: skip


def by_share(scoring: Scoring, value: Money, whole: Money) -> Scoring:
    """The scoring of a lot of `whole` for one of `value`: amounts by that share, to whole euro, points as they are."""
    if value == whole:
        return scoring

    def part(amount: Money | None) -> Money | None:
        if amount is None:
            return None
        return Money.of(
            amount.times(Decimal(value.minor) / whole.minor).decimal().quantize(Decimal(1), ROUND_HALF_UP)
        )

    low, high = part(scoring.price_min), part(scoring.price_max)
    if low is not None and high is not None and not low < high:
        high = low + Money(100)
    least = Money(100)
    criteria = tuple(
        replace(each, value=None if each.value is None else max(part(each.value) or least, least, key=_minor))
        for each in scoring.criteria
    )
    return replace(scoring, criteria=criteria, price_min=low, price_max=high)


def _minor(amount: Money) -> int:
    return amount.minor


def check_scoring(scoring: Scoring) -> None:
    """Refuse a scoring that cannot rank, or whose weights do not sum to 100.

    With `value_award` the weights are the euro values: each has its share of 100 by construction.

    Raises:
        RuleBroken: one of `procurement.tenders.errors`, at the field of the method form.
    """
    if not scoring.criteria:
        raise errors.CriterionMissing(field="criteria")
    seen = set()
    for each in scoring.criteria:
        _check_criterion(each, scoring.method)
        key = search_key(each.name)
        if key in seen:
            raise errors.CriterionTwice(field="criteria", name=each.name)
        seen.add(key)
    if scoring.method is Method.FIXED_PRICE_RANGE:
        if scoring.price_points is None or scoring.price_points <= 0:
            raise errors.PricePointsMissing(field="price_points")
        if (
            scoring.price_min is None
            or scoring.price_max is None
            or not scoring.price_min < scoring.price_max
        ):
            raise errors.PriceBoundsInvalid(field="price_max")
        if scoring.price_min.minor < 0:
            raise errors.PriceBoundsInvalid(field="price_min")
        whole = scoring.price_points + sum((each.max_points for each in scoring.criteria), Decimal(0))
        if whole != 100:
            raise errors.WeightsNotHundred(field="price_points", sum=f"{whole:f}")


def _check_criterion(each: QualityCriterion, method: Method) -> None:
    if not each.name.strip() or each.max_points <= 0:
        raise errors.CriterionIncomplete(field="criteria")
    if not 0 <= each.min_points <= each.max_points:
        raise errors.MinimumAboveMaximum(field="criteria", name=each.name)
    if method is Method.VALUE_AWARD and (each.value is None or each.value.minor <= 0):
        raise errors.CriterionValueMissing(field="criteria", name=each.name)


def weights(scoring: Scoring) -> dict[str, Decimal]:
    """The share of each criterion in percent, exact; they sum to 100. The price of `fixed_price_range` is "price"."""
    if scoring.method is Method.FIXED_PRICE_RANGE:
        return {
            "price": scoring.price_points or Decimal(0),
            **{each.name: each.max_points for each in scoring.criteria},
        }
    values = [each.value.minor if each.value else 0 for each in scoring.criteria]
    parts = Money(10_000).allocate(values)
    return {each.name: part.decimal() for each, part in zip(scoring.criteria, parts, strict=True)}


def formula(scoring: Scoring) -> str:
    """The formula that is frozen at publishing, exact and without words that need translating."""
    if scoring.method is Method.VALUE_AWARD:
        terms = " - ".join(
            f"[{each.name}] / {each.max_points.normalize():f} * {each.value.plain() if each.value else 0}"
            for each in scoring.criteria
        )
        return f"F = P - {terms}; min(F)"
    low, high, most = scoring.price_min, scoring.price_max, scoring.price_points
    if low is None or high is None or most is None:
        raise errors.PriceBoundsInvalid(field="price_max")
    span = (high - low).plain()
    terms = " + ".join(f"[{each.name}]" for each in scoring.criteria)
    points = f"{most.normalize():f}"
    return (
        f"T = {terms} + {points} * ({high.plain()} - P) / {span}; "
        f"P < {low.plain()}: {points}; P > {high.plain()}: 0, uit; max(T)"
    )


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


def earliest_closing(published_at: datetime, days: int) -> datetime:
    """The first lawful closing: the day after publication is the first day, so the end of day `days` plus a moment."""
    start = datetime.combine(local_date(published_at), time(0), LOCAL)
    return (start + timedelta(days=days + 1)).astimezone(UTC)


def check_dates(
    *, published_at: datetime, questions_until: datetime, closes_at: datetime, min_days: int, answer_days: int
) -> None:
    """The minimum terms, at publishing and at every change of the deadline.

    Raises:
        TermTooShort, QuestionsAlreadyClosed, AnswersTooLate: at the field.
    """
    earliest = earliest_closing(published_at, min_days)
    if closes_at < earliest:
        raise errors.TermTooShort(field="closes_at", days=min_days, earliest=earliest)
    if questions_until < published_at + timedelta(days=1):
        raise errors.QuestionsAlreadyClosed(field="questions_until")
    latest = answers_until(closes_at, answer_days)
    if questions_until > latest:
        raise errors.AnswersTooLate(field="questions_until", days=answer_days, latest=latest)


def check_move(
    *, closes_at: datetime, questions_until: datetime, new_closes_at: datetime, new_questions_until: datetime,
    reason: str, at: datetime,
) -> None:  # fmt: skip
    """A deadline moves later only, before it has passed, with a reason.

    Raises:
        ReasonMissing, DeadlinePassed, DeadlineNotLater, QuestionsNotEarlier: at the field.
    """
    if closes_at <= at:
        raise errors.DeadlinePassed(field="closes_at")
    if new_closes_at <= closes_at:
        raise errors.DeadlineNotLater(field="closes_at", closes_at=closes_at)
    if new_questions_until < questions_until:
        raise errors.QuestionsNotEarlier(field="questions_until")
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
