"""Rounds and pass-through: flagged with amounts, and nothing else happens."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.period import Period
from ledger.declarations import errors
from ledger.landing.rules import Bought, Payment, check_pass, cycles, little, names, quarters_back


def paid(*rows):
    return [Payment(*row) for row in rows]


def test_attack_09_money_that_comes_round_is_flagged_once_with_what_can_have_gone_round():
    found = cycles(paid(("A", "B", 100), ("B", "C", 40), ("C", "A", 70), ("B", "A", 10), ("C", "D", 9)))
    assert [(each.parties, each.amount) for each in found] == [(("A", "B", "C"), 40), (("A", "B"), 10)]


def test_a_round_of_four_is_found_and_one_of_five_is_not():
    four = paid(("A", "B", 1), ("B", "C", 1), ("C", "D", 1), ("D", "A", 1))
    assert [each.parties for each in cycles(four)] == [("A", "B", "C", "D")]
    assert cycles(paid(("A", "B", 1), ("B", "C", 1), ("C", "D", 1), ("D", "E", 1), ("E", "A", 1))) == []


def test_what_was_credited_away_does_not_go_round():
    assert cycles(paid(("A", "B", 100), ("A", "B", -100), ("B", "A", 50), ("A", "A", 5))) == []


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF"), st.integers(-5, 100)), max_size=40
    )
)
def test_every_round_really_goes_round_and_is_told_once(rows):
    found = cycles(paid(*rows))
    sums = {}
    for payer, payee, amount in rows:
        sums[payer, payee] = sums.get((payer, payee), 0) + amount
    told = set()
    for each in found:
        assert 2 <= len(each.parties) <= 4
        assert each.parties[0] == min(each.parties)
        steps = list(zip(each.parties, (*each.parties[1:], each.parties[0]), strict=True))
        assert each.amount == min(sums[step] for step in steps) > 0
        told.add(each.parties)
    assert len(told) == len(found)
    pairs = {
        (one, other)
        for one, other in sums
        if one < other and min(sums[one, other], sums.get((other, one), 0)) > 0
    }
    assert pairs == {each.parties for each in found if len(each.parties) == 2}


def test_attack_09_a_name_that_says_via_and_a_number_with_two_names_are_flagged():
    rows = [
        Bought("s1", "Ecus via Bloom", "111", 60, False), Bought("s2", "GT3", "111", 40, False),
        Bought("s3", "Olivia BV", None, 5, False), Bought("s4", "CDW", "222", 1, False), Bought("s5", "C.D.W", "222", 1, False),
    ]  # fmt: skip
    assert [(each.kind, each.parties, each.amount) for each in names(rows)] == [
        ("shared_number", ("s1", "s2"), 100), ("via", ("s1",), 60),
    ]  # fmt: skip


def test_attack_01_a_local_mailbox_where_little_lands_is_flagged():
    rows = [
        Bought("p1", "Mailbox", "1", 100, True),
        Bought("p2", "Ver", "2", 100, False),
        Bought("p3", "Echt", "3", 9, True),
    ]
    landed = {"p1": Fraction(2, 100), "p2": Fraction(0), "p3": Fraction(5, 100)}
    assert [(each.kind, each.parties, each.share) for each in little(rows, landed, {})] == [
        ("little_lands", ("p1",), Fraction(2, 100))
    ]


def test_attack_09_who_passes_on_most_of_it_is_flagged():
    rows = [
        Bought("p1", "Prime", "1", 100, True),
        Bought("p2", "Ander", "2", 100, True),
        Bought("p3", "Nul", "3", 0, True),
    ]
    assert [(each.parties, each.amount) for each in little(rows, {}, {"p1": 80, "p2": 79, "p3": 5})] == [
        (("p1",), 80)
    ]


def test_nobody_passes_on_more_than_they_got_or_to_themselves():
    check_pass(prime=1, sub=2, amount=60, paid=100, passed=40)
    for amount in (61, 0, -1):
        with pytest.raises(errors.SubcontractTooLarge):
            check_pass(prime=1, sub=2, amount=amount, paid=100, passed=40)
    with pytest.raises(errors.SubcontractSelf):
        check_pass(prime=1, sub=1, amount=1, paid=100, passed=0)


def test_the_quarters_one_may_choose():
    assert [str(each) for each in quarters_back(Period.parse("2026-Q1"), 2)] == ["2026-Q1", "2025-Q4"]
