from datetime import UTC, date, datetime, timedelta

import pytest

from coops.meetings import errors, rules
from coops.meetings.rules import MeetingTerms, MotionFacts, State

AT = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


def test_members_are_called_together_in_time():
    terms = MeetingTerms(convocation_days=7)
    rules.check_convocation(terms, AT + timedelta(days=7, hours=-5), AT, 1)
    with pytest.raises(errors.TooLateToConvene) as refused:
        rules.check_convocation(terms, AT + timedelta(days=6), AT, 1)
    assert refused.value.facts["first"] == date(2026, 9, 8)
    with pytest.raises(errors.NoMotions):
        rules.check_convocation(terms, AT + timedelta(days=30), AT, 0)


def test_days_are_days_in_amsterdam():
    late = datetime(2026, 9, 1, 22, 30, tzinfo=UTC)  # half past midnight there
    with pytest.raises(errors.TooLateToConvene):
        rules.check_convocation(MeetingTerms(), datetime(2026, 9, 8, 18, 0, tzinfo=UTC), late, 1)


@pytest.mark.parametrize(
    "terms",
    [MeetingTerms(0), MeetingTerms(61), MeetingTerms(7, 101), MeetingTerms(7, -1), MeetingTerms(7, 0, 11)],
)
def test_terms_that_cannot_be(terms):
    with pytest.raises(errors.TermInvalid):
        rules.check_terms(terms)


def test_a_meeting_opens_on_its_day_once():
    rules.check_opening(State.CONVENED, AT + timedelta(hours=3), AT)
    for state, meets_at, error in [
        (State.DRAFT, AT, errors.NotYet), (State.CONVENED, AT + timedelta(days=1), errors.NotYet),
        (State.OPEN, AT, errors.NotOpen), (State.CLOSED, AT, errors.NotOpen),
    ]:  # fmt: skip
        with pytest.raises(error):
            rules.check_opening(state, meets_at, AT)


def test_who_can_hold_a_proxy():
    good = {"giver": 1, "holder": 2, "is_present": False, "holder_is_represented": False, "giver_holds": 0}
    rules.check_proxy(**good)
    for change in ({"holder": 1}, {"is_present": True}, {"holder_is_represented": True}, {"giver_holds": 1}):
        with pytest.raises(errors.ProxyInvalid):
            rules.check_proxy(**{**good, **change})


@pytest.mark.parametrize(
    ("here", "voters", "percent", "enough"),
    [
        (0, 10, 0, False),
        (1, 10, 0, True),
        (5, 10, 50, True),
        (4, 10, 50, False),
        (2, 3, 67, False),
        (3, 3, 100, True),
    ],
)
def test_quorum(here, voters, percent, enough):
    assert rules.has_quorum(here, voters, percent) is enough


def test_texts_say_something():
    assert rules.check_text(" a ", "title") == "a"
    with pytest.raises(errors.TextMissing):
        rules.check_text("  ", "title")


@pytest.mark.parametrize(
    ("title", "text", "secret", "fault"),
    [
        ("Ali ontslaan als bestuurder", "", False, errors.SecretForPeople),
        ("Verder", "Wij benoemen Nora.", False, errors.SecretForPeople),
        ("Royement van een lid", "", False, errors.SecretForPeople),
        ("Ali ontslaan als bestuurder", "", True, None),
        ("Een bakfiets kopen", "Wij kiezen de kleur samen.", False, None),
        (" ", "", True, errors.TextMissing),
    ],
)
def test_on_people_one_votes_in_secret(title, text, secret, fault):
    motion = MotionFacts(title, text, secret)
    if fault is None:
        rules.check_motion(motion)
    else:
        with pytest.raises(fault):
            rules.check_motion(motion)
