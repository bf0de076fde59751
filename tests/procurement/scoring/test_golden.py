"""Golden figures: the published examples and every clause of what was decided about `cwb score`, through its command."""

import json
from decimal import Context, Decimal
from fractions import Fraction as F

import pytest
from click.testing import CliRunner

from cwb.kernel.exact import shown
from procurement.scoring import gateway, rules
from procurement.scoring.commands import score
from procurement.scoring.errors import ScoreRefused
from procurement.scoring.rules import Method


def ranked(data):
    """The contract's output for an input."""
    return gateway.written(rules.score(*gateway.read(data)))


def totals(data):
    return {each["id"]: each["total"] for each in ranked(data)["ranking"]}


def points(method, bids, *, maximum="60", minimum=None, **price):
    """An input of a point method with one criterion: (id, price, score)."""
    criterion = {"id": "q", "max_points": maximum} | ({"min_points": minimum} if minimum else {})
    return {
        "method": method, "price": {"max_points": "40", **price}, "criteria": [criterion],
        "bids": [{"id": name, "price": cost, "scores": {"q": given}} for name, cost, given in bids],
    }  # fmt: skip


# Published examples (domain reference §6).


def test_gunnen_op_waarde():
    """Negometrix 9000123966: 80,000 and 60 % of a quality worth 2,500 is 78,500."""
    bid = {"id": "A", "price": "80000", "scores": {"q": "0.6"}}
    assert totals({
        "method": "value_award", "criteria": [{"id": "q", "value": "2500"}], "bids": [bid],
    }) == {"A": "78500"}  # fmt: skip


@pytest.mark.parametrize(
    ("exponent", "equal"), [("-1", True), ("-0.9", False), ("-1.1", False), ("1", False)]
)
def test_superformule_with_reference_quality(exponent, equal):
    """Negometrix 9000131703: (1/Qref)^n + (Pmax/Pref)^-n = 2 at n = -1, Qref 0.7, Pmax 130,000: 0.7 + 1.3."""
    data = {
        "method": "superformule", "criteria": [{"id": "q"}],
        "price": {"reference": "100000", "reference_quality": "0.7", "exponent": exponent},
        "bids": [
            {"id": "full", "price": "130000", "scores": {"q": "1"}},
            {"id": "reference", "price": "100000", "scores": {"q": "0.7"}},
        ],
    }  # fmt: skip
    found = ranked(data)
    assert totals(data)["reference"] == "2"
    assert found["tie"] is equal
    assert (found["winner"] is None) is equal


def test_superformule_turns_with_the_sign_of_its_exponent():
    def winner(exponent):
        return ranked({
            "method": "superformule", "criteria": [{"id": "q"}],
            "price": {"reference": "100", "reference_quality": "0.5", "exponent": exponent},
            "bids": [{"id": "good", "price": "100", "scores": {"q": "1"}}, {"id": "bad", "price": "100", "scores": {"q": "0.5"}}],
        })["winner"]  # fmt: skip

    assert winner("1") == winner("-1") == winner("0.5") == winner("-0.5") == "good"


def test_low_bid():
    """Negometrix: WQ*Qi + WP*Pbest/Pi. 48,000 against 40,200: 40 * 40200/48000 = 33.5."""
    found = ranked(points("relative_price", [("A", "48000.00", "28"), ("B", "40200", "20")]))
    assert found["ranking"][0] == {
        "id": "A", "rank": 1, "total": "61.5", "price_points": "33.5", "criteria_points": {"q": "28"},
        "knocked_out": None,
    }  # fmt: skip
    assert (found["winner"], found["tie"], found["rank_stable"]) == ("A", False, False)


def test_weighted_factor():
    """Negometrix 9000092064: WP*(Pmax-Pi)/(Pmax-Pmin), bounds set beforehand."""
    data = points("fixed_price_range", [("A", "45000", "30")], min="40000", max="60000")
    assert totals(data) == {"A": "60"}


def test_log():
    """Negometrix: WP*(1 - log(Pi/Pbest)/log A); a third root of the base loses a third of the points."""
    data = points(
        "log_price", [("best", "1000", "0"), ("mid", "2000", "0"), ("far", "16000", "0")], log_base="8"
    )
    found = {each["id"]: each["price_points"] for each in ranked(data)["ranking"]}
    assert found == {"best": "40", "mid": "26.666667", "far": "-13.333333"}


def test_meat():
    """ProZorro: Pi / (1 + sum(v)/(1 - sum of maxima)): 1000 / (1 + 0.15/0.7)."""
    data = {
        "method": "meat_coefficient", "criteria": [{"id": "a", "max_points": "0.3"}],
        "bids": [{"id": "A", "price": "1000", "scores": {"a": "0.15"}}],
    }  # fmt: skip
    assert totals(data) == {"A": shown(F(1000) / (1 + F(15, 100) / F(7, 10)))} == {"A": "823.529412"}


# Clauses of decision 16.


def test_maxima_need_not_sum_to_a_hundred():
    assert totals(points("relative_price", [("A", "10", "7")], maximum="7")) == {"A": "47"}


def test_knock_outs_come_first_and_the_best_price_is_of_the_rest():
    bids = [("out", "1", "17.999999"), ("edge", "200", "18"), ("B", "100", "60")]
    found = ranked(points("relative_price", bids, minimum="18"))
    assert [(each["id"], each["rank"], each["price_points"]) for each in found["ranking"]] == [
        ("B", 1, "40"), ("edge", 2, "20"), ("out", None, None),
    ]  # fmt: skip
    out = found["ranking"][2]
    assert (out["total"], out["knocked_out"]) == (None, "q: 17.999999 is below the minimum 18")
    logged = ranked(points("log_price", bids, minimum="18", log_base="2"))
    assert logged["ranking"][0]["price_points"] == "40"


def test_nothing_is_clamped_but_the_fixed_range():
    assert totals(points("relative_price", [("A", "10", "0"), ("B", "10000000", "0")]))["B"] == "0.00004"
    far = points("log_price", [("A", "1", "0"), ("B", "1024", "0")], log_base="2")
    assert totals(far)["B"] == "-360"
    ranged = points(
        "fixed_price_range",
        [("low", "1", "0"), ("min", "100", "0"), ("max", "200", "0"), ("over", "200.000001", "0")],
        min="100", max="200",
    )  # fmt: skip
    assert totals(ranged) == {"low": "40", "min": "40", "max": "0", "over": None}
    value = {
        "method": "value_award", "criteria": [{"id": "q", "value": "500"}],
        "bids": [{"id": "A", "price": "100", "scores": {"q": 1}}],
    }  # fmt: skip
    assert totals(value) == {"A": "-400"}


def test_logarithms_have_fifty_digits():
    """Against the same formula with 150 digits."""
    wide = Context(prec=150)
    for price in ("1.000000000000000000000000000000000000000001", "123456.78", "99999999999999.99"):
        data = points("log_price", [("A", "1", "0"), ("B", price, "0")], log_base="1.7")
        method, rule, criteria, offers = gateway.read(data)
        found = next(
            each.total for each in rules.score(method, rule, criteria, offers).ranking if each.id == "B"
        )
        steps = wide.divide(wide.ln(Decimal(price)), wide.ln(Decimal("1.7")))
        right = wide.multiply(Decimal(40), wide.subtract(Decimal(1), steps))
        assert abs(wide.subtract(found, right)) < Decimal(10) ** -50


def test_two_bids_that_differ_in_the_fortieth_digit_are_no_tie():
    close = "1." + "0" * 39 + "1"
    found = ranked(points("log_price", [("A", "1", "30"), ("B", close, "30")], log_base="3"))
    assert (found["winner"], found["tie"]) == ("A", False)
    assert {each["total"] for each in found["ranking"]} == {"70"}
    equal = ranked(points("log_price", [("A", "2", "30"), ("B", "2.0", "30")], log_base="3"))
    assert equal["tie"]


def test_equal_totals_share_a_rank():
    bids = [
        {"id": name, "price": price} for name, price in (("C", "5"), ("B", "4.0"), ("A", "4"), ("D", "5.00"))
    ]
    found = ranked({"method": "lowest_price", "bids": bids})
    assert [(each["id"], each["rank"]) for each in found["ranking"]] == [
        ("A", 1),
        ("B", 1),
        ("C", 3),
        ("D", 3),
    ]
    assert (found["winner"], found["tie"]) == (None, True)
    second = ranked({"method": "lowest_price", "bids": [*bids, {"id": "E", "price": "1"}]})
    assert (second["winner"], second["tie"]) == ("E", False)


def test_everybody_knocked_out_has_no_winner():
    found = ranked(points("relative_price", [("A", "1", "0"), ("B", "2", "1")], minimum="2"))
    assert [(each["rank"], each["total"]) for each in found["ranking"]] == [(None, None)] * 2
    assert (found["winner"], found["tie"]) == (None, False)


def costs(*rows):
    return [{"on": day, "amount": amount} for day, amount in rows]


def test_life_cycle_costs_with_dates_and_a_rate():
    """One year later at 10 %: 110 / 1.1; half a year (182.5 days does not exist: 73 days = 0.2 year) a root."""
    data = {
        "method": "life_cycle_cost", "price": {"discount_rate": "0.1"},
        "bids": [
            {"id": "A", "costs": costs(("2027-01-01", "1000"), ("2028-01-01", "110"))},
            {"id": "B", "price": "5", "costs": costs(("2027-01-01", "1000"), ("2027-03-15", "100"))},
            {"id": "C", "costs": costs(("2027-01-01", "1200"), ("2028-01-01", "-110"))},
        ],
    }  # fmt: skip
    wide = Context(prec=100)
    part = wide.divide(Decimal(100), wide.power(Decimal("1.1"), Decimal("0.2")))
    assert totals(data) == {
        "A": "1100", "B": shown(Decimal(1000) + part), "C": "1100",
    }  # fmt: skip
    plain = {**data, "price": {}}
    assert totals(plain) == {"A": "1110", "B": "1100", "C": "1090"}


def test_life_cycle_costs_count_from_a_published_day_so_that_each_recomputes_alone():
    early = {"id": "A", "costs": costs(("2026-01-01", "1000"))}
    late = {"id": "B", "costs": costs(("2027-01-01", "1100"))}
    data = {
        "method": "life_cycle_cost",
        "price": {"discount_rate": "0.1", "discount_from": "2026-01-01"},
        "bids": [late],
    }
    assert totals(data) == {"B": "1000"}
    assert ranked({**data, "bids": [early, late]})["tie"]
    alone = {**data, "price": {"discount_rate": "0.1"}}
    assert totals(alone) == {"B": "1100"}  # without the day: from the first cost of all bids


@pytest.mark.parametrize(
    ("maxima", "why"),
    [
        (["0.3", "0.3", "0.3", "0.1"], "less than 1"), (["0.3"] * 4, "less than 1"), (["0.300001"], "0 to 0.3"),
        (["-0.1"], "0 to 0.3"),
    ],
)  # fmt: skip
def test_shares_beyond_their_limits_are_refused(maxima, why):
    criteria = [{"id": f"c{i}", "max_points": each} for i, each in enumerate(maxima)]
    with pytest.raises(ScoreRefused, match=why):
        ranked({"method": "meat_coefficient", "criteria": criteria, "bids": []})


def test_shares_just_below_one_are_scored_exactly():
    criteria = [{"id": name, "max_points": "0.3"} for name in "abc"] + [{"id": "d", "max_points": "0.099999"}]
    bid = {"id": "A", "price": "1", "scores": {"a": "0.3", "b": "0.3", "c": "0.3", "d": "0.099999"}}
    assert totals({"method": "meat_coefficient", "criteria": criteria, "bids": [bid]}) == {"A": "0.000001"}


def test_a_parameter_that_a_method_does_not_need_changes_nothing():
    bids = [("A", "100", "30"), ("B", "200", "20")]
    plain = ranked(points("relative_price", bids))
    more = {
        "exponent": "-1",
        "log_base": "0.5",
        "min": "9",
        "max": "1",
        "reference": "-1",
        "discount_rate": "-2",
    }
    assert ranked(points("relative_price", bids, **more)) == plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F(10) ** 60 + F(1, 10**6), "1" + "0" * 60 + ".000001"), (F(1, 2_000_000), "0.000001"), (F(-5, 10_000_000), "-0.000001"),
        (F(4, 10_000_000), "0"), (F(1, 8), "0.125"), (Decimal("0.0000005"), "0.000001"), (Decimal("-0.0000004"), "0"),
        (Decimal("1E+2"), "100"), (F(100), "100"), (Decimal("2.500000"), "2.5"), (None, None),
    ],
)  # fmt: skip
def test_printed_half_up_to_six_decimals_without_trailing_zeros(value, text):
    assert shown(value) == text


def test_every_method_is_in_the_contract_and_has_its_formula():
    names = "relative_price fixed_price_range value_award log_price superformule meat_coefficient lowest_price life_cycle_cost"
    assert {each.value for each in Method} == set(names.split()) == {each.value for each in rules.FORMULA}


def test_the_command_says_the_same(tmp_path):
    data = points("relative_price", [("A", 48000.00, 28), ("B", "40200", "20")])
    file = tmp_path / "in.json"
    file.write_text("\ufeff" + json.dumps(data), encoding="utf-8")
    answer = CliRunner().invoke(score, [str(file), "--json"])
    assert json.loads(answer.output) == ranked(json.loads(file.read_text("utf-8-sig"), parse_float=Decimal))
