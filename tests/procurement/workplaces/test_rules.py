"""Counts for reserved contracts: exact shares, honest days."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.reserved.rules import Standing
from procurement.workplaces import errors, rules
from procurement.workplaces.rules import CountFacts

TODAY = date(2026, 9, 1)
GOOD = CountFacts(
    date(2026, 8, 1), 10, 3, 1, "Wij leiden mensen op die lang geen werk hadden.", "pso", "PSO 30+, nummer 12", date(2027, 7, 1)
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({}, None, ""),
        ({"people": 0, "target": 0, "seconded": 0}, errors.NobodyCounted, "people"),
        ({"people": -1}, errors.NobodyCounted, "people"),
        ({"target": 11}, errors.TargetTooMany, "target"),
        ({"seconded": 4}, errors.TargetTooMany, "seconded"),
        ({"aim": " kort "}, errors.AimTooShort, "aim"),
        ({"proof": "niets"}, errors.ProofMissing, "proof_note"),
        ({"proof_note": "  "}, errors.ProofMissing, "proof_note"),
        ({"counted_on": TODAY + timedelta(days=1)}, errors.CountDayInvalid, "counted_on"),
        ({"counted_on": TODAY - timedelta(days=366)}, errors.CountDayInvalid, "counted_on"),
        ({"valid_until": TODAY}, errors.ProofDayInvalid, "valid_until"),
        ({"valid_until": date(2027, 8, 2)}, None, ""),
        ({"valid_until": date(2027, 8, 3)}, errors.ProofDayInvalid, "valid_until"),
        ({"target": 0, "seconded": 0}, None, ""),
    ],
)
def test_a_count_is_whole_recent_and_has_a_proof(change, error, field):
    if error is None:
        rules.check_count(replace(GOOD, **change), TODAY)
        return
    with pytest.raises(error) as refused:
        rules.check_count(replace(GOOD, **change), TODAY)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("people", "target", "fits", "shown", "lacks"),
    [(10, 3, True, "30.00", 0), (1000, 299, False, "29.90", 2), (7, 2, False, "28.57", 1), (3, 1, True, "33.33", 0),
     (100_000, 29_999, False, "29.99", 2), (1, 0, False, "0.00", 1), (31, 6, False, "19.35", 5)],
)  # fmt: skip
def test_the_share_is_exact_and_never_shown_as_more_than_it_is(people, target, fits, shown, lacks):
    assert rules.meets(people, target, 30) is fits
    assert rules.share(people, target) == Decimal(shown)
    assert rules.lacking(people, target, 30) == lacks


@given(people=st.integers(1, 5000), target=st.integers(0, 5000), percent=st.integers(1, 99))
def test_hiring_what_lacks_is_just_enough(people, target, percent):
    target = min(target, people)
    more = rules.lacking(people, target, percent)
    assert rules.meets(people + more, target + more, percent)
    assert more == 0 or not rules.meets(people + more - 1, target + more - 1, percent)


@pytest.mark.parametrize(
    ("people", "target", "until", "accepted", "stands"),
    [(10, 3, TODAY, None, Standing.STATED), (10, 3, TODAY, True, Standing.CHECKED), (10, 3, TODAY, False, Standing.REFUSED),
     (10, 2, TODAY, None, Standing.BELOW), (10, 2, TODAY, True, Standing.BELOW),
     (10, 3, TODAY - timedelta(days=1), True, Standing.EXPIRED)],
)  # fmt: skip
def test_how_a_count_stands(people, target, until, accepted, stands):
    found = rules.standing(people, target, valid_until=until, accepted=accepted, on=TODAY, percent=30)
    assert found is stands
    assert (stands in rules.FITS) == (stands in {Standing.STATED, Standing.CHECKED})
