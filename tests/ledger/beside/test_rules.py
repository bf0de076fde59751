"""What a heading may say: nothing that the bounds of the shares do not carry."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ledger.beside.rules import drawn, finding_of, hidden, leader

RATIOS = some.integers(-50, 150).map(lambda hundredths: Decimal(hundredths) / 100)
SPANS = some.one_of(
    some.tuples(RATIOS, RATIOS, some.floats(0, 1)).map(lambda drawn: (*sorted(drawn[:2]), drawn[2])),
    some.just((None, None, 0.5)),
)


@settings(max_examples=60)
@given(some.dictionaries(some.sampled_from("abcdef"), SPANS, min_size=2))
def test_who_is_named_as_the_largest_is_so_wherever_the_truth_lies(spans):
    name = leader({key: (lo, hi) for key, (lo, hi, _) in spans.items()})
    if name is None:
        return
    assert all(lo is not None for lo, _, _ in spans.values())
    true = {key: lo + (hi - lo) * Decimal(place) for key, (lo, hi, place) in spans.items()}
    assert all(true[name] > value for key, value in true.items() if key != name)


@settings(max_examples=60)
@given(some.dictionaries(some.sampled_from("abcdef"), SPANS, min_size=2))
def test_nobody_is_named_only_where_two_may_change_places(spans):
    bounds = {key: (lo, hi) for key, (lo, hi, _) in spans.items()}
    if leader(bounds) is None:
        for name, (lo, _) in bounds.items():
            rivals = [hi for key, (_, hi) in bounds.items() if key != name]
            assert lo is None or any(hi is None or hi >= lo for hi in rivals)


def share(lo, hi, enough=True):
    return Decimal(lo), Decimal(hi), enough


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({}, ("none", None, None)),
        ({"a": share("0.3", "0.6", enough=False)}, ("none", None, None)),
        ({"a": share("0.3", "0.4"), "b": share("0", "0.9", enough=False)}, ("one", "a", Decimal("0.3"))),
        ({"a": share("0.319", "0.358"), "b": share("0.294", "0.338")}, ("open", None, Decimal("0.294"))),
        ({"a": share("0.319", "0.358"), "b": share("0.294", "0.319")}, ("open", None, Decimal("0.294"))),
        ({"a": share("0.319", "0.358"), "b": share("0.294", "0.318")}, ("first", "a", Decimal("0.294"))),
        (
            {"a": share("0.32", "0.36"), "b": share("0.2", "0.3"), "c": share("0.1", "0.5", enough=False)},
            ("open", None, Decimal("0.2")),
        ),
        (
            {"a": share("0.1", "0.15"), "b": share("0.2", "0.3"), "c": share("0.4", "0.6", enough=False)},
            ("open", None, Decimal("0.1")),
        ),
    ],
)
def test_a_heading_names_one_or_what_is_certain_of_all(shares, said):
    assert finding_of(shares) == said


def test_what_is_put_together_is_told_as_a_part_of_all():
    assert hidden({"*": 75, "a": 25}) == Decimal("0.75")
    assert hidden({"a": 25}) is None
    assert hidden({"*": 0, "a": 25}) is None
    assert hidden({"*": 5, "a": -5}) is None


@pytest.mark.parametrize(
    ("bounds", "bar"),
    [
        (("0.2", "0.3"), ("0.2", "0.3")), (("-0.0004", "0.2910"), ("0", "0.2910")), (("0.9", "1.0004"), ("0.9", "1")),
        (("-0.001", "0.29"), None), (("0.9", "1.001"), None), ((None, "0.2"), None),
    ],
)  # fmt: skip
def test_a_bar_is_drawn_where_its_bounds_read_as_a_share_and_nowhere_else(bounds, bar):
    lo, hi = (None if each is None else Decimal(each) for each in bounds)
    assert drawn(lo, hi) == ((None, None) if bar is None else tuple(Decimal(each) for each in bar))
