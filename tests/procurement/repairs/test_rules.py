"""What the system sees missing, who must be asked along, and what may be accepted."""

from datetime import date

import pytest

from procurement.hearings.errors import TextTooShort
from procurement.repairs import errors, rules
from procurement.repairs.gateway import settings
from procurement.repairs.rules import Kind, Standing, State, Verdict
from procurement.statements.rules import Demand

DAY = date(2026, 11, 2)
SET = settings(DAY)
PAPER = {"issued_on": "2026-01-01", "expires_on": "2026-11-02", "reference": "1"}
ENDED = {**PAPER, "expires_on": "2026-11-01"}
WHY = "Deze inschrijver trok zich vandaag terug."
ALL = [Standing(1, "Boen", ["gva"], is_asked=False), Standing(2, "Glans", ["gva", "tax"], is_asked=False),
       Standing(3, "Spot", [], is_asked=False), Standing(4, "Stof", ["gva"], is_asked=True)]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "demand", "found"),
    [
        (None, Demand(), []), ({}, Demand(("crime",)), ["statement"]), ({}, Demand(papers=("gva",)), ["gva"]),
        ({"grounds": {"papers": {"gva": PAPER}}}, Demand(("crime",), papers=("gva", "tax")), ["tax"]),
        ({"grounds": {"papers": {"gva": ENDED}}}, Demand(("crime",), papers=("gva",)), ["gva"]),
        ({"grounds": {"answers": {}}}, Demand(("crime",), papers=("kvk",)), ["kvk"]),
        ({"files": [], "answers": {}}, Demand(attach=("plan",)), []),
    ],
)  # fmt: skip
def test_papers_that_are_missing_or_ended_are_seen_and_quality_never(content, demand, found):
    assert rules.lacking(content, demand, DAY) == found


def joint(**second):
    member = {"organisation": "two", "name": "Lid B", "signed_at": "2026-10-30", **second}
    return {
        "grounds": {"papers": {"gva": PAPER}}, "joint": {"members": [{"organisation": "one", "signed_at": "x"}, member]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("own", "second", "found"),
    [
        (None, {}, ["member"]), ({"papers": {}}, {}, ["member"]), ({"papers": {"gva": ENDED}}, {}, ["member"]),
        ({"papers": {"gva": PAPER}}, {}, []), ({"papers": {"gva": PAPER}}, {"signed_at": None}, ["member"]),
    ],
)  # fmt: skip
def test_what_a_member_of_a_joint_bid_lacks_is_seen_too(own, second, found):
    content = {**joint(**second), "member_grounds": {} if own is None else {"two": own}}
    assert rules.lacking(content, Demand(("crime",), papers=("gva",)), DAY) == found
    assert rules.lacking({**content, "joint": None}, Demand(("crime",), papers=("gva",)), DAY) == []


def test_a_member_owes_no_statement_where_none_is_asked():
    assert rules.lacking(joint(), Demand(), DAY) == []


def test_each_is_asked_only_about_what_it_lacks():
    assert rules.shares(ALL, [1, 2], ["gva", "tax"], Kind.MISSING, "") == {1: ["gva"], 2: ["gva", "tax"]}
    assert rules.shares(ALL, [3], ["other"], Kind.MISSING, "") == {3: ["other"]}
    assert rules.shares(ALL, [3], ["gva"], Kind.UNCLEAR, "") == {3: ["gva"]}, "unclear is not missing"


def test_whoever_is_in_the_same_position_is_asked_along_or_it_is_said_why_not():
    with pytest.raises(errors.LeftOut) as left:
        rules.shares(ALL, [1], ["gva"], Kind.MISSING, "Nee")
    assert (left.value.field, left.value.facts["names"]) == ("left_out", "Glans")
    assert rules.shares(ALL, [1], ["gva"], Kind.MISSING, WHY) == {1: ["gva"]}
    assert rules.shares(ALL, [2], ["tax"], Kind.MISSING, "") == {2: ["tax"]}


@pytest.mark.parametrize(
    ("chosen", "about", "error"),
    [
        ([], ["gva"], errors.NobodyAsked), ([4], ["gva"], errors.BidderUnknown), ([9], ["gva"], errors.BidderUnknown),
        ([1], [], errors.AboutMissing), ([1], ["price"], errors.AboutMissing), ([3], ["gva"], errors.NothingLacking),
    ],
)  # fmt: skip
def test_bad_requests_are_refused_at_their_field(chosen, about, error):
    with pytest.raises(error) as refused:
        rules.shares(ALL, chosen, about, Kind.MISSING, WHY)
    assert refused.value.field


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"is_same_bid": False}, errors.OtherBid), ({"is_older": False}, errors.NotFromBefore),
        ({"is_answered": False}, errors.NoAnswer), ({"reasons": "Goed."}, TextTooShort),
    ],
)  # fmt: skip
def test_only_what_leaves_the_bid_as_it_was_is_accepted(change, error):
    facts = {"reasons": WHY, "kind": Kind.MISSING, "is_answered": True, "is_same_bid": True, "is_older": True}
    assert rules.check_decision(Verdict.ACCEPTED, **facts) == WHY
    with pytest.raises(error):
        rules.check_decision(Verdict.ACCEPTED, **{**facts, **change})
    if "reasons" not in change:
        assert rules.check_decision(Verdict.REFUSED, **{**facts, **change}) == WHY


def test_a_slip_has_no_paper_from_before():
    facts = {
        "reasons": WHY,
        "kind": Kind.CLERICAL,
        "is_answered": True,
        "is_same_bid": True,
        "is_older": False,
    }
    assert rules.check_decision(Verdict.ACCEPTED, **facts) == WHY


def test_states_and_settings():
    assert rules.state_of(is_heard=False, is_decided=False) is State.ASKED
    assert rules.state_of(is_heard=True, is_decided=False) is State.READY
    assert rules.state_of(is_heard=True, is_decided=True) is State.DECIDED
    assert SET.first_day(date(2026, 11, 27)) == date(2026, 12, 1)
    assert (SET.certainty, settings(date(2000, 1, 1))) == ("setting", SET)
    assert set(rules.KINDS) == set(Kind)
    assert set(rules.VERDICTS) == set(Verdict)
    assert set(rules.STATES) == set(State)
