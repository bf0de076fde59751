from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from procurement.drafting import rules
from procurement.tenders import errors

AT = datetime(2026, 9, 1, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Draft:
    title: str = "x"
    description: str = "x"
    cpv: str | None = "90910000"
    category: str | None = "cleaning"
    value_minor: int | None = 1
    starts_on: date | None = AT.date()
    ends_on: date | None = AT.date()
    procedure: str | None = "national_open"
    no_lots_reason: str = "x"
    method: str | None = "value_award"
    closes_at: datetime | None = AT
    questions_until: datetime | None = AT
    contact_name: str = "x"
    contact_email: str = "x"
    lots: tuple[object, ...] = ("one",)


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"title": ""}, "what"),
        ({"cpv": None}, "what"),
        ({"ends_on": None}, "value"),
        ({"procedure": None}, "procedure"),
        ({"no_lots_reason": ""}, "lots"),
        ({"method": None}, "scoring"),
        ({"closes_at": None}, "planning"),
        ({"contact_email": ""}, "planning"),
    ],
)
def test_a_missing_fact_leaves_its_step_open(change, step):
    draft = replace(Draft(), **change)
    assert [each.id for each in rules.steps(draft) if not each.done] == [step]
    with pytest.raises(errors.DraftIncomplete):
        rules.check_complete(draft)


def test_a_whole_draft_passes():
    rules.check_complete(Draft())
    assert rules.next_step(Draft(), "what") is None


def test_the_next_step_is_the_first_open_one_behind_else_before():
    draft = replace(Draft(), title="", method=None)
    assert rules.next_step(draft, "value") == "scoring"
    assert rules.next_step(draft, "scoring") == "what"
