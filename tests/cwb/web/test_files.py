"""Lists as files: their rows are read while the request still lives."""

from collections.abc import Iterator

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
