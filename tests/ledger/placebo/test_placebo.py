"""The analysis on traders on whom nothing has an effect."""

import json
from fractions import Fraction

from click.testing import CliRunner

from ledger.placebo.commands import experiment
from ledger.placebo.rules import Placebo, one_run, placebo


def test_the_same_seed_invents_the_same_traders():
    assert one_run("one") == one_run("one") != one_run("two")


def test_a_rate_holds_the_five_percent_that_were_promised():
    found = placebo(20, "6")
    assert (found.runs, found.found, found.covers) == (20, 2, True)
    assert found.low <= found.rate <= found.high


def test_a_rate_that_is_too_high_or_too_low_does_not():
    # 60 of 500 (Clopper and Pearson, 95 %): 9.28 to 15.18 %.
    assert not Placebo(500, 60, Fraction(928, 10_000), Fraction(1518, 10_000)).covers
    assert not Placebo(500, 5, Fraction(32, 10_000), Fraction(232, 10_000)).covers


def test_the_command_says_the_rate():
    result = CliRunner().invoke(experiment, ["placebo", "--runs", "3", "--seed", "1", "--json"])
    answer = json.loads(result.stdout)
    assert answer | {"seconds": 0} == {
        "runs": 3, "seed": "1", "traders": 48, "waves": 4, "redraws": 199, "alpha": "0.0500", "false_positives": 0,
        "false_positive_rate": "0.0000", "interval": ["0.0000", "0.7076"], "covers_alpha": True, "seconds": 0,
    }  # fmt: skip
    plain = CliRunner().invoke(experiment, ["placebo", "--runs", "3"])
    assert "covers_alpha: True" in plain.stdout.splitlines()


def test_no_runs_are_refused():
    assert CliRunner().invoke(experiment, ["placebo", "--runs", "0"]).exit_code == 2
