"""What people typed stays out of the log."""

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cwb.kernel import logs


@pytest.fixture(autouse=True)
def configured():
    before = structlog.get_config()
    logs.set_up()
    yield
    structlog.configure(**before)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_traceback_names_lines_and_not_values(capsys, monkeypatch, terminal):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    logs.set_up()
    password = "vier losse woorden"
    try:
        {"typed": password}["missing"]
    except KeyError:
        structlog.get_logger().exception("unexpected", path="/login")
    said = "".join(capsys.readouterr())
    assert "test_logs.py" in said
    assert "KeyError" in said
    assert "/login" in said
    assert password not in said


def test_an_error_of_the_database_hides_its_values(engine):
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as fault:
        connection.execute(
            text("SELECT nothing FROM nowhere WHERE iban = :iban"), {"iban": "NL91ABNA0417164300"}
        )
    assert "NL91ABNA0417164300" not in str(fault.value)
