from datetime import timedelta

import pytest

from procurement.clock.rules import Act, Standing, is_of_use


def standing(at, **facts):
    usual = {
        "closes_at": at + timedelta(days=8), "is_stopped": False, "is_opened": False, "is_selected": False,
        "is_awarded": False, "is_decided": False,
    }  # fmt: skip
    return Standing(**{**usual, **facts})


@pytest.mark.parametrize(
    ("act", "closes_in", "facts", "of_use"),
    [
        (Act.QUESTIONS_CLOSED, 1, {}, True), (Act.QUESTIONS_CLOSED, 0, {}, False),
        (Act.APPLYING_CLOSED, 9, {}, True), (Act.APPLYING_CLOSED, 9, {"is_selected": True}, False),
        (Act.REMIND_WEEK, 7, {}, True), (Act.REMIND_WEEK, 1, {}, False),
        (Act.REMIND_DAY, 1, {}, True), (Act.REMIND_DAY, 0, {}, False),
        (Act.CLOSED, 0, {}, True), (Act.CLOSED, 1, {}, False), (Act.CLOSED, -3, {"is_opened": True}, False),
        (Act.NOTHING_RECEIVED, -1, {"is_opened": True}, True),
        (Act.STANDSTILL_OVER, -40, {"is_decided": True}, True), (Act.STANDSTILL_OVER, -40, {}, False),
        (Act.STANDSTILL_OVER, -40, {"is_decided": True, "is_awarded": True}, False),
    ],
)  # fmt: skip
def test_a_letter_that_comes_too_late_to_be_of_use_is_left_out(at, act, closes_in, facts, of_use):
    found = standing(at, closes_at=at + timedelta(days=closes_in), **facts)
    assert is_of_use(act, found, at) is of_use


@pytest.mark.parametrize("act", list(Act))
def test_nobody_hears_of_a_stopped_tender(at, act):
    found = standing(at, is_stopped=True, is_opened=True, is_decided=True)
    assert not is_of_use(act, found, at)
