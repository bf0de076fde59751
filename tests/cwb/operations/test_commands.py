"""The operator's commands as scripts see them: JSON, one line of error, exit codes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from cwb.cli import build
from cwb.operations import queries

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="gunicorn's signals")]


@pytest.fixture
def environment(database_url, tmp_path):
    root = Path(__file__).resolve().parents[3]
    search = os.pathsep.join(part for part in (str(root), os.environ.get("PYTHONPATH")) if part)
    return {
        **os.environ,
        "PYTHONPATH": search,
        "DATABASE_URL": database_url,
        "CWB_DATA": str(tmp_path / "var"),
    }


def cwb(environment, *arguments):
    """A command in a process of its own, as from a shell."""
    command = [sys.executable, "-m", "cwb", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def run(environment, *arguments):
    """The same in this process: to start is dearer than most commands."""
    return CliRunner(env=environment).invoke(build(), arguments)


def one_line(text):
    return len(text.strip().splitlines()) == 1


def test_check_says_whether_the_schema_is_right(environment):
    done = cwb(environment, "db", "check", "--json")
    assert done.returncode == 0, done.stderr
    head = queries.head()
    assert json.loads(done.stdout) == {"revision": head, "head": head, "at_head": True, "fenced": True}


def test_an_old_schema_is_an_exit_1_and_nothing_is_served(environment):
    with psycopg.connect(environment["DATABASE_URL"].replace("+psycopg", "")) as link:
        link.execute("UPDATE alembic_version SET version_num = '0001_ground'")
    assert run(environment, "db", "check").exit_code == 1
    for command in ("serve", "worker"):
        refused = cwb(environment, command)  # one that served all the same would never return
        assert refused.returncode == 1
        assert "cwb db upgrade" in refused.stderr
        assert one_line(refused.stderr)


def test_a_database_without_our_tables_is_one_line_and_exit_2(environment):
    with psycopg.connect(environment["DATABASE_URL"].replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ALTER TABLE spend_rollup RENAME TO spend_rollup_of_another_version")
    told = run(environment, "spend", "share", "--period", "2026-Q3", "--json")
    assert told.exit_code == 2
    assert one_line(told.stderr)
    assert "cwb db upgrade" in told.stderr
    assert "SELECT" not in told.stderr


def test_backup_and_restore_by_command(environment, tmp_path):
    keys = Path(environment["CWB_DATA"]) / "keys"
    keys.mkdir(parents=True)
    (keys / "secret_key").write_text("geheim")
    file = tmp_path / "b.tar"
    made = run(environment, "backup", str(file), "--json")
    assert made.exit_code == 0, made.stderr
    assert json.loads(made.stdout)["bytes"] == file.stat().st_size
    refused = run(environment, "restore", str(file))
    assert refused.exit_code == 1
    assert "--force" in refused.stderr
    assert one_line(refused.stderr)
    done = run(environment, "restore", str(file), "--force", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["at_head"] is True


def test_something_else_than_a_backup_is_an_exit_2(environment, tmp_path):
    (tmp_path / "x").write_text("x")
    refused = run(environment, "restore", str(tmp_path / "x"))
    assert refused.exit_code == 2
    assert one_line(refused.stderr)


def test_a_database_that_does_not_answer_is_one_line_and_exit_2(environment):
    gone = {**environment, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    for command in (["db", "check"], ["db", "upgrade"], ["serve"]):
        refused = run(gone, *command)
        assert refused.exit_code == 2
        assert one_line(refused.stderr)


def test_it_serves_and_ends_in_good_order(environment):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "cwb", "serve", "--port", str(port), "--workers", "2"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            for _ in range(300):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                        assert json.load(answer)["status"] == "ok"
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                pytest.fail("the server did not answer")
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=40) == 0


def test_the_worker_runs_what_is_due_and_stops(environment):
    done = cwb(environment, "worker", "--once")
    assert done.returncode == 0, done.stderr
