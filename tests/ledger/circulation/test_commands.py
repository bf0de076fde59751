"""`cwb currency measure`, as others script against it."""

import json
from random import Random

import pytest
from click.testing import CliRunner

from cwb.cli import Cwb
from ledger.circulation.commands import currency

HEAD = "at,from,to,amount,kind,id,reverses"
GOOD = (
    "2026-01-05T09:00:00Z,I,A,100.00,issue,1,",
    "2026-01-06T09:00:00+01:00,A,B,40,payment,2,",
    "2026-01-07T09:00:00Z,B,A,40.0,reversal,3,2",
    "2026-01-08T09:00:00Z,A,B,25.50,payment,4,",
    "2026-01-09T09:00:00Z,B,I,5,redeem,5,",
)


@pytest.fixture
def run(tmp_path):
    def act(content, *options):
        path = tmp_path / "transfers.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        group = Cwb("cwb")
        group.add_command(currency)
        return CliRunner().invoke(group, ["currency", "measure", str(path), *options])

    return act


def text(*rows, head=HEAD):
    return "\n".join((head, *rows)) + "\n"


def test_the_answer_is_as_the_contract_says(run):
    result = run(text(*GOOD), "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {name: answer[name] for name in ("volume", "leakage", "stock_flow_residual", "velocity_unit")} == {
        "volume": "25.50", "leakage": "0.0500", "stock_flow_residual": "0.00", "velocity_unit": "per year of 365 days",
    }  # fmt: skip
    assert {"average_stock", "velocity_by_stock", "velocity_by_holding_time", "effective_share"} <= set(
        answer
    )
    assert answer["stuck"]["at_ceiling"] is None


def test_the_order_of_rows_and_columns_does_not_matter(run):
    shuffled = [",".join(row.split(",")[::-1]) for row in Random(1).sample(GOOD, len(GOOD))]
    turned = "\ufeff" + text(*shuffled, head=",".join(HEAD.split(",")[::-1])).replace("\n", "\r\n\r\n")
    assert run(turned, "--json").stdout == run(text(*GOOD), "--json").stdout


def test_two_currencies_are_never_one_sum(run):
    own = [f"{row},NWE" for row in GOOD]
    assert run(text(*own, head=f"{HEAD},currency"), "--json").stdout == run(text(*GOOD), "--json").stdout
    result = run(text(*own[:2], f"{GOOD[2]},KRE", head=f"{HEAD},currency"), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "line 4: currency 'KRE' after 'NWE'" in result.stderr


def test_the_window_and_the_ceiling(run):
    options = ("--from", "2026-01-08", "--to", "2026-01-09T09:00:00Z", "--ceiling", "74.50", "--json")
    answer = json.loads(run(text(*GOOD), *options).stdout)
    assert (answer["transfers"], answer["volume"], answer["stuck"]["at_ceiling"]) == (1, "25.50", 1)
    assert answer["stock_flow"]["closing"] == "100.00"


def test_on_the_screen_each_figure_has_its_line(run):
    lines = run(text(*GOOD)).stdout.splitlines()
    assert {"volume: 25.50", "stock_flow.redeemed: 5.00", "stuck.at_ceiling: -"} <= set(lines)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("2026-01-10T09:00:00,A,B,1,payment,,", "zone"),
        ("2026-01-10,A,B,1,payment,,", "zone"),
        ("soon,A,B,1,payment,,", "zone"),
        ("2026-01-10T09:00:00Z,A,B,1,gift,,", "'gift'"),
        ("2026-01-10T09:00:00Z,A,B,0.00,payment,,", "not above zero"),
        ("2026-01-10T09:00:00Z,A,B,-1,payment,,", "'-1'"),
        ("2026-01-10T09:00:00Z,A,B,1.005,payment,,", "'1.005'"),
        ("2026-01-10T09:00:00Z,A,B,1e2,payment,,", "'1e2'"),
        ("2026-01-10T09:00:00Z,A,B,10000000000000.01,payment,,", "no amount"),
        ("2026-01-10T09:00:00Z,,B,1,payment,,", "from is empty"),
        ("2026-01-10T09:00:00Z,A,A,1,payment,,", "the same"),
        ("2026-01-10T09:00:00Z,B,A,1,payment", "cells"),
        ("2026-01-10T09:00:00Z,B,A,20.51,payment,,", "20.50"),
        ("2026-01-10T09:00:00Z,Z,A,1,payment,,", "has 0.00"),
        ("2026-01-10T09:00:00Z,B,A,40,reversal,,2", "before"),
        ("2026-01-10T09:00:00Z,B,A,40,reversal,,x", "not there"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_nothing_is_measured(run, row, what):
    result = run(text(*GOOD, row), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "line 7" in result.stderr
    assert what in result.stderr


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "empty"),
        (text(), "no transfers"),
        (text(head="at,from,to,amount"), "column kind is missing"),
        (text(head=HEAD + ",id"), "column id is there twice"),
        (b"\xff\xfe", "utf-8"),
        (HEAD + '\n"a', "unexpected end"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(run, content, what):
    result = run(content, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert what in result.stderr


def test_many_faults_are_counted(run):
    rows = ["x,A,B,1,payment,,"] * 30
    assert "and 10 more" in run(text(*rows)).stderr


@pytest.mark.parametrize(
    "options", [("--from", "yesterday"), ("--to", "2026-01-08T09:00:00"), ("--from", "2026-02-01", "--to", "2026-01-01"), ("--ceiling", "-1")]
)  # fmt: skip
def test_a_window_that_cannot_be_is_wrong_use(run, options):
    result = run(text(*GOOD), "--json", *options)
    assert (result.exit_code, result.stdout) == (2, "")


def test_no_such_file_is_wrong_use():
    group = Cwb("cwb")
    group.add_command(currency)
    assert CliRunner().invoke(group, ["currency", "measure", "/nowhere.csv"]).exit_code == 2
