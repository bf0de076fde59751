"""Books as transfers, windows that are due, groups that may be shown, and what € 100 costs."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.flows.rules import Kind
from ledger.measures import rules
from ledger.measures.errors import BooksUnreadable, CostEmpty, CostInFuture
from ledger.measures.rules import Cell, Line, Window

AT = datetime(2026, 9, 1, 10, 0, 0, 17, tzinfo=UTC)


def lines(transfer_id, kind, *legs, reverses=None):
    return [Line(transfer_id, AT, kind, reverses, name, cents) for name, cents in legs]


def test_each_giver_meets_each_taker_and_a_reversal_is_the_opposite_of_each_part():
    batch = lines(7, "voucher_demurrage", ("m1", -30), ("m2", -20), ("fund", 50))
    undone = lines(9, "reversal", ("fund", -50), ("m1", 30), ("m2", 20), reverses=7)
    found = rules.transfers_of(batch + undone)
    assert [(each.giver, each.taker, each.amount, each.kind) for each in found[:2]] == [
        ("m1", "fund", 30, Kind.DEMURRAGE), ("m2", "fund", 20, Kind.DEMURRAGE),
    ]  # fmt: skip
    assert [(each.giver, each.taker, each.kind, each.id, each.reverses) for each in found[2:]] == [
        ("fund", "m1", Kind.REVERSAL, "3", "1"), ("fund", "m2", Kind.REVERSAL, "4", "2"),
    ]  # fmt: skip
    assert rules.moment(found[0].at) == AT


def test_what_is_not_known_is_never_guessed():
    with pytest.raises(BooksUnreadable, match="voucher_novel"):
        rules.transfers_of(lines(1, "voucher_novel", ("m1", -1), ("m2", 1)))
    with pytest.raises(BooksUnreadable, match="reverses 5"):
        rules.transfers_of(lines(6, "reversal", ("m1", -1), ("m2", 1), reverses=5))


def test_windows_are_whole_quarters_and_the_year_up_to_today_each_once():
    first, today = date(2026, 5, 20), date(2026, 11, 3)
    due = rules.windows(first, today, set())
    assert due == [
        Window(first, date(2026, 7, 1)), Window(date(2026, 7, 1), date(2026, 10, 1)), Window(first, today),
    ]  # fmt: skip
    assert rules.windows(first, today, {tuple(each) for each in due}) == []
    assert rules.windows(first, first, set()) == []
    assert rules.windows(first, first + timedelta(days=1), set()) == [Window(first, date(2026, 5, 21))]
    late = date(2027, 8, 1)
    assert rules.windows(first, late, set())[-1] == Window(late - timedelta(days=365), late)


def cell(group, accounts, fewest=9):
    return Cell(group, accounts, 100, 50, 50, fewest)


def test_a_group_of_four_takes_another_with_it():
    named = [each.group for each in rules.shown([cell("a", 9), cell("b", 7), cell("c", 4)])]
    assert named == ["a"]
    assert [each.group for each in rules.shown([cell("a", 9), cell("b", 7), cell("c", 5)])] == ["a", "b", "c"]
    assert [each.group for each in rules.shown([cell("a", 9), cell("b", 4), cell("c", 3)])] == ["a"]
    assert rules.shown([cell("a", 9), cell("b", 9, fewest=1)]) == []
    assert [each.group for each in rules.shown([cell("a", 9), cell("b", 0, fewest=0)])] == ["a"]


def test_costs_are_of_the_past_and_not_nothing():
    today = date(2026, 9, 1)
    rules.check_cost(today, 0, 1, today)
    for amount, minutes in ((0, 0), (-1, 5), (5, -1)):
        with pytest.raises(CostEmpty):
            rules.check_cost(today, amount, minutes, today)
    with pytest.raises(CostInFuture):
        rules.check_cost(today + timedelta(days=1), 1, 0, today)


@pytest.mark.parametrize(
    ("cost", "volume", "each"), [(50_00, 1000_00, 5_00), (1, 3_00, 33), (5, 10_00, 50), (1, 0, None)]
)
def test_what_a_hundred_euros_of_volume_cost(cost, volume, each):
    assert rules.per_hundred(cost, volume) == each


def test_each_definition_says_what_it_is_in_one_short_sentence():
    assert len({each.path for each in rules.DEFINITIONS}) == len(rules.DEFINITIONS)
    for each in rules.DEFINITIONS:
        assert len(each.about.split()) <= 15, each.about
        assert each.about.count(".") == 1, each.about
