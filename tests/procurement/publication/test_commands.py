import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.cli import build
from cwb.kernel import events, feature
from cwb.kernel.database import make_engine
from cwb.kernel.transaction import atomic
from procurement.publication.models import Release

FEATURES = ("ledger", "coops", "procurement")


@pytest.fixture
def run(database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CWB_DATA", str(tmp_path))
    return lambda *words: CliRunner().invoke(build(), words)


@pytest.fixture
def number(database_url, make_buying):
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session:
        events.listen(session, events.gather([each.listeners for each in feature.load(FEATURES)]))
        with atomic(session):
            made = make_buying(session).published().number
    engine.dispose()
    return made


def test_the_package_as_a_file_and_on_the_screen(run, number, tmp_path, database_url):
    shown = run("ocds", "export")
    assert (shown.exit_code, shown.stderr) == (0, "")
    package = json.loads(shown.stdout)
    assert [each["tender"]["id"] for each in package["releases"]] == [number]
    out = tmp_path / "package.json"
    assert run("ocds", "export", "--tender", number, "--out", str(out)).exit_code == 0
    assert json.loads(out.read_text())["releases"] == package["releases"]
    assert json.loads(out.read_text())["uri"].endswith(f"/tenders/{number}/ocds.json")
    core = json.loads(run("ocds", "export", "--core").stdout)
    assert "extensions" not in core
    assert run("ocds", "export", "--out", str(tmp_path / "none" / "x.json")).exit_code == 2
    refused = run("ocds", "export", "--tender", "T-2000-0001")
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert json.loads(run("ocds", "publish", "--json").stdout) == {"added": 0}
    engine = make_engine(database_url)
    with Session(engine) as session:
        assert session.scalars(select(Release.release_id)).all() == [package["releases"][0]["id"]]
    engine.dispose()


def test_nothing_published_is_no_package(run):
    answer = run("ocds", "export")
    assert (answer.exit_code, answer.stdout) == (1, "")
