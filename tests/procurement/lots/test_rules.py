import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from coops.experience.rules import ContractJob
from cwb.kernel.money import Money
from cwb.kernel.waiting import apart
from procurement.advice.gateway import law
from procurement.lots import errors, rules
from procurement.lots.rules import Entrant


@dataclass(frozen=True)
class Lot:
    number: int
    title: str
    value_minor: int | None


def lots(*values):
    return [Lot(number, f"Deel {number}", value) for number, value in enumerate(values, start=1)]


def test_lots_add_up_to_the_cent():
    rules.check_lots(300, lots(100, 200))
    assert rules.is_whole(300, lots(100, 200))


@pytest.mark.parametrize(
    ("value", "parts", "fault"),
    [
        (301, lots(100, 200), errors.LotsNotAddingUp), (299, lots(100, 200), errors.LotsNotAddingUp),
        (None, lots(100, 200), errors.LotsNotAddingUp), (100, lots(100, None), errors.LotValueInvalid),
        (100, lots(100, 0), errors.LotValueInvalid), (3, [Lot(1, "", 1), Lot(2, "x", 2)], errors.LotTitleMissing),
        (3, [Lot(1, "Zwembád", 1), Lot(2, "zwembad ", 2)], errors.LotTwice),
    ],
)  # fmt: skip
def test_lots_that_are_not_whole_are_refused_with_what_is_wrong(value, parts, fault):
    with pytest.raises(fault):
        rules.check_lots(value, parts)
    assert not rules.is_whole(value, parts)


def test_the_refusal_says_both_sums_and_the_gap():
    with pytest.raises(errors.LotsNotAddingUp) as fault:
        rules.check_lots(1000, lots(400, 700))
    assert fault.value.facts == {"sum": Money(1100), "value": Money(1000), "gap": Money(100)}


@pytest.mark.parametrize(("bid", "won"), [(0, None), (4, None), (None, 0), (None, 4), (1, 2)])
def test_a_limit_lies_between_one_and_the_number_of_lots(bid, won):
    with pytest.raises(errors.LimitInvalid):
        rules.check_limits(bid, won, 3)


def test_no_limit_and_a_sensible_one_pass():
    for bid, won in ((None, None), (3, 1), (2, 2), (None, 3)):
        rules.check_limits(bid, won, 3)


def test_a_limit_that_reaches_all_lots_is_no_limit():
    assert [rules.real_limit(each, 3) for each in (None, 1, 2, 3)] == [None, 1, 2, None]


def test_small_lots_are_below_the_limit_and_a_fifth_together():
    table = law("nieuw_west").small_lots
    found = rules.small_lots(lots(22_500_000, 6_000_000, 1_500_000), table)
    assert (found.below, found.room, found.together) == (Money(8_000_000), Money(6_000_000), Money(7_500_000))
    assert (found.small, found.fitting, found.all_fit) == ({2, 3}, {3}, False)
    at_the_limit = rules.small_lots(lots(40_000_000, 8_000_000), table)
    assert at_the_limit.small == frozenset()
    exact = rules.small_lots(lots(8_000_000, 2_000_000), table)
    assert exact.fitting == {2}
    assert exact.all_fit


OUTCOME = {
    "ranking": [
        {"id": "A", "rank": 1}, {"id": "B", "rank": 1}, {"id": "C", "rank": 3}, {"id": "D", "rank": None},
    ]
}  # fmt: skip


def test_standings_are_groups_of_equals_without_who_dropped_out():
    assert rules.standings(OUTCOME, ()) == [["A", "B"], ["C"]]
    assert rules.standings(OUTCOME, ["B"]) == [["B"], ["A"], ["C"]]


def alone(who, wish=None):
    return Entrant(frozenset({who}), wish)


def together(*who, wish=None):
    return Entrant(frozenset(who), wish)


def test_without_a_limit_each_lot_goes_to_its_first():
    found = rules.allocate({1: [["A"], ["B"]], 2: [["C"]], 3: []}, {n: alone(1) for n in "ABC"}, None)
    assert found.winners == {1: "A", 2: "C", 3: None}
    assert not any(found.passed_over.values())


def test_who_is_first_too_often_keeps_its_own_preference():
    orders = {1: [["A"], ["B"], ["F"]], 2: [["E"], ["C"]]}
    entrants = {"A": alone(9, 2), "E": alone(9, 1), "B": alone(7, 1), "F": alone(8), "C": alone(6)}
    found = rules.allocate(orders, entrants, 1)
    assert found.winners == {1: "B", 2: "E"}
    assert found.passed_over == {1: ["A"], 2: []}


def test_an_equal_or_missing_preference_keeps_the_lower_lot():
    orders = {1: [["A"]], 2: [["B"], ["C"]]}
    for wish in (None, 1):
        found = rules.allocate(orders, {"A": alone(9, wish), "B": alone(9, wish), "C": alone(8)}, 1)
        assert found.winners == {1: "A", 2: "C"}


def test_a_tie_waits_for_people_and_holds_nobody_else_up():
    found = rules.allocate({1: [["A", "B"]], 2: [["C"]]}, {n: alone(i) for i, n in enumerate("ABC")}, None)
    assert (found.winners, found.ties) == ({1: None, 2: "C"}, {1: ["A", "B"]})


def test_a_tie_behind_the_limit_counts_too():
    orders = {1: [["A"], ["C", "D"]], 2: [["B"]]}
    entrants = {"A": alone(9, 2), "B": alone(9, 1), "C": alone(7), "D": alone(8)}
    assert rules.allocate(orders, entrants, 1).ties == {1: ["C", "D"]}


@st.composite
def contests(draw, most_together=1):
    """Lots with bidders in strict order, each with its own preferences, alone or with others."""
    count = draw(st.integers(1, 5))
    bidders = draw(st.integers(1, 5))
    orders, entrants = {}, {}
    for lot in range(1, count + 1):
        there = draw(st.lists(st.integers(1, bidders), unique=True, max_size=bidders))
        orders[lot] = [[f"{lot}-{who}"] for who in there]
        for who in there:
            others = draw(st.frozensets(st.integers(1, bidders), max_size=most_together - 1))
            entrants[f"{lot}-{who}"] = Entrant(others | {who}, draw(st.none() | st.integers(1, count)))
    return orders, entrants, draw(st.none() | st.integers(1, count))


@given(contests())
def test_nobody_wins_more_than_the_limit_and_nobody_is_passed_over_wrongly(contest):
    orders, entrants, most = contest
    found = rules.allocate(orders, entrants, most)
    kept: dict[int, list[tuple[int, int]]] = {}
    for lot, label in found.winners.items():
        if label:
            kept.setdefault(min(entrants[label].party_ids), []).append((entrants[label].wish or 21, lot))
    assert all(most is None or len(own) <= most for own in kept.values())
    for lot, groups in orders.items():
        order = [label for group in groups for label in group]
        before = order[: order.index(found.winners[lot])] if found.winners[lot] else order
        assert sorted(before) == sorted(found.passed_over[lot])
        for label in before:
            own = kept[min(entrants[label].party_ids)]
            assert len(own) == most
            assert all(one < (entrants[label].wish or 21, lot) for one in own)


@given(contests(most_together=3), st.data())
def test_with_others_everybody_counts_and_who_is_passed_over_did_reach_the_limit(contest, data):
    orders, entrants, most = contest
    first = rules.allocate(orders, entrants, most)
    won = {lot: label for lot, label in first.winners.items() if label}
    kept = {lot: won[lot] for lot in data.draw(st.sets(st.sampled_from(sorted(won))))} if won else {}
    for found in (first, rules.allocate(orders, entrants, most, kept)):
        holds = [entrants[label].party_ids for label in found.winners.values() if label]
        counts = Counter(party for parties in holds for party in parties)
        assert all(most is None or count <= most for count in counts.values())
        for lot, groups in orders.items():
            before = rules.above(groups, found.winners[lot])
            if lot not in kept or found is first:
                assert sorted(before) == sorted(found.passed_over[lot])
                assert all(rules.reached(entrants[label].party_ids, holds, most) for label in before)
    assert {lot: found.winners[lot] for lot in kept} == kept


def test_a_member_of_two_joint_bids_wins_twice():
    """Glans leads on lot 1 and signs along on lot 2; the limit is one, and it wants lot 2 most."""
    orders = {1: [["A"], ["B"]], 2: [["C"], ["D"]]}
    entrants = {"A": together(1, 2, wish=2), "B": alone(3), "C": together(4, 1, wish=1), "D": alone(5)}
    found = rules.allocate(orders, entrants, 1)
    assert (found.winners, found.passed_over) == ({1: "B", 2: "C"}, {1: ["A"], 2: []})
    assert rules.reached(entrants["A"].party_ids, [{3}, {4, 1}], 1) == {1}
    assert rules.allocate(orders, entrants, 2).winners == {1: "A", 2: "C"}


def test_who_was_passed_over_for_a_joint_bid_that_gives_up_its_lot_takes_its_own_back():
    """On lot 1 Boen is passed over for the joint bid on lot 2, which falls to Glans's preference for lot 3."""
    orders = {1: [["A"], ["B"]], 2: [["C"], ["D"]], 3: [["E"], ["F"]]}
    entrants = {
        "A": alone(1, 3), "B": alone(7), "C": together(1, 2, wish=2), "D": alone(8), "E": alone(2, 1), "F": alone(9),
    }  # fmt: skip
    found = rules.allocate(orders, entrants, 1)
    assert found.winners == {1: "A", 2: "D", 3: "E"}
    assert found.passed_over == {1: [], 2: ["C"], 3: []}


def test_what_is_settled_stays_and_counts():
    orders = {1: [["A"], ["B"]], 2: [["C"], ["D"]]}
    entrants = {"A": alone(1, 2), "B": alone(2), "C": alone(1, 1), "D": alone(3)}
    assert rules.allocate(orders, entrants, 1).winners == {1: "B", 2: "C"}
    found = rules.allocate(orders, entrants, 1, {1: "A"})
    assert (found.winners, found.passed_over) == ({1: "A", 2: "D"}, {1: [], 2: ["C"]})


@given(contests())
def test_the_order_in_which_lots_are_named_changes_nothing(contest):
    orders, entrants, most = contest
    turned = dict(reversed(orders.items()))
    assert rules.allocate(orders, entrants, most).winners == rules.allocate(turned, entrants, most).winners


@pytest.mark.parametrize(
    ("stated", "minor", "until", "found"),
    [
        (None, 100, None, (100, "C-2026-0001")),
        (99, 100, None, (100, "C-2026-0001")),
        (100, 100, None, (100, "")),
        (60, 200, date(2026, 1, 1), (100, "C-2026-0001")),
        (100, 200, date(2026, 1, 1), (100, "")),
    ],
)
def test_a_year_of_a_contract_here_is_the_largest_job_when_the_profile_says_less(stated, minor, until, found):
    job = ContractJob("Werk", "Voor", minor, "90910000", date(2024, 1, 1), until, contract="C-2026-0001")
    assert rules.largest_of(stated, [job], date(2024, 7, 1)) == found
    assert rules.largest_of(stated, [], date(2024, 7, 1)) == (stated, "")


def test_a_year_of_a_lot():
    whole = Money(20_000_000)
    assert rules.yearly(whole, None, None) == whole
    assert rules.yearly(whole, date(2027, 1, 1), date(2027, 7, 1)) == whole
    years = [rules.yearly(whole, date(2027, 1, 1), date(2027 + more, 1, 1)).minor for more in (1, 2, 4)]
    assert all(later < earlier for earlier, later in pairwise(years))


@pytest.mark.parametrize(
    ("largest", "hours", "fits"),
    [
        (None, None, False), (5_000_000, None, True), (4_999_999, None, False), (0, 25, True), (0, 24, False),
        (5_000_000, 0, True),
    ],
)  # fmt: skip
def test_a_cooperative_reaches_as_far_as_its_largest_contract_or_its_hours(largest, hours, fits):
    assert rules.reach(Money(5_000_000), largest, hours).fits is fits


def test_a_title_from_right_to_left_stands_apart_in_the_line():
    assert rules.whole_title("Groen", 2, 1, "Plein") == "Groen, 1: Plein"
    assert rules.whole_title("Groen", 2, 1, "ساحة") == "Groen, 1: \u2068ساحة\u2069"
    assert rules.whole_title("ساحة", 1, 1, "x") == "ساحة"


def test_the_database_sets_the_same_titles_apart(session):
    for title in ("Plein", "ساحة", "Groen שלום 2", "Yeşil alan", "Зелень", "𞤀𞤣", "10% _ '"):
        whole = rules.whole_title(title, 2, 1, "x")
        assert session.scalar(select(apart(literal(title)) + ", 1: x")) == whole
        assert whole.startswith("\u2068") is any(
            unicodedata.bidirectional(each) in {"R", "AL"} for each in title
        )
