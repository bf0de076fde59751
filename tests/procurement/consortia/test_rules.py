from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.money import Money
from ledger.agreements.rules import AgreementLine, split_lines
from procurement.consortia import errors, rules
from procurement.consortia.rules import Member, Standing

REASON = "Wij hebben alleen niet genoeg mensen."


def member(which: str, share: int, **facts) -> Member:
    return Member(which, **{"role": "Schoonmaak", "share": share, "reason": REASON, "liable": True, **facts})


@pytest.mark.parametrize("shares", [[6000, 4000], [1, 9999], [3333, 3333, 3334]])
def test_exactly_a_hundred_percent_is_whole(shares):
    rules.check_shares(shares)


@pytest.mark.parametrize(
    ("shares", "total", "left"), [([6000, 3999], "99.99", "0.01"), ([6000, 4001], "100.01", "0.01")]
)
def test_anything_else_is_refused_and_the_sum_told(shares, total, left):
    with pytest.raises(errors.SharesNotWhole) as fault:
        rules.check_shares(shares)
    assert fault.value.facts["sum"] == Decimal(total)
    assert fault.value.facts["left"] == Decimal(left)


@pytest.mark.parametrize("shares", [[10_000, 0], [10_001, -1], [0, 0]])
def test_no_share_of_nothing(shares):
    with pytest.raises(errors.ShareWrong):
        rules.check_shares(shares)


@pytest.mark.parametrize("typed", [None, "0", "-5", "100", "100.01", "33.333", "NaN", "Infinity"])
def test_a_share_is_a_percentage_to_the_hundredth(typed):
    with pytest.raises(errors.ShareWrong):
        rules.basis_points(None if typed is None else Decimal(typed))


@given(st.integers(1, 9999))
def test_percent_and_basis_points_are_the_same_thing(share):
    assert rules.basis_points(rules.percent(share)) == share


@pytest.mark.parametrize(
    ("facts", "whole"),
    [
        ({}, True),
        ({"role": ""}, False),
        ({"reason": "kort"}, False),
        ({"liable": False}, False),
        ({"share": 3999}, False),
    ],
)
def test_a_joint_bid_is_whole_when_each_said_all(facts, whole):
    assert rules.is_whole([member("a", 6000), member("b", facts.pop("share", 4000), **facts)]) is whole


def test_a_signature_counts_for_one_state_of_the_draft():
    def standing(signed, asked, joined=True):
        return rules.standing(has_joined=joined, signed_draft=signed, asked_draft=asked, draft_version=7)

    assert standing(None, None, joined=False) is Standing.INVITED
    assert standing(None, None) is Standing.JOINED
    assert standing(None, 7) is Standing.ASKED
    assert standing(7, 7) is Standing.SIGNED
    assert standing(6, 6) is Standing.STALE
    assert standing(6, 7) is Standing.ASKED


def test_with_the_lead_alone_nothing_is_joint():
    assert rules.stored([member("a", 10_000)]) == {"members": []}
    assert rules.members_of(rules.stored([member("a", 6000), member("b", 4000)])) == [
        member("a", 6000),
        member("b", 4000),
    ]


SUB = {"name": "Glas Voorbeeld", "kvk": "", "what": "Ramen", "place": "Amsterdam", "share": 1500}


def test_subcontractors_are_whole_or_left_out():
    empty = {"name": "", "kvk": "", "what": " ", "place": "", "share": None}
    assert rules.check_subcontractors([SUB, empty]) == {"rows": [SUB]}
    for wrong in ({"name": ""}, {"what": ""}, {"share": None}, {"share": 0}):
        with pytest.raises(errors.SubcontractorUnfinished):
            rules.check_subcontractors([{**SUB, **wrong}])
    with pytest.raises(errors.SubcontractedTooMuch):
        rules.check_subcontractors([{**SUB, "share": 9000}, SUB])


def test_a_joint_bidder_is_called_by_all_its_names():
    content = {"joint": {"members": [{"name": "A"}, {"name": "B"}, {"name": "C"}]}}
    assert rules.party_name("A", content) == "A, B en C (combinatie)"
    assert rules.party_name("A", {}) == rules.party_name("A", None) == "A"


SHARES = st.lists(st.integers(1, 5000), min_size=2, max_size=6).map(
    lambda parts: [*parts[:-1], 10_000 - sum(parts[:-1])] if sum(parts[:-1]) < 10_000 else [5000, 5000]
)


@given(SHARES, st.lists(st.integers(1, 10**9), min_size=1, max_size=5))
def test_every_line_is_split_to_the_cent_and_nothing_is_lost(shares, amounts):
    suppliers = list(enumerate(shares, start=1))
    lines = [
        AgreementLine(f"Deel {n}", "LS", Decimal(1), Money(minor).decimal())
        for n, minor in enumerate(amounts)
    ]
    parts = split_lines(lines, suppliers)
    for line in lines:
        own = [each for each in parts if each.description == line.description]
        assert sum((each.net for each in own), Money(0)) == line.net
        for each in own:
            exact = Decimal(line.net.minor) * shares[each.party_id - 1] / 10_000
            assert abs(each.net.minor - exact) < 1
    assert split_lines(lines, [(1, 10_000)]) == lines
