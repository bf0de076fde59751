"""Order, roles and what cannot have happened."""

import random

import pytest

from ledger.flows.rules import Kind, Transfer, arranged, in_order

K = Kind


def rows(*given):
    return [Transfer(*each[:5], *each[5:7], row=place) for place, each in enumerate(given, start=2)]


GOOD = rows(
    (1, "I", "A", 100, K.ISSUE),
    (2, "A", "B", 60, K.PAYMENT, "p"),
    (3, "B", "A", 60, K.REVERSAL, "", "p"),
    (4, "A", "F", 5, K.FEE),
    (5, "A", "I", 50, K.REDEEM),
)


def test_who_is_outside_follows_from_the_kinds():
    flows, faults = arranged(GOOD)
    assert not faults
    assert flows.issuers == {"I"}
    assert flows.outside == {"I", "F"}
    assert list(flows.partner) == [-1, 2, 1, -1, -1]


def test_an_issuer_that_also_gets_fees_is_an_issuer_and_may_have_less_than_nothing():
    flows, faults = arranged(
        rows((1, "I", "A", 10, K.ISSUE), (2, "A", "I", 3, K.FEE), (3, "I", "A", 9, K.PAYMENT))
    )
    assert not faults
    assert flows.issuers == flows.outside == {"I"}


def test_the_order_of_rows_does_not_matter():
    for seed in range(20):
        shuffled = random.Random(seed).sample(GOOD, len(GOOD))
        assert arranged(shuffled) == arranged(GOOD)


def test_one_instant_goes_by_id_then_row_and_reversals_last():
    same = rows(
        (7, "B", "A", 1, K.REVERSAL, "1", "9"),
        (7, "A", "B", 1, K.PAYMENT, "", ""),
        (7, "A", "B", 1, K.PAYMENT, "10", ""),
        (7, "A", "B", 1, K.PAYMENT, "x", ""),
        (7, "A", "B", 1, K.PAYMENT, "9", ""),
        (7, "A", "B", 1, K.PAYMENT, "", ""),
    )
    assert [each.row for each in in_order(same[::-1])] == [6, 4, 5, 3, 7, 2]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ((9, "A", "A", 1, K.PAYMENT), "the same"),
        ((9, "A", "B", 0, K.PAYMENT), "not above zero"),
        ((9, "A", "B", -5, K.PAYMENT), "not above zero"),
        ((9, "A", "B", 46, K.PAYMENT), "has 0.45"),
        ((9, "Z", "B", 1, K.PAYMENT), "has 0.00"),
        ((9, "F", "B", 6, K.PAYMENT), "has 0.05"),
        ((9, "B", "A", 60, K.REVERSAL), "says in reverses"),
        ((9, "B", "A", 60, K.PAYMENT, "", "p"), "says in reverses"),
        ((9, "B", "A", 60, K.REVERSAL, "", "q"), "not there"),
        ((9, "B", "A", 60, K.REVERSAL, "", "p"), "reversed before"),
        ((9, "A", "B", 1, K.PAYMENT, "p"), "there twice"),
    ],
)  # fmt: skip
def test_what_cannot_have_happened_is_named_by_row(row, what):
    bad = rows(row)[0]._replace(row=99)
    _, faults = arranged([*GOOD, bad])
    assert [each.row for each in faults] == [99]
    assert what in faults[0].what


@pytest.mark.parametrize(
    ("reversal", "what"),
    [
        ((3, "A", "B", 60, K.REVERSAL, "", "p"), "opposite"),
        ((3, "B", "A", 59, K.REVERSAL, "", "p"), "opposite"),
        ((1, "B", "A", 60, K.REVERSAL, "", "p"), "comes later"),
    ],
)
def test_a_reversal_is_the_exact_opposite_and_comes_after(reversal, what):
    _, faults = arranged([*GOOD[:2], *rows(reversal)])
    assert [what in each.what for each in faults] == [True]


def test_a_reversal_is_not_reversed():
    _, faults = arranged(
        [*GOOD[:2], *rows((3, "B", "A", 60, K.REVERSAL, "r", "p"), (4, "A", "B", 60, K.REVERSAL, "", "r"))]
    )
    assert "a reversal itself" in faults[0].what


def test_an_id_of_thousands_of_digits_is_an_id():
    same = rows((1, "I", "A", 5, K.ISSUE, "9" * 5000), (1, "I", "B", 5, K.ISSUE, "10"))
    assert [each.row for each in in_order(same)] == [3, 2]
