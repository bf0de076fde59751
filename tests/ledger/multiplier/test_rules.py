"""LM3: bounds, silence and place, and no way to borrow a number."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.multiplier import errors, forms
from ledger.multiplier.models import Study, StudyRecipient
from ledger.multiplier.rules import WHOLE, Recipient, multiplier, said, shown
from ledger.share.rules import Standing

L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN


def test_the_table_of_spending_again_80_and_20_percent():
    often = multiplier(1000, [Recipient(L, 800, 8_000)])
    assert (often.second, often.third) == ((800, 800), (640, 640))
    assert often.lo == often.hi == Fraction(244, 100)
    seldom = multiplier(1000, [Recipient(L, 200, 2_000)])
    assert (seldom.third[0], seldom.lo) == (40, Fraction(124, 100))


def test_attack_13_who_is_silent_counts_for_nothing_in_lo_and_for_all_in_hi():
    found = multiplier(1000, [Recipient(L, 400, 5_000), Recipient(L, 400, None)])
    assert found.third == (200, 600)
    assert (found.floor, found.lo, found.hi) == (Fraction(18, 10), Fraction(2), Fraction(24, 10))
    assert (found.response, found.asked, found.answered) == (Fraction(1, 2), 2, 1)


def test_whose_place_is_not_proven_widens_both_rounds():
    found = multiplier(1000, [Recipient(L, 200, 0), Recipient(U, 300, 10_000), Recipient(N, 500, None)])
    assert (found.second, found.third) == ((200, 500), (0, 300))
    assert (found.lo, found.hi) == (Fraction(12, 10), Fraction(18, 10))


@pytest.mark.parametrize(
    ("answered", "apart"),
    [
        ((0, 0), True),
        ((1, 0), False),
        ((4, 0), False),
        ((5, 0), True),
        ((5, 4), False),
        ((5, 5), True),
        ((0, 1), False),
    ],
)
def test_a_third_round_of_fewer_than_five_answers_gives_none_of_them_away(answered, apart):
    those = [
        Recipient(each, 10, 6_000)
        for each, number in zip((L, U), answered, strict=True)
        for _ in range(number)
    ]
    found, whole = (one(1000, [*those, *[Recipient(L, 10, None)] * 5]) for one in (shown, multiplier))
    assert found.apart is apart
    assert found.third == (whole.third if apart else (0, found.second[1]))
    assert found.lo <= whole.lo <= whole.hi <= found.hi


@pytest.mark.parametrize(
    ("local", "unknown", "silent", "second"),
    [
        (5, 5, 5, (100, 150)),
        (5, 5, 4, (90, 140)),
        (5, 4, 5, (100, 1000)),
        (2, 5, 2, (0, 1000)),
        (0, 5, 0, (0, 50)),
    ],
)
def test_attack_19_what_fewer_than_five_got_follows_from_no_round_and_no_response(
    local, unknown, silent, second
):
    those = [Recipient(L, 10, 6_000)] * local + [Recipient(U, 10, 6_000)] * unknown
    those += [Recipient(L, 10, None)] * silent + [Recipient(N, 10, None)]
    found, whole = (one(1000, those) for one in (shown, multiplier))
    assert found.second == second
    assert found.told is (second[1] != 1000)
    if silent in {0, 5} and found.told:
        assert found == whole
    else:
        assert (found.response, found.third, found.apart) == (None, (0, second[1]), False)
    assert found.lo <= whole.lo <= whole.hi <= found.hi


def test_nobody_near_is_a_multiplier_of_one():
    found = multiplier(1000, [Recipient(N, 1000, None)])
    assert (found.lo, found.hi, found.response) == (1, 1, None)


@pytest.mark.parametrize(
    ("first", "recipients", "error"),
    [
        (0, [], errors.FirstRoundMissing), (-5, [], errors.FirstRoundMissing),
        (100, [(L, 60, 0), (N, 41, 0)], errors.RoundTooLarge), (100, [(L, 0, 0)], errors.FirstRoundMissing),
        (100, [(L, 1, -1)], errors.AnswerInvalid), (100, [(L, 1, 10_001)], errors.AnswerInvalid),
    ],
)  # fmt: skip
def test_rounds_that_cannot_be_are_refused(first, recipients, error):
    with pytest.raises(error):
        multiplier(first, [Recipient(*each) for each in recipients])


def test_a_study_says_what_and_whom():
    for text in (" ", "x" * 6):
        with pytest.raises(errors.StudyTextMissing):
            said(text, "title", 5)


answers = st.none() | st.integers(0, WHOLE)
people = st.lists(st.tuples(st.sampled_from([L, N, U]), st.integers(1, 10**9), answers), max_size=20)


@given(people)
def test_a_multiplier_lies_between_one_and_three(rows):
    found = multiplier(max(1, sum(amount for _, amount, _ in rows)), [Recipient(*each) for each in rows])
    assert 1 <= found.floor <= found.lo <= found.hi <= 3


@given(people, st.data())
def test_the_multiplier_never_falls_when_the_area_grows(rows, data):
    """In a larger area more of the same recipients are near, and they spent no less of it there."""
    first = max(1, sum(amount for _, amount, _ in rows))
    small = multiplier(first, [Recipient(*each) for each in rows])
    grown = []
    for standing, amount, answer in rows:
        near = data.draw(st.sampled_from({L: [L], U: [U, L], N: [N, L]}[standing]))
        more = None if answer is None else data.draw(st.integers(answer, WHOLE))
        grown.append(Recipient(near, amount, more))
    large = multiplier(first, grown)
    assert large.floor >= small.floor
    assert large.lo >= small.lo
    assert large.hi >= small.hi


def test_attack_13_there_is_no_field_for_a_borrowed_multiplier():
    fields = {*vars(forms.StudyForm), *vars(forms.RecipientForm), *Study.__table__.columns.keys()}
    fields |= set(StudyRecipient.__table__.columns.keys())
    assert not [name for name in fields if "multipl" in name or "factor" in name or "lm3" in name]
    assert "multiplier" not in Path(forms.__file__).read_text(encoding="utf-8").split('"""', 2)[2].casefold()
