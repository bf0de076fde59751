"""Drawing is the same for everybody; the bound is exact."""

import hashlib
from fractions import Fraction

import pytest
from click.testing import CliRunner

from ledger.samples import errors, rules
from ledger.samples.commands import spend
from ledger.samples.rules import Finding, Line, Looked, draw, outcome, upper

LINES = [Line(f"{number:032x}", 100 * number) for number in range(1, 41)]


@pytest.mark.parametrize("method", ["random", "money"])
def test_the_same_seed_draws_the_same_whatever_the_order(method):
    first = draw(LINES, method=method, seed="31415926", size=10)
    assert draw(LINES[::-1], method=method, seed="31415926", size=10) == first
    assert draw(LINES, method=method, seed="27182818", size=10) != first
    assert sum(each.hits for each in first) == 10


def test_a_simple_sample_is_what_anybody_can_compute_by_hand():
    ranked = sorted(LINES, key=lambda line: hashlib.sha256(f"dobbelsteen:{line.key}".encode()).hexdigest())
    assert [each.line for each in draw(LINES, method="random", seed="dobbelsteen", size=7)] == ranked[:7]


def test_a_euro_has_the_same_chance_so_large_lines_cannot_hide():
    lines = [Line("groot", 1_000_000), Line("credit", -1_000_000), *(Line(f"k{i}", 1) for i in range(1_000))]
    hits = {each.line.key: each.hits for each in draw(lines, method="money", seed="31415926", size=20)}
    assert min(hits["groot"], hits["credit"]) >= 9
    assert draw([Line("a", 0)], method="money", seed="31415926", size=1) == []


@pytest.mark.parametrize(
    ("wrong", "size", "at_most"),
    [(0, 59, 496), (0, 10, 2_589), (1, 59, 779), (10, 10, 10_000), (0, 1, 9_500)],
)
def test_the_bound_is_the_exact_one(wrong, size, at_most):
    assert upper(wrong, size) == at_most


def test_an_outcome_counts_hits_and_says_nothing_of_all_before_all_is_looked_at():
    seen = [Looked(2, Finding.RIGHT), Looked(1, Finding.NO_PAPER)]
    assert outcome([*seen, Looked(1, None)]) == (4, 3, 1, Fraction(1, 3), None)
    assert outcome(seen).upper == upper(1, 3)
    assert rules.counted([*seen, Looked(1, None)]) == {Finding.NO_PAPER: 1}
    assert outcome([]) == (0, 0, 0, None, None)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"method": "gut"}, errors.MethodUnknown), ({"size": 0}, errors.SizeInvalid), ({"size": 41}, errors.SizeInvalid),
        ({"seed": " 1234567 "}, errors.SeedTooShort),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(facts, error):
    given = {"method": "random", "size": 10, "seed": "31415926"}
    assert rules.check_plan(**given, lines=40) == "31415926"
    with pytest.raises(error):
        rules.check_plan(**(given | facts), lines=40)


@pytest.mark.parametrize(("finding", "amount"), [("wrong_amount", None), ("right", 100), ("no_paper", 0)])
def test_a_wrong_amount_comes_with_the_right_one_and_no_other_does(finding, amount):
    rules.check_finding("wrong_amount", 0)
    with pytest.raises(errors.RightAmountMissing):
        rules.check_finding(finding, amount)


def test_the_command_draws_the_same_from_a_file(tmp_path):
    file = tmp_path / "regels.csv"
    file.write_text(
        "id,amount\n" + "".join(f"{key},{cents // 100}.00\n" for key, cents in LINES), encoding="utf-8"
    )
    asked = ["sample", str(file), "--seed", "31415926", "--size", "5", "--method", "money"]
    drawn = CliRunner().invoke(spend, asked)
    assert drawn.stdout.split() == [
        f"{each.line.key},{each.hits}" for each in draw(LINES, method="money", seed="31415926", size=5)
    ]
    assert rules.population_hash(LINES) in drawn.stderr
    file.write_text("id,amount\nx,veel\n", encoding="utf-8")
    assert CliRunner().invoke(spend, asked).exit_code == 2
