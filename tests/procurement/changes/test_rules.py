from contextlib import nullcontext
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from procurement.changes import errors, rules
from procurement.changes.gateway import grounds
from procurement.changes.rules import Affects, Ground, Past, State

THRESHOLD = Money(21_600_000)
VALUE = [Affects.VALUE]


def found(original, delta, *past, is_works=False, threshold=THRESHOLD):
    return rules.assess(
        original=Money(original),
        past=past,
        delta=Money(delta),
        threshold=threshold,
        is_works=is_works,
        rows=grounds(),
    )


def small(delta):
    return Past(Ground.SMALL, delta, date(2027, 12, 31))


@pytest.mark.parametrize(
    ("original", "delta", "is_works", "is_small"),
    [
        (10_000_000, 999_999, False, True), (10_000_000, 1_000_000, False, False), (10_000_000, 1_499_999, True, True),
        (10_000_000, 1_500_000, True, False), (10_000_000, -999_999, False, True),
        (10_000_000, -1_000_000, False, False), (1_000_000_000, 21_599_999, False, True),
        (1_000_000_000, 21_600_000, False, False), (10_000_000, 0, False, True),
    ],
)  # fmt: skip
def test_small_is_below_ten_percent_fifteen_for_works_and_below_the_threshold(
    original, delta, is_works, is_small
):
    assert found(original, delta, is_works=is_works).is_small is is_small


def test_small_changes_count_together_and_others_do_not():
    assert found(10_000_000, 400_000, small(500_000)).is_small
    assert not found(10_000_000, 500_000, small(500_000)).is_small
    assert found(10_000_000, 500_000, Past(Ground.CLAUSE, 5_000_000, date(2027, 12, 31))).is_small
    assert not found(10_000_000, 1_100_000, small(-900_000)).is_small


@pytest.mark.parametrize(("delta", "within"), [(5_000_000, True), (5_000_001, False), (-9_000_000, True)])
def test_half_of_the_original_value_for_extra_and_unforeseen_work(delta, within):
    assessed = found(10_000_000, delta)
    for ground in (Ground.ADDITIONAL, Ground.UNFORESEEN):
        if within:
            rules.check_ground(ground, VALUE, assessed)
        else:
            with pytest.raises(errors.OutsideHalf) as fault:
                rules.check_ground(ground, VALUE, assessed)
            assert fault.value.facts == {"total": Money(5_000_001), "limit": Money(5_000_000)}
    rules.check_ground(Ground.NOT_SUBSTANTIAL, VALUE, assessed)


def test_what_is_plainly_outside_is_refused_with_its_sum():
    with pytest.raises(errors.OutsideSmall) as fault:
        rules.check_ground(Ground.SMALL, VALUE, found(10_000_000, 600_000, small(500_000)))
    assert fault.value.facts == {"total": Money(1_100_000), "limit": Money(1_000_000)}


@pytest.mark.parametrize(
    ("affects", "delta", "ends_on", "fault"),
    [
        ([], 1, None, errors.NothingChanges), (VALUE, 0, None, errors.AmountMissing),
        ([Affects.OBJECT], -1, None, errors.ValueUntold), ([Affects.DURATION], 0, None, errors.EndMissing),
        (VALUE, 1, date(2028, 1, 1), errors.DurationUntold), ([Affects.OBJECT], 0, None, None),
        ([Affects.VALUE, Affects.DURATION], -1, date(2028, 1, 1), None),
    ],
)  # fmt: skip
def test_what_is_told_to_change_is_what_changes(affects, delta, ends_on, fault):
    with nullcontext() if fault is None else pytest.raises(fault):
        rules.check_told(affects, Money(delta), ends_on)


@pytest.mark.parametrize("ground", [each for each in Ground if each is not Ground.REPLACEMENT])
def test_another_supplier_comes_by_replacement_alone(ground):
    with pytest.raises(errors.GroundUnfit):
        rules.check_ground(ground, [Affects.SUPPLIER], found(10_000_000, 0))
    rules.check_ground(Ground.REPLACEMENT, [Affects.SUPPLIER], found(10_000_000, 0))


@given(st.integers(1, 10**11), st.lists(st.integers(-(10**9), 10**9), max_size=8))
def test_the_value_now_is_the_sum_and_many_small_ones_never_pass_the_limit(original, deltas):
    past = []
    for delta in deltas:
        if found(original, delta, *past).is_small:
            past.append(small(delta))
    total, _ends = rules.present(Money(original), date(2027, 12, 31), past)
    assert total.minor == original + sum(each.delta_minor for each in past)
    assert abs(total.minor - original) <= min(THRESHOLD.minor, original * 10 // 100)


def test_the_end_is_that_of_the_last_change():
    past = [Past(Ground.CLAUSE, 0, date(2028, 6, 30)), Past(Ground.SMALL, 5, date(2028, 3, 1))]
    assert rules.present(Money(10), date(2027, 12, 31), past) == (Money(15), date(2028, 3, 1))


def test_every_ground_has_its_row_and_words():
    assert set(grounds()) == {each.value for each in Ground} == {each.value for each in rules.GROUND_TEXTS}
    assert all(each.article and each.source and each.certainty == "unverified" for each in grounds().values())


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ((None, None, False), State.PROPOSED), ((False, None, False), State.REFUSED),
        ((True, None, False), State.APPROVED), ((True, False, False), State.DECLINED), ((True, True, True), State.IN_FORCE),
    ],
)  # fmt: skip
def test_where_a_change_stands(facts, state):
    approved, accepted, is_effective = facts
    assert rules.state_of(approved=approved, accepted=accepted, is_effective=is_effective) is state


def test_the_last_signature_counts_for_all():
    assert rules.signed_by_all([], [])
    assert rules.signed_by_all([1, 2], [2, 1])
    assert not rules.signed_by_all([1, 2], [1, 3])


def test_a_supplier_answers_until_the_last_day():
    end = date(2027, 12, 31)
    rules.check_answer(State.APPROVED, end, end)
    with pytest.raises(errors.Ended):
        rules.check_answer(State.APPROVED, date(2028, 1, 1), end)
    with pytest.raises(errors.NotWaiting):
        rules.check_answer(State.PROPOSED, end, end)


@pytest.mark.parametrize(
    ("state", "is_standing"), [(State.IN_FORCE, True), (State.DECLINED, True), (State.APPROVED, False)]
)
def test_a_signature_is_taken_back_only_while_another_is_missing(state, is_standing):
    rules.check_take_back(State.APPROVED, is_standing=True)
    with pytest.raises(errors.NothingToTakeBack):
        rules.check_take_back(state, is_standing=is_standing)
