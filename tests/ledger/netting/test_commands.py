"""`cwb clear`, as others script against it."""

import csv
import json
from random import Random

import pytest
from click.testing import CliRunner

from benchmarks.clearing import highest, made_up, write
from cwb.cli import Cwb
from ledger.netting.commands import clear

TRIANGLE = "debtor,creditor,amount\nA,B,100\nB,C,80.0\nC,A,70.00\n"


@pytest.fixture
def run(tmp_path):
    def act(content, *options, credit=None):
        path, lines = tmp_path / "invoices.csv", tmp_path / "credit.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if credit is not None:
            lines.write_text(credit)
            options = (*options, "--credit", str(lines))
        group = Cwb("cwb")
        group.add_command(clear)
        return CliRunner().invoke(group, ["clear", str(path), *options])

    return act


def answer(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_answer_is_as_the_contract_says(run, tmp_path):
    out = tmp_path / "out.csv"
    found = answer(run(TRIANGLE, "--json", "--out", str(out)))
    assert found.pop("seconds") >= 0
    assert found.pop("solver").startswith("OR-tools 9.")
    assert found == {
        "obligations": 3, "parties": 3, "pairs": 3, "total": "250.00", "cleared": "210.00", "cleared_share": "0.8400",
        "net_internal_debt": "30.00", "credit_used": "0.00", "proven": True,
    }  # fmt: skip
    assert out.read_text().splitlines() == [
        "debtor,creditor,cleared,owed", "A,B,70.00,100.00", "B,C,70.00,80.00", "C,A,70.00,70.00",
    ]  # fmt: skip
    assert "cleared: 210.00" in run(TRIANGLE).stdout


def test_several_credit_lines_of_one_party_add_up_and_others_are_left_out(run):
    chain = "debtor,creditor,amount\nA,B,100\nB,C,100\nC,D,100\n"
    credit = "may_hold,party,may_borrow\n0,A,40\n0,A,60\n100,D,0.00\n9,Z,9\n"
    found = answer(run(chain, "--json", credit=credit))
    assert (found["cleared"], found["credit_used"], found["parties"]) == ("300.00", "100.00", 4)


def test_a_column_of_the_sender_s_own_changes_nothing(run):
    own = "number,debtor,creditor,amount,due\n1,A,B,100,x\n2,B,C,80.0,\n3,C,A,70.00,2026-01-01\n"
    assert answer(run(own, "--json"))["cleared"] == "210.00"
    assert run(own + "4,A,B,1\n").exit_code == 2


def test_two_currencies_are_never_one_sum(run):
    head, rows = "debtor,creditor,amount,Currency\n", "A,B,100,EUR\nB,A,70,{}\nA,B,1,EUR\n"
    assert answer(run(head + rows.format(" eur"), "--json"))["cleared"] == "140.00"
    for other in ("USD", ""):
        result = run(head + rows.format(other), "--json")
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"line 3: currency {other!r} after 'EUR'" in result.stderr


def test_rows_and_columns_in_any_order_give_the_same_file(run, tmp_path):
    path = tmp_path / "rows.csv"
    rows = made_up(60, 500, seed=3)
    write(rows, path)
    _head, *lines = path.read_text().splitlines()
    Random(1).shuffle(lines)
    turned = "\r\n".join(",".join((row.split(",")[2], *row.split(",")[:2])) for row in lines)
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    found = answer(run(path.read_text(), "--json", "--out", str(one)))
    again = answer(run("\ufeffamount,debtor,creditor\r\n" + turned, "--json", "--out", str(two)))
    assert one.read_bytes() == two.read_bytes()
    assert found | {"seconds": 0} == again | {"seconds": 0}
    assert round(float(found["cleared"]) * 100) == round(highest(rows))
    with one.open(newline="") as file:
        assert sum(round(float(row["cleared"]) * 100) for row in csv.DictReader(file)) == round(highest(rows))


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("", 2, "empty file"),
        ("debtor,creditor,amount\n", 2, "no rows"),
        ("debtor,creditor\nA,B\n", 2, "the columns are not debtor,creditor,amount"),
        ("debtor,creditor,amount,amount\nA,B,1,2\n", 2, "the columns are not"),
        ("debtor,creditor,amount\nA,B\n", 2, "line 2: another number of cells"),
        ("debtor,creditor,amount\nA,B,1.234\n", 2, "line 2: '1.234' is no amount"),
        (
            "debtor,creditor,amount\nA,B,1\nA,B,1e5\nA,B,\n",
            2,
            "line 3: '1e5' is no amount such as 1250.00; line 4: ''",
        ),
        ("debtor,creditor,amount\nA,B,10000000000000.01\n", 2, "is no amount"),
        ("debtor,creditor,amount\n ,B,1\n", 2, "line 2: a party is empty"),
        (b"debtor,creditor,amount\n\xff,B,1\n", 2, "invoices.csv"),
        ("debtor,creditor,amount\nA,A,1\n", 1, "line 2: A owes itself"),
        (
            "debtor,creditor,amount\nA,B,0\nB,A,-5.00\n",
            1,
            "line 2: amount 0 is not above zero; line 3: amount -5.00",
        ),
        ("debtor,creditor,amount\n" + "A,B,x\n" * 25, 2, "; and 5 more"),
    ],
)
def test_what_cannot_be_is_refused_by_line_and_nothing_is_written(run, tmp_path, content, code, said):
    out = tmp_path / "out.csv"
    result = run(content, "--json", "--out", str(out))
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("credit", "code", "said"),
    [
        ("party,may_borrow\nA,1\n", 2, "the columns are not party,may_borrow,may_hold"),
        ("party,may_borrow,may_hold\nA,-1,1\n", 1, "line 2: a limit below zero"),
        ("party,may_borrow,may_hold\nA,1,x\n", 2, "line 2: 'x' is no amount"),
    ],
)
def test_a_credit_line_that_cannot_be_is_refused(run, credit, code, said):
    result = run(TRIANGLE, "--json", credit=credit)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_file_that_is_not_there_or_cannot_be_written(tmp_path, run):
    assert CliRunner().invoke(clear, [str(tmp_path / "none.csv"), "--json"]).exit_code == 2
    assert run(TRIANGLE, "--out", str(tmp_path / "no" / "out.csv")).exit_code == 2
