from datetime import date

import pytest

from coops.leaving import errors, rules
from coops.leaving.rules import LeavingKind, Settlement, Stake


@pytest.mark.parametrize(
    ("kind", "today", "months", "day"),
    [
        (LeavingKind.NOTICE, date(2026, 1, 31), 1, date(2026, 2, 28)),
        (LeavingKind.NOTICE, date(2026, 11, 30), 3, date(2027, 2, 28)),
        (LeavingKind.NOTICE, date(2026, 10, 15), 2, date(2026, 12, 15)),
        (LeavingKind.NOTICE, date(2026, 9, 1), 0, date(2026, 9, 1)),
        (LeavingKind.DEATH, date(2026, 9, 1), 6, date(2026, 9, 1)),
        (LeavingKind.EXPULSION, date(2026, 9, 1), 6, date(2026, 9, 15)),
    ],
)  # fmt: skip
def test_when_somebody_can_be_gone(kind, today, months, day):
    assert rules.leaves_on(kind, today, months) == day


def test_who_is_expelled_is_told_why_and_heard():
    with pytest.raises(errors.ReasonMissing):
        rules.check_reason(LeavingKind.EXPULSION, " ")
    assert rules.check_reason(LeavingKind.NOTICE, " ") == ""
    last = date(2026, 9, 15)
    with pytest.raises(errors.NotHeard):
        rules.check_settlement(LeavingKind.EXPULSION, last, last, is_heard=False)
    rules.check_settlement(LeavingKind.EXPULSION, last, date(2026, 9, 16), is_heard=False)
    rules.check_settlement(LeavingKind.EXPULSION, last, date(2026, 9, 2), is_heard=True)


def test_a_notice_runs_to_its_end():
    day = date(2026, 9, 15)
    rules.check_settlement(LeavingKind.NOTICE, day, day, is_heard=False)
    with pytest.raises(errors.TooSoon):
        rules.check_settlement(LeavingKind.NOTICE, day, date(2026, 9, 14), is_heard=True)


def test_a_settlement_adds_up():
    stake = Stake(300_00, 100_00, 0)
    assert rules.settle(stake, 0, bears_losses=False) == Settlement(300_00, 100_00, 0, 200_00)
    assert rules.settle(stake, 200_00, bears_losses=True) == Settlement(300_00, 100_00, 200_00, 0)
    for loss, bears in ((1, False), (200_01, True), (-1, True)):
        with pytest.raises(errors.LossInvalid):
            rules.settle(stake, loss, bears_losses=bears)
    with pytest.raises(errors.DuesOpen):
        rules.settle(Stake(0, 0, 1), 0, bears_losses=False)


def test_the_limit_of_a_year():
    assert rules.room(1000_00, 100_00, 25) == 150_00
    assert rules.room(1000_00, 300_00, 25) == 0
    assert rules.room(999, 0, 10) == 99
    assert rules.room(0, 0, 100) is None
    rules.check_room(150_00, 150_00)
    rules.check_room(10**9, None)
    with pytest.raises(errors.LimitReached):
        rules.check_room(150_01, 150_00)


@pytest.mark.parametrize(
    ("kind", "acted_on", "left"),
    [
        (LeavingKind.NOTICE, None, 19), (LeavingKind.NOTICE, 18, 19), (LeavingKind.NOTICE, 19, 29),
        (LeavingKind.DEATH, None, 19), (LeavingKind.DEATH, 28, 29), (LeavingKind.EXPULSION, None, 29),
    ],
)  # fmt: skip
def test_the_register_gives_the_end_of_the_notice_unless_somebody_still_took_part(kind, acted_on, left):
    acted = None if acted_on is None else date(2026, 10, acted_on)
    assert rules.left_on(kind, date(2026, 10, 19), date(2026, 10, 29), acted) == date(2026, 10, left)
