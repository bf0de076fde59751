"""`cwb spend bounds`, as others script against it."""

import json

import pytest
from click.testing import CliRunner

from cwb.cli import Cwb
from ledger.share.commands import spend


@pytest.fixture
def run(tmp_path):
    def act(content, *options):
        path = tmp_path / "units.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        group = Cwb("cwb")
        group.add_command(spend)
        return CliRunner().invoke(group, ["spend", "bounds", str(path), *options])

    return act


FIVE = """supplier,amount,class
A,100000,local
B,200000.00,not_local
C,50000,unknown
D,-10000,unknown
E,40000.0,unknown
"""


def test_the_answer_is_as_the_contract_says(run):
    result = run(FIVE, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "lo": "0.2368",
        "hi": "0.5000",
        "coverage": "0.7500",
        "total": "380000.00",
        "publishable": False,
        "why": "insufficient: coverage 0.7500 is below 0.8000; the interval is 0.2632 wide, more than 0.1000",
    }


def test_row_order_and_column_order_do_not_matter(run):
    head, *rows = FIVE.splitlines()
    turned = "\ufeffclass,supplier,amount\r\n" + "\r\n".join(
        ",".join((row.split(",")[2], *row.split(",")[:2])) for row in reversed(rows)
    )
    assert run(turned, "--json").stdout == run("\n".join([head, *rows]), "--json").stdout


def test_bands(run):
    answer = json.loads(
        run(
            "supplier,amount,amount_high,class\nA,10000,20000,local\nB,10000,20000,not_local\n", "--json"
        ).stdout
    )
    assert (answer["lo"], answer["hi"], answer["coverage"]) == ("0.3333", "0.6667", "1.0000")
    assert answer["total"] == ["20000.00", "40000.00"]
    mixed = json.loads(
        run("supplier,amount,amount_high,class\nA,10,,local\nB,5,open,not_local\n", "--json").stdout
    )
    assert mixed["total"] == ["15.00", None]
    assert mixed["lo"] == "0.0000"


def test_undefined_is_null_and_still_done(run):
    result = run("supplier,amount,class\nA,10,local\nB,-10,unknown\n", "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["lo"], answer["hi"], answer["total"]) == (0, None, None, "0.00")
    assert run("supplier,amount,class\nA,-0.05,local\n").stdout.startswith("lo: -\n")
    assert json.loads(run("supplier,amount,class\n", "--json").stdout)["coverage"] is None


def test_a_publishable_figure_has_no_reason_against_it(run):
    answer = json.loads(
        run("supplier,amount,class\nA,45,local\nB,50,not_local\nC,5,unknown\n", "--json").stdout
    )
    assert answer["publishable"] is True
    assert answer["why"] is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        (b"supplier,amount,class\nCaf\xe9,1,local\n", "utf-8"),
        ("supplier,amount\nA,1\n", "class is missing"),
        ("supplier;amount;class\nA;1;local\n", "amount is missing"),
        ("supplier,amount,amount,class\nA,1,1,local\n", "twice"),
        ("supplier,amount,class\n,1,local\n", "line 2: supplier"),
        ("supplier,amount,class\nA,1.234,local\n", "line 2: amount"),
        ("supplier,amount,class\nA,1e3,local\n", "line 2: amount"),
        ("supplier,amount,class\nA,NaN,local\n", "line 2: amount"),
        ("supplier,amount,class\nA,99999999999999,local\n", "line 2: amount"),
        ("supplier,amount,class\nA,9999999999999.99,local\nA,10000000000000.01,local\n", "line 3: amount"),
        ("supplier,amount,class\nA,1,lokaal\n", "line 2: class"),
        ("supplier,amount,class\nA,1\n", "line 2: another number of cells"),
        ("supplier,amount,class\nA,1,local,x\n", "line 2: another number of cells"),
        ("supplier,amount,amount_high,class\nA,10,9,local\n", "below"),
        ("supplier,amount,amount_high,class\nA,10,veel,local\n", "amount_high"),
        ('supplier,amount,class\n"A,1,local\n', "line"),
    ],
)
def test_unreadable_input_is_named_in_one_line(run, content, said):
    result = run(content, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    if said != "line":
        assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_every_fault_is_named(run):
    said = run("supplier,amount,class\n,x,y\nB,1,local\nC,2,maybe\n").stderr
    for fault in ("line 2: supplier", "line 2: amount", "line 2: class", "line 4: class"):
        assert fault in said


def test_a_missing_file_is_wrong_use(tmp_path):
    group = Cwb("cwb")
    group.add_command(spend)
    result = CliRunner().invoke(group, ["spend", "bounds", str(tmp_path / "none.csv")])
    assert result.exit_code == 2
    assert "none.csv" in result.stderr
    assert CliRunner().invoke(group, ["spend", "bounds", str(tmp_path)]).exit_code == 2


def test_bands_without_bounds_are_refused_with_one(run):
    result = run("supplier,amount,amount_high,class\nA,-10,20,local\n", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "band" in result.stderr
