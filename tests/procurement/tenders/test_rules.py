from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from cwb.kernel.money import Money
from procurement.advice.rules import Line
from procurement.tenders import errors, rules
from procurement.tenders.rules import Method, QualityCriterion, Scoring, TenderState

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)


@dataclass
class Moments:
    reviewed_at: datetime | None = None
    published_at: datetime | None = None
    questions_until: datetime | None = None
    closes_at: datetime | None = None
    opened_at: datetime | None = None
    scores_frozen_at: datetime | None = None
    decided_at: datetime | None = None
    standstill_until: datetime | None = None
    awarded_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    unsuccessful_at: datetime | None = None


LIFE = (
    ("reviewed_at", TenderState.REVIEWED), ("published_at", TenderState.PUBLISHED),
    ("questions_until", TenderState.ENQUIRIES_CLOSED), ("closes_at", TenderState.CLOSED),
    ("opened_at", TenderState.OPENED), ("scores_frozen_at", TenderState.EVALUATED),
    ("decided_at", TenderState.DECISION_SENT), ("awarded_at", TenderState.AWARDED),
    ("completed_at", TenderState.COMPLETE),
)  # fmt: skip


def test_the_clock_walks_through_the_whole_life():
    moments = {name: AT + timedelta(days=n) for n, (name, _) in enumerate(LIFE)}
    whole = Moments(**moments)
    assert rules.state_of(whole, AT - timedelta(seconds=1)) is TenderState.DRAFT
    for name, state in LIFE:
        assert rules.state_of(whole, moments[name]) is state
        assert rules.state_of(whole, moments[name] - timedelta(microseconds=1)) is not state


def test_the_standstill_ends_at_its_instant():
    decided = Moments(published_at=AT, closes_at=AT, decided_at=AT, standstill_until=AT + timedelta(days=21))
    assert rules.state_of(decided, AT) is TenderState.STANDSTILL
    assert rules.state_of(decided, AT + timedelta(days=21)) is TenderState.DECISION_SENT


def test_early_ends_win_over_all_else():
    assert (
        rules.state_of(Moments(published_at=AT, awarded_at=AT, cancelled_at=AT), AT) is TenderState.CANCELLED
    )
    assert rules.state_of(Moments(cancelled_at=AT), AT) is TenderState.WITHDRAWN
    assert rules.state_of(Moments(published_at=AT, unsuccessful_at=AT), AT) is TenderState.UNSUCCESSFUL


def test_every_state_has_its_ocds_word():
    words = {state: rules.ocds_status(state) for state in TenderState}
    assert words[TenderState.DRAFT] == "planning"
    assert words[TenderState.STANDSTILL] == "active"
    assert words[TenderState.WITHDRAWN] == "withdrawn"
    assert set(words.values()) <= {"planning", "active", "complete", "cancelled", "unsuccessful", "withdrawn"}


PLAN = QualityCriterion("Plan", "", Decimal(35), Decimal(18), Money.of("3000"))
PEOPLE = QualityCriterion("Mensen", "", Decimal(25), Decimal(0), Money.of("1000"))
RANGE = Scoring(Method.FIXED_PRICE_RANGE, (PLAN, PEOPLE), Decimal(40), Money.of("40000"), Money.of("80000"))
WORTH = Scoring(Method.VALUE_AWARD, (PLAN, PEOPLE))


def test_good_scorings_are_accepted_and_weigh_a_hundred():
    for scoring in (RANGE, WORTH):
        rules.check_scoring(scoring)
        assert sum(rules.weights(scoring).values()) == 100
    assert rules.weights(WORTH) == {"Plan": Decimal("75.00"), "Mensen": Decimal("25.00")}
    thirds = replace(WORTH, criteria=tuple(replace(PLAN, name=n, value=Money(1)) for n in "abc"))
    assert sum(rules.weights(thirds).values()) == 100


def test_the_formulas_are_exact():
    assert rules.formula(WORTH) == "F = P - [Plan] / 35 * 3000.00 - [Mensen] / 25 * 1000.00; min(F)"
    assert rules.formula(RANGE) == (
        "T = [Plan] + [Mensen] + 40 * (80000.00 - P) / 40000.00; P < 40000.00: 40; P > 80000.00: 0, uit; max(T)"
    )
    with pytest.raises(errors.PriceBoundsInvalid):
        rules.formula(replace(RANGE, price_min=None))


@pytest.mark.parametrize(
    ("scoring", "fault"),
    [
        (replace(WORTH, criteria=()), errors.CriterionMissing),
        (replace(WORTH, criteria=(replace(PLAN, name=" "),)), errors.CriterionIncomplete),
        (replace(WORTH, criteria=(replace(PLAN, max_points=Decimal(0)),)), errors.CriterionIncomplete),
        (replace(WORTH, criteria=(replace(PLAN, min_points=Decimal(36)),)), errors.MinimumAboveMaximum),
        (replace(WORTH, criteria=(replace(PLAN, min_points=Decimal(-1)),)), errors.MinimumAboveMaximum),
        (replace(WORTH, criteria=(replace(PLAN, value=None),)), errors.CriterionValueMissing),
        (replace(WORTH, criteria=(replace(PLAN, value=Money(0)),)), errors.CriterionValueMissing),
        (replace(WORTH, criteria=(PLAN, replace(PLAN, name="PLÁN"))), errors.CriterionTwice),
        (replace(RANGE, price_points=None), errors.PricePointsMissing),
        (replace(RANGE, price_points=Decimal(0)), errors.PricePointsMissing),
        (replace(RANGE, price_points=Decimal("39.99")), errors.WeightsNotHundred),
        (replace(RANGE, price_min=None), errors.PriceBoundsInvalid),
        (replace(RANGE, price_max=None), errors.PriceBoundsInvalid),
        (replace(RANGE, price_max=Money.of("40000")), errors.PriceBoundsInvalid),
        (replace(RANGE, price_min=Money(-1)), errors.PriceBoundsInvalid),
    ],
)
def test_scorings_that_cannot_rank_are_refused(scoring, fault):
    with pytest.raises(fault):
        rules.check_scoring(scoring)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"value": Money(0)}, errors.ValueInvalid),
        ({"ends_on": date(2027, 1, 1)}, errors.TermReversed),
        ({"payment_days": 0}, errors.PaymentTermInvalid),
        ({"payment_days": 31}, errors.PaymentTermInvalid),
    ],
)
def test_impossible_figures_are_refused(change, fault):
    good = {"value": Money(1), "starts_on": date(2027, 1, 1), "ends_on": date(2027, 1, 2), "payment_days": 30}
    rules.check_purchase(**good)
    rules.check_purchase(value=None, starts_on=None, ends_on=None, payment_days=1)
    with pytest.raises(fault):
        rules.check_purchase(**{**good, **change})


YES = Line("a", "", "", "sure")
POLICY = Line("a", "", "", "sure", allowed=False, by="policy")
LAW = Line("a", "", "", "sure", allowed=False, by="law")


def test_a_procedure_is_confirmed_or_deviated_from_with_a_reason():
    rules.check_procedure(YES, recommended="a", reason="")
    rules.check_procedure(YES, recommended="b", reason="Omdat")
    rules.check_procedure(POLICY, recommended="b", reason="Omdat")
    for line, fault in ((None, errors.ProcedureUnknown), (LAW, errors.ProcedureNotAllowed)):
        with pytest.raises(fault):
            rules.check_procedure(line, recommended="a", reason="Omdat")
    with pytest.raises(errors.DeviationReasonMissing):
        rules.check_procedure(YES, recommended="b", reason=" ")


def test_a_reservation_needs_the_law_and_a_ground():
    rules.check_reservation(None, chosen=None, reason="")
    rules.check_reservation(YES, chosen="a", reason="Grond")
    for line in (None, LAW):
        with pytest.raises(errors.ReservationNotAllowed):
            rules.check_reservation(line, chosen="a", reason="Grond")
    with pytest.raises(errors.ReservationReasonMissing):
        rules.check_reservation(YES, chosen="a", reason="")


def test_terms_count_whole_days_in_amsterdam():
    assert rules.earliest_closing(AT, 20) == datetime(2026, 9, 21, 22, tzinfo=UTC)
    summer_to_winter = datetime(2026, 10, 30, 11, tzinfo=UTC)
    assert rules.answers_until(summer_to_winter, 10) == datetime(2026, 10, 20, 10, tzinfo=UTC)


def test_dates_keep_the_minimum_terms():
    good = {
        "published_at": AT, "questions_until": AT + timedelta(days=5), "closes_at": AT + timedelta(days=21),
        "min_days": 20, "answer_days": 10,
    }  # fmt: skip
    rules.check_dates(**good)
    for change, fault in (
        ({"closes_at": AT + timedelta(days=20)}, errors.TermTooShort),
        ({"questions_until": AT + timedelta(hours=23)}, errors.QuestionsAlreadyClosed),
        ({"questions_until": AT + timedelta(days=11, seconds=1)}, errors.AnswersTooLate),
    ):
        with pytest.raises(fault):
            rules.check_dates(**{**good, **change})


def test_a_deadline_moves_later_only():
    good = {
        "closes_at": AT + timedelta(days=1), "questions_until": AT, "new_closes_at": AT + timedelta(days=2),
        "new_questions_until": AT, "reason": "Storing", "at": AT,
    }  # fmt: skip
    rules.check_move(**good)
    for change, fault in (
        ({"reason": " "}, errors.ReasonMissing),
        ({"closes_at": AT}, errors.DeadlinePassed),
        ({"new_closes_at": AT + timedelta(days=1)}, errors.DeadlineNotLater),
        ({"new_questions_until": AT - timedelta(seconds=1)}, errors.QuestionsNotEarlier),
    ):
        with pytest.raises(fault):
            rules.check_move(**{**good, **change})
