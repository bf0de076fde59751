"""`cwb score stress`, and that `cwb score FILE` stays what it was."""

import json

import pytest
from click.testing import CliRunner

from cwb import entry
from cwb.kernel.feature import load
from procurement.stress.commands import score

SCORING = {
    "method": "relative_price", "price": {"max_points": "40"}, "stress": {"low": "40000", "high": "60000", "seed": 3},
    "criteria": [{"id": "plan", "name": "Plan", "max_points": "35"}, {"id": "social", "max_points": "25"}],
}  # fmt: skip


def run(tmp_path, data, *words):
    file = tmp_path / "in.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return CliRunner().invoke(score, [*words[:1], str(file), *words[1:]])


def test_a_scoring_is_tested_without_bids(tmp_path):
    answer = run(tmp_path, SCORING, "stress", "--json")
    assert answer.exit_code == 0, answer.stderr
    found = json.loads(answer.output)
    assert (found["seed"], found["rounds"], found["rank_stable"]) == (3, 200, False)
    assert found["reversed"] > 0
    assert found["reversed_share"] == f"{found['reversed'] / 200:g}"
    assert found["example"]["winner"] != found["example"]["then"]
    assert {each["id"] for each in found["weights"]} == {"price", "plan", "social"}
    assert set(found["worth"]["euro"]) == {"plan", "social"}
    assert found["verdict"][0]["id"] == "reversed"
    assert run(tmp_path, SCORING, "stress", "--json").output == answer.output


def test_the_same_for_people(tmp_path):
    answer = run(tmp_path, SCORING, "stress")
    assert "bepaalt een verliezer wie wint" in answer.output


def test_bounds_and_bids_give_prices_too(tmp_path):
    bare = {name: value for name, value in SCORING.items() if name != "stress"}
    bids = [
        {"id": name, "price": price, "scores": {"plan": 1, "social": 1}}
        for name, price in (("A", 10), ("B", 20))
    ]
    assert json.loads(run(tmp_path, {**bare, "bids": bids}, "stress", "--json").output)["low"] == "10"
    ranged = {**bare, "method": "fixed_price_range", "price": {"max_points": 40, "min": 5, "max": 9}}
    assert json.loads(run(tmp_path, ranged, "stress", "--json").output)["high"] == "9"


@pytest.mark.parametrize(
    "stress",
    [
        5,
        [],
        {"low": "x", "high": "2"},
        {"low": "1"},
        {"low": "1", "high": "2", "seed": "3"},
        {"seed": -1},
        {"seed": True},
    ],
)
def test_what_is_no_input_ends_with_two_and_one_line(tmp_path, stress):
    answer = run(tmp_path, {**SCORING, "stress": stress}, "stress")
    assert answer.exit_code == 2
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("content", ["[]", "nee", "5", '{"method": "magic"}'])
def test_rubbish_ends_with_two(tmp_path, content):
    assert run(tmp_path, content, "stress").exit_code == 2


def test_what_cannot_be_played_is_a_no(tmp_path, capsys):
    file = tmp_path / "in.json"
    for wrong in ({"stress": {"low": "2", "high": "1"}}, {"price": {}}):
        file.write_text(json.dumps({**SCORING, **wrong}))
        assert entry.run(lambda: score.main(["stress", str(file)], standalone_mode=False)) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_a_file_is_still_ranked_with_options_before_or_after(tmp_path):
    bids = [{"id": "A", "price": 10, "scores": {"plan": 1, "social": 1}}]
    data = {**SCORING, "bids": bids}
    assert json.loads(run(tmp_path, data, "--json").output)["winner"] == "A"
    file = tmp_path / "in.json"
    assert json.loads(CliRunner().invoke(score, [str(file), "--json"]).output)["winner"] == "A"
    assert "stress" in CliRunner().invoke(score, ["--help"]).output


def test_commands_that_start_alone_are_those_of_the_features():
    commands = {
        each.name: each for feature in load(("ledger", "coops", "procurement")) for each in feature.commands
    }
    for name, module in entry.PURE.items():
        assert commands[name].callback.__module__ == module
