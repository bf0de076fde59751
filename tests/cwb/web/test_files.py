"""Lists as files: their rows are read while the request still lives."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from cwb.web.pages import csv_file


def test_rows_of_a_file_are_read_before_the_request_lets_go_of_its_session() -> None:
    """The server reads the file after the view returned: a session closed by then has no rows left."""
    app = Flask(__name__)

    @app.teardown_appcontext
    def let_go(_error: BaseException | None = None) -> None:
        g.pop("open", None)

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(3):
            yield (number, "still open" if g.get("open") else "closed")

    @app.get("/list.csv")
    def listed() -> object:
        g.open = True
        return csv_file("list", ("number", "session"), rows())

    browser: FlaskClient = app.test_client()
    assert browser.get("/list.csv").text.splitlines()[1:] == ["0,still open", "1,still open", "2,still open"]


@pytest.mark.parametrize(
    ("hostile", "kept"),
    [
        ("=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"), ("+1+1", "'+1+1"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("\n=1+1", "'\n=1+1"), ("  =1", "'  =1"), ("\u202e=1", "'=1"), ("\u2066\x00=1", "'=1"),
        ("\uff1d1+1", "'\uff1d1+1"), ("\u00a0=1", "'\u00a0=1"), ("pl\u202eFDP.an", "plFDP.an"),
        ("een\ntwee", "een\ntwee"), ("a=b", "a=b"), ("", ""), ('"; =x', '"; =x'), (None, ""), (-5, "-5"),
    ],
)  # fmt: skip
def test_no_cell_of_a_file_is_run_as_a_formula_or_turns_what_stands_around_it(hostile, kept):
    made = csv_file("list", ("kolom", "=kop"), [(hostile, "x")])
    head, row = csv.reader(io.StringIO(made.get_data(as_text=True).removeprefix("\ufeff")))
    assert head == ["kolom", "'=kop"]
    assert row == [kept, "x"]


def test_every_list_goes_through_that_one_function():
    """The ledger's proof and what is set off are for programs, and hold what is stored, sign by sign."""
    root = Path(__file__).parents[3]
    found = {
        str(file.relative_to(root))
        for storey in ("cwb", "ledger", "coops", "procurement")
        for file in (root / storey).rglob("*.py")
        if "csv.writer" in (text := file.read_text(encoding="utf-8")) or "DictWriter" in text
    }
    assert found == {"cwb/web/pages.py", "ledger/netting/gateway.py", "ledger/proof/commands.py"}
