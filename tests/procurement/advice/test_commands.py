import json

import pytest
from click.testing import CliRunner

from cwb.cli import build
from procurement.advice.commands import procedure

GOOD = ["--value", "180000", "--cpv", "90910000-9", "--anchor-type", "municipality", "--on", "2026-12-01"]


def run(*arguments):
    return CliRunner().invoke(procedure, ["advise", *arguments])


def test_the_fields_others_rely_on():
    found = json.loads(run(*GOOD, "--json").stdout)
    assert {"procedures", "reservations", "warnings", "min_days"} <= set(found)
    assert {"id", "allowed", "why", "article", "certainty"} <= set(found["procedures"][0])
    reserved = {each["id"]: each["allowed"] for each in found["reservations"]}
    assert reserved == {"2.82": True, "2.82a": False}
    assert {"splitting", "local_preference"} <= {each["id"] for each in found["warnings"]}
    assert found["recommended"] == "invited_quotes"
    assert found["threshold"] == "216000.00"


def test_each_procedure_has_its_terms():
    found = json.loads(run(*GOOD, "--json").stdout)
    days = {code: {each["id"]: each["days"] for each in terms} for code, terms in found["terms"].items()}
    assert days["european_open"] == {
        "bid": 40, "bid_documents": 45, "bid_paper": 45, "bid_prior_notice": 29, "bid_urgent": 15, "answers": 10,
        "answers_urgent": 4, "standstill": 20,
    }  # fmt: skip
    assert days["european_restricted"]["apply"] == 30
    assert days["european_restricted"]["apply_urgent"] == 15
    assert "answers" not in days["single_quote"]
    assert set(days) == {each["id"] for each in found["procedures"]}
    for code, terms in found["terms"].items():
        assert found["min_days"][code] == days[code]["bid"]
        assert all(
            each["article"] and each["certainty"] in {"sure", "unverified", "setting"} for each in terms
        )


def test_the_standstill_runs_on_over_free_days():
    """Sent on 1 December 2026, twenty days end on Monday the 21st; sent on the 5th they end on Christmas Day."""
    assert json.loads(run(*GOOD, "--json").stdout)["standstill"]["last_day"] == "2026-12-21"
    christmas = json.loads(run(*GOOD[:-1], "2026-12-05", "--json").stdout)["standstill"]
    assert (christmas["counted_last_day"], christmas["last_day"]) == ("2026-12-25", "2026-12-28")
    assert {"call_off", "no_notice", "sole_bidder"} <= {each["id"] for each in christmas["exceptions"]}


def test_people_read_lines():
    shown = run(*GOOD, "--years", "2").stdout
    assert "ja  invited_quotes" in shown
    assert "let op:" in shown


@pytest.mark.parametrize(
    "change",
    [
        ("--value", "0"), ("--value", "-5"), ("--value", "veel"), ("--value", "1.005"), ("--value", "NaN"),
        ("--value", "9" * 30), ("--cpv", "9091"), ("--anchor-type", "bakery"), ("--on", "1-12-2026"), ("--years", "0"),
    ],
)  # fmt: skip
def test_wrong_use_exits_2(change):
    assert run(*GOOD, *change).exit_code == 2


def test_no_table_for_the_day_is_a_no():
    found = CliRunner().invoke(build(), ["procedure", "advise", *GOOD, "--on", "2031-01-01"])
    assert found.exit_code == 1
    assert "drempelbedragen" in found.stderr
