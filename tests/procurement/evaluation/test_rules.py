from decimal import Decimal
from types import SimpleNamespace

import pytest

from procurement.evaluation import errors, rules
from procurement.lots.rules import standings
from procurement.scoring import gateway
from procurement.scoring import rules as engine

TENDER = SimpleNamespace(
    number="T-2026-0001",
    method="value_award",
    tie_break="quality",
    life_cycle=None,
    starts_on=None,
)
BARE = dict.fromkeys(
    ("price_min_minor", "price_max_minor", "log_base", "reference_minor", "reference_quality", "exponent")
)
LOT = SimpleNamespace(number=1, **BARE)


def asked(code="plan", most="30", least=None, value=300_000):
    return rules.Asked(code, code.title(), Decimal(most), least and Decimal(least), value)


def given(label, price, **points):
    return rules.Given(label, price, {code: Decimal(each) for code, each in points.items()})


def outcome(tender, price_points, criteria, bids, lot=LOT):
    return gateway.written(
        engine.score(*gateway.read(rules.ranking_input(tender, lot, price_points, criteria, bids)))
    )


def tied(found):
    """Who shares the first place."""
    first = standings(found, ())[0]
    return first if len(first) > 1 else []


@pytest.mark.parametrize(
    ("points", "note", "fault"),
    [
        (None, "x", errors.PointsMissing), ("-1", "x", errors.PointsOutside), ("40.01", "x", errors.PointsOutside),
        ("1.001", "x", errors.PointsOutside), ("NaN", "x", errors.PointsOutside), ("1", "  ", errors.NoteMissing),
        ("1", "x" * 2001, errors.NoteMissing),
    ],
)  # fmt: skip
def test_a_score_lies_within_the_points_and_has_a_note(points, note, fault):
    with pytest.raises(fault) as found:
        rules.check_score(points and Decimal(points), Decimal(40), note, "plan")
    assert found.value.field.endswith("_plan")


def test_both_ends_are_scores():
    assert rules.check_score(Decimal(0), Decimal(40), "x", "plan") == 0
    assert rules.check_score(Decimal("40.00"), Decimal(40), "x", "plan") == 40


def test_value_award_keeps_thirds_exact():
    bids = [given("A", 4_800_000, plan="10"), given("B", 4_700_000, plan="0")]
    found = outcome(TENDER, None, [asked()], bids)
    assert found["tie"] is True
    assert {each["total"] for each in found["ranking"]} == {"47000"}


def test_a_minimum_of_thirds_is_met_exactly():
    found = outcome(
        TENDER, None, [asked(least="10")], [given("A", 100, plan="10"), given("B", 100, plan="9.99")]
    )
    assert [each["knocked_out"] is None for each in found["ranking"]] == [True, False]


def test_price_range_uses_points_and_bounds():
    tender = SimpleNamespace(**{**vars(TENDER), "method": "fixed_price_range"})
    lot = SimpleNamespace(number=2, price_min_minor=4_000_000, price_max_minor=5_000_000)
    found = outcome(
        tender, Decimal(40), [asked(most="60", value=None)],
        [given("A", 4_500_000, plan="30"), given("B", 5_000_001, plan="60")], lot,
    )  # fmt: skip
    assert (found["winner"], found["ranking"][0]["total"], found["ranking"][1]["rank"]) == ("A", "50", None)


def test_bids_stand_in_order_of_label_whatever_their_order():
    bids = [given("AA", 1, plan="1"), given("B", 1, plan="1"), given("A", 1, plan="1")]
    made = rules.ranking_input(TENDER, LOT, None, [asked()], bids)
    assert [each["id"] for each in made["bids"]] == ["A", "B", "AA"]
    assert made == rules.ranking_input(TENDER, LOT, None, [asked()], bids[::-1])


@pytest.mark.parametrize(
    ("rule", "left"), [("price", {"B"}), ("quality", {"A"}), ("lot", {"A", "B"}), (None, {"A", "B"})]
)
def test_a_tie_is_left_to_the_published_rule(rule, left):
    bids = [
        given("A", 4_800_000, plan="30"),
        given("B", 4_700_000, plan="20"),
        given("C", 4_900_000, plan="30"),
    ]
    found = outcome(TENDER, None, [asked()], bids)
    assert tied(found) == ["A", "B"]
    prices = {each.label: each.price_minor for each in bids}
    assert rules.tie_candidates(rule, found, tied(found), prices) == left


def test_a_choice_against_the_rule_is_refused():
    with pytest.raises(errors.TieBreakOther):
        rules.check_tie_choice("A", {"B"})
    rules.check_tie_choice("B", {"B"})


def test_no_tie_no_candidates():
    found = outcome(TENDER, None, [asked()], [given("A", 1, plan="1")])
    assert tied(found) == []
    assert rules.tie_candidates("price", found, [], {}) == set()
    assert rules.tie_candidates("quality", found, [], {}) == set()


def test_the_own_file_recomputes_the_own_total_without_the_others():
    bids = [
        given("A", 4_800_000, plan="28"),
        given("B", 4_700_000, plan="5"),
        given("C", 4_900_000, plan="30"),
    ]
    stored = rules.ranking_input(TENDER, LOT, None, [asked()], bids)
    found = gateway.written(engine.score(*gateway.read(stored)))
    own = rules.own_file(stored, found, "B", "A")
    again = gateway.written(engine.score(*gateway.read(own)))
    assert again["ranking"][0]["total"] == own["expected"]["total"] == "46500"
    assert own["winner"]["criteria_points"] == {"plan": "2800"}
    assert "48000.00" not in str(own)
    assert rules.own_file(stored, found, "B", None)["winner"] is None
    assert rules.own_file(stored, found, "Z", None)["expected"] is None


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ({}, "waiting"), ({"is_opened": True, "to_score": 1}, "scoring"), ({"is_opened": True, "to_agree": 1}, "scored"),
            ({"is_opened": True, "is_joint": True, "to_agree": 1}, "agreeing"),
        ({"is_opened": True}, "ready"), ({"is_opened": True, "is_frozen": True}, "frozen"), ({"is_stopped": True}, "stopped"),
    ],
)  # fmt: skip
def test_the_step_follows_from_what_is_missing(facts, step):
    plain = {"is_stopped": False, "is_opened": False, "is_frozen": False, "is_joint": False}
    plain |= {"to_score": 0, "to_agree": 0}
    assert rules.step(**{**plain, **facts}) == step
