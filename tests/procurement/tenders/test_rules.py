from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from cwb.kernel.money import Money
from procurement.advice.rules import Line
from procurement.tenders import errors, rules
from procurement.tenders.rules import TenderState

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


def test_a_closing_that_is_proposed_is_noon_on_a_working_day():
    saturday = datetime(2026, 12, 11, 23, tzinfo=UTC)
    assert rules.workable_closing(saturday) == datetime(2026, 12, 14, 11, tzinfo=UTC)
    noon = datetime(2026, 12, 14, 11, tzinfo=UTC)
    assert rules.workable_closing(noon) == noon
    assert rules.workable_closing(noon + timedelta(minutes=1)) == noon + timedelta(days=1)
    christmas = datetime(2026, 12, 24, 11, 1, tzinfo=UTC)
    assert rules.workable_closing(christmas) == datetime(2026, 12, 28, 11, tzinfo=UTC)


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


@pytest.mark.parametrize(
    ("closing", "starts", "wait", "told"),
    [
        (date(2027, 3, 1), [date(2027, 3, 1)], 0, [rules.Timing.BEFORE_CLOSING]),
        (date(2027, 3, 1), [None, date(2027, 3, 2)], 0, [rules.Timing.BEFORE_AWARD]),
        (date(2027, 3, 1), [date(2027, 3, 3)], 0, []),
        (date(2027, 3, 1), [date(2027, 3, 22)], 20, [rules.Timing.BEFORE_AWARD]),
        (date(2027, 3, 1), [date(2027, 3, 23), date(2028, 1, 1)], 20, []),
        (date(2027, 3, 7), [None], 20, [rules.Timing.QUIET]),
        (date(2027, 3, 7), [date(2027, 3, 1)], 20, [rules.Timing.BEFORE_CLOSING, rules.Timing.QUIET]),
        (None, [date(2027, 3, 1)], 20, []),
    ],
)
def test_work_begins_after_the_award_and_bids_close_on_a_working_day(closing, starts, wait, told):
    closes = closing and datetime(closing.year, closing.month, closing.day, 12, tzinfo=UTC)
    assert list(rules.timing(closes, starts, wait_days=wait)) == told


def test_a_telephone_number_is_no_sentence():
    for text in ("", " 020 123 45 67 ", "+31 (0)20-1234567", "14 020"):
        assert rules.phone(text) == text.strip()
    for text in ("Bel na vijf uur", "020 123 45 67 of mail", "()()-", "1234", "0" * 16):
        with pytest.raises(errors.PhoneInvalid):
            rules.phone(text)
