from datetime import UTC, date, datetime, timedelta

import pytest

from coops.register import errors, rules
from coops.register.rules import Claim, Grade, Verdict

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)


def verdict(*, verified=True, claims=("surplus",), at=AT):
    return Verdict(at, verified, frozenset(claims), at + rules.VERIFIED_FOR)


@pytest.mark.parametrize("value", ["101", "-1", "half", "", "1.5", "٣"])
def test_a_share_is_a_percentage(value):
    with pytest.raises(errors.SharesInvalid) as refused:
        rules.check_claims({Claim.VOTES_WORKERS: value}, on=AT.date())
    assert refused.value.field == "votes_workers"


def test_facts_that_can_be_are_accepted():
    rules.check_claims(
        {Claim.VOTES_WORKERS: "100", Claim.SURPLUS: "members", Claim.LAST_MEETING: "2026-09-01"}, on=AT.date()
    )


def test_a_meeting_in_the_future_was_not_held():
    with pytest.raises(errors.MeetingInFuture):
        rules.check_claims({Claim.LAST_MEETING: "2026-09-02"}, on=date(2026, 9, 1))


def test_a_profile_names_work_and_counts_from_nought():
    with pytest.raises(errors.SectorMissing):
        rules.check_profile([], None, None)
    with pytest.raises(errors.CapacityInvalid) as refused:
        rules.check_profile(["green"], 0, -1)
    assert refused.value.field == "people"
    rules.check_profile(["green"], 0, None)


def test_verified_from_the_decision_until_two_years_later():
    last = verdict()
    assert rules.is_verified(last, AT)
    assert rules.is_verified(last, AT + rules.VERIFIED_FOR - timedelta(seconds=1))
    assert not rules.is_verified(last, AT + rules.VERIFIED_FOR)
    assert not rules.is_verified(last, AT - timedelta(seconds=1))
    assert not rules.is_verified(verdict(verified=False), AT)
    assert not rules.is_verified(None, AT)


@pytest.mark.parametrize(
    ("claim", "declared_at", "last", "at", "expected"),
    [
        ("surplus", AT, verdict(), AT, Grade.VERIFIED),
        ("surplus", AT + timedelta(days=1), verdict(), AT + timedelta(days=2), Grade.DECLARED),
        ("open_entry", AT, verdict(), AT, Grade.DECLARED),
        ("surplus", AT, None, AT, Grade.DECLARED),
        ("surplus", AT, None, AT + rules.DECLARED_FOR, Grade.NONE),
        ("surplus", AT, verdict(), AT + rules.VERIFIED_FOR, Grade.NONE),
    ],
)
def test_a_fact_is_as_good_as_its_evidence(claim, declared_at, last, at, expected):
    assert rules.grade(claim, declared_at, last, at) is expected


@pytest.mark.parametrize("user", [1, 2, 3])
def test_who_filled_it_in_or_coaches_does_not_verify(user):
    assert not rules.may_verify(user, registered_by_id=1, changed_by_id=2, coach_id=3)
    assert rules.may_verify(4, registered_by_id=1, changed_by_id=2, coach_id=None)
