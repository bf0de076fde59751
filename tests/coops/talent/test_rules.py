from datetime import UTC, datetime, timedelta

import pytest

from coops.talent import errors, rules
from coops.talent.rules import About, Idle
from cwb.kernel.identifiers import BsnFound

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)
FINE = About("Zon", "zon@voorbeeld.example", ("cleaning",))


@pytest.mark.parametrize(
    ("facts", "consent", "error", "field"),
    [
        ({"name": " "}, True, errors.NameMissing, "name"),
        ({"contact": ""}, True, errors.ContactMissing, "contact"),
        ({"name": "Zon 111222333"}, True, BsnFound, "name"),
        ({"contact": "111222333"}, True, BsnFound, "contact"),
        ({"skills": ()}, True, errors.SkillMissing, "skills"),
        ({"hours": 0}, True, errors.HoursInvalid, "hours"),
        ({"hours": 61}, True, errors.HoursInvalid, "hours"),
        ({}, False, errors.ConsentMissing, "consent"),
    ],
)
def test_what_may_not_be_kept_is_refused_at_its_field(facts, consent, error, field):
    about = About(**{"name": "Zon", "contact": "zon@voorbeeld.example", "skills": ("cleaning",), **facts})
    with pytest.raises(error) as refused:
        rules.check(about, consent=consent)
    assert refused.value.field == field


def test_the_least_is_enough():
    rules.check(FINE, consent=True)


def test_silence_is_asked_about_and_then_erased():
    asked = AT + rules.IDLE
    assert rules.idle(AT, None, asked - timedelta(seconds=1)) is Idle.NOTHING
    assert rules.idle(AT, None, asked) is Idle.ASK
    assert rules.idle(AT, asked, asked + rules.ANSWER - timedelta(seconds=1)) is Idle.NOTHING
    assert rules.idle(AT, asked, asked + rules.ANSWER) is Idle.ERASE
    assert rules.idle(asked + timedelta(days=1), asked, asked + rules.ANSWER) is Idle.NOTHING


def test_counts_under_five_are_not_told():
    counts = rules.counted([("green", "cleaning")] * 4 + [("green",)])
    assert counts == {"cleaning": 4, "green": 5}
    assert rules.told(counts) == {"cleaning": None, "green": 5}
