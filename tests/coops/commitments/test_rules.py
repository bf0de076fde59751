from datetime import date, timedelta

import pytest

from coops.commitments import errors, rules
from coops.commitments.rules import Kept, Publication

DAY = date(2026, 9, 1)
DUE = date(2026, 12, 1)


@pytest.mark.parametrize(
    "what",
    [
        "Wij gunnen u het perceel", "Het perceel wordt aan u gegund", "De gunning is voor u", "U krijgt de opdracht",
        "Wij geven u een groot contract", "Het werk is voor u verzekerd", "Wij kopen zonder aanbesteding",
        "We award you the lot", "Gegarandeerd werk", "De groep krijgt het werk",
    ],
)  # fmt: skip
def test_what_promises_the_work_itself_is_refused_with_the_word(what):
    with pytest.raises(errors.AwardPromised) as refused:
        rules.check_commitment(what, DUE, today=DAY)
    assert refused.value.field == "what"


@pytest.mark.parametrize(
    "what",
    [
        "Wij publiceren een perceel schoonmaak van 40 uur", "Wij nodigen u uit voor een offerte",
        "Wij onderzoeken of vijf gymzalen een eigen perceel worden", "Wij bespreken het gunstige moment",
    ],
)  # fmt: skip
def test_publishing_inviting_and_examining_may_be_promised(what):
    rules.check_commitment(what, DUE, today=DAY)


def test_it_lies_ahead_and_says_what():
    with pytest.raises(errors.WhatMissing):
        rules.check_commitment(" ", DUE, today=DAY)
    for day in (DAY, DAY + rules.FARTHEST + timedelta(days=1)):
        with pytest.raises(errors.DueInvalid):
            rules.check_commitment("x", day, today=DAY)
    rules.check_commitment("x", DAY + timedelta(days=1), today=DAY)


def test_kept_late_broken_withdrawn():
    after = DUE + timedelta(days=1)
    assert rules.kept(DUE, None, None, DUE) is Kept.OPEN
    assert rules.kept(DUE, None, None, after) is Kept.BROKEN
    assert rules.kept(DUE, DUE, None, after) is Kept.KEPT
    assert rules.kept(DUE, after, None, after) is Kept.LATE
    assert rules.kept(DUE, None, DUE, after) is Kept.WITHDRAWN
    assert rules.kept(DUE, None, after, after) is Kept.BROKEN


OPEN_CLEANING = Publication("T-2026-0007", "cleaning", frozenset())
INVITATION = Publication("T-2026-0008", "cleaning", frozenset({5}))


@pytest.mark.parametrize(
    ("kind", "done", "category", "grown", "about", "looks"),
    [
        ("publish_lot", OPEN_CLEANING, "cleaning", set(), {1}, True),
        ("publish_lot", OPEN_CLEANING, "catering", set(), {1}, False),
        ("publish_lot", Publication("T-2026-0007", "", frozenset()), "", set(), {1}, False),
        ("publish_lot", INVITATION, "cleaning", {1}, {1}, False),
        ("invite", INVITATION, "catering", {1}, {1, 2}, True),
        ("invite", INVITATION, "cleaning", {3}, {1}, False),
        ("invite", OPEN_CLEANING, "cleaning", set(), {1}, False),
        ("examine", OPEN_CLEANING, "cleaning", set(), {1}, False),
    ],
)  # fmt: skip
def test_what_looks_like_the_promise(kind, done, category, grown, about, looks):
    found = rules.seems_kept(kind, done, category=category, grown=frozenset(grown), about=frozenset(about))
    assert found is looks
