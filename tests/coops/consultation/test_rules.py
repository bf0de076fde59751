from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from coops.consultation import errors, rules

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_the_closing_instant_itself_is_closed():
    standing = SimpleNamespace(closes_at=AT, reported_at=None)
    assert rules.stage_of(standing, AT - timedelta(microseconds=1)) is rules.Stage.OPEN
    assert rules.stage_of(standing, AT) is rules.Stage.CLOSED
    standing.reported_at = AT + timedelta(days=1)
    assert rules.stage_of(standing, AT) is rules.Stage.CLOSED
    assert rules.stage_of(standing, AT + timedelta(days=1)) is rules.Stage.REPORTED


def test_one_question_per_line_and_blank_lines_do_not_count():
    assert rules.checked_questions(" Wat kan? \n\n Wanneer? ") == ["Wat kan?", "Wanneer?"]
    for text, fault in (
        ("  \n ", errors.QuestionsMissing),
        ("\n".join("abcdefgh"), errors.TooManyQuestions),
        ("x" * 301, errors.QuestionTooLong),
    ):
        with pytest.raises(fault) as refused:
            rules.checked_questions(text)
        assert refused.value.field == "questions"


def test_people_have_a_week_to_answer():
    rules.check_closing(AT + timedelta(days=7), AT)
    with pytest.raises(errors.ClosingTooSoon):
        rules.check_closing(AT + timedelta(days=7) - timedelta(seconds=1), AT)


def test_answers_fit_the_questions():
    assert rules.checked_answers(["", " ja "], 3) == ["", "ja", ""]
    assert rules.checked_answers(["a", "b", "c"], 2) == ["a", "b"]
    with pytest.raises(errors.NothingAnswered):
        rules.checked_answers(["", " "], 2)
