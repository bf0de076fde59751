from dataclasses import replace
from datetime import date

import pytest

from coops.experience import errors, rules
from coops.experience.rules import ContractJob, JobFacts

TODAY = date(2026, 9, 1)
JOB = JobFacts(
    "Twee scholen schoon", "Stichting Voorbeeld", 60_000_00, "90919300", date(2024, 1, 1), date(2025, 7, 1)
)


def test_a_job_as_it_may_be_kept():
    rules.check_job(JOB, TODAY)
    rules.check_job(replace(JOB, ends_on=None), TODAY)


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"title": " "}, errors.JobTextMissing, "title"), ({"client": ""}, errors.JobTextMissing, "client"),
        ({"value_minor": 0}, errors.JobValueInvalid, "value"),
        ({"starts_on": date(2026, 9, 2)}, errors.JobTermInvalid, "starts_on"),
        ({"ends_on": date(2024, 1, 1)}, errors.JobTermInvalid, "ends_on"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_at_its_field(change, error, field):
    with pytest.raises(error) as refused:
        rules.check_job(replace(JOB, **change), TODAY)
    assert refused.value.field == field


def test_what_counts_is_the_same_kind_and_not_long_ago():
    assert rules.counts(JOB, "90910000", 3, date(2025, 7, 1))
    assert not rules.counts(JOB, "90910000", 3, date(2025, 7, 2))
    assert rules.counts(replace(JOB, ends_on=None), "90910000", 3, date(2030, 1, 1))
    assert not rules.counts(JOB, "90610000", 3, date(2025, 1, 1))


def test_a_job_in_words_of_a_bid():
    words = rules.in_words(replace(JOB, place="Osdorp", contact="Voorbeeld, 020 000 00 00"))
    assert words.splitlines() == [
        "Twee scholen schoon, voor Stichting Voorbeeld, Osdorp.",
        "01-01-2024 tot 01-07-2025, €\u00a060\u00a0000 zonder btw, CPV 90919300.",
        "Navraag: Voorbeeld, 020 000 00 00.",
    ]
    assert "tot nu" in rules.in_words(replace(JOB, ends_on=None))
    assert "Navraag" not in rules.in_words(JOB)


MADE = ContractJob(
    "Werk",
    "Stichting  Wonen",
    100_000,
    "90910000",
    date(2026, 1, 1),
    date(2026, 6, 30),
    contract="C-2026-0001",
)
WRITTEN = JobFacts("Schoonmaak", "stichting wonen", 95_000, "90910000", date(2025, 12, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("facts", "is_same"),
    [
        ({}, True), ({"client": "Stichting Anders"}, False), ({"value_minor": 90_000}, True),
        ({"value_minor": 89_999}, False), ({"value_minor": 111_112}, False), ({"ends_on": None}, True),
        ({"ends_on": date(2025, 12, 31)}, False), ({"starts_on": date(2026, 7, 1), "ends_on": None}, False),
    ],
)  # fmt: skip
def test_a_job_that_was_written_down_and_a_contract_made_here_are_one(facts, is_same):
    assert rules.is_same(replace(WRITTEN, **facts), MADE) is is_same


def test_a_contract_is_one_job_once():
    assert rules.twins([WRITTEN, WRITTEN], [MADE]) == [MADE, None]
    assert rules.twins([WRITTEN], []) == [None]
