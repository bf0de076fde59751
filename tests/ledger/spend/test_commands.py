"""`cwb spend share`: the published figure."""

import json

import pytest
from click.testing import CliRunner

from cwb.cli import Cwb
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.exports.gateway import export as public_export
from ledger.rollups.queries import find_anchor
from ledger.spend import commands
from ledger.spend.commands import published


@pytest.fixture
def export(session, spend):
    spend.some("local", 6, "100.00")
    spend.some("not_local", 9, "100.00")
    spend.some("not_local", 2, "10.00", anchor=spend.other)
    return public_export(session, Period.parse("2026-Q3"), area_pack())


def test_the_figure_of_all_and_of_one(spend, export):
    found = published(export, None, "supplier")
    assert (found["lo"], found["total"], found["publishable"]) == ("0.4000", "1500.00", True)
    assert found["bridge"]["d1"] == "1500.00"
    assert found["area"] == {"id": "nieuw_west", "version": "2022-03-24.2"}
    assert (found["definition"], found["hash"]) == ("local-spend-2", export["hash"])
    assert list(found["variants"]) == [each.id for each in area_pack().variants], "all that the page has"
    assert published(export, str(spend.anchor.public_id), "supplier")["lo"] == "0.4000"
    small = published(export, str(spend.other.public_id), "supplier")
    assert (small["lo"], small["publishable"]) == (None, False)
    assert "too few" in small["why"]


def test_the_landed_share_says_that_nobody_declared(spend, export):
    found = published(export, None, "landed")
    assert (found["lo"], found["coverage"], found["publishable"]) == ("0.0000", "0.0000", False)
    assert published(export, str(spend.anchor.public_id), "landed")["lo"] == "0.0000"
    assert published(export, str(spend.other.public_id), "landed")["lo"] is None


@pytest.fixture
def run(database_url, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CWB_DATA", str(tmp_path))
    group = Cwb("cwb")
    group.add_command(commands.spend)
    return lambda *arguments: CliRunner().invoke(group, ["spend", "share", *arguments])


def test_on_an_empty_database_the_figure_is_undefined(run):
    result = run("--period", "2026-Q3", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["lo"] is None
    assert "lo: -" in run("--period", "2026").stdout


def test_wrong_use_is_two_and_an_unknown_anchor_is_one(run):
    result = run("--period", "2026-Q9")
    assert (result.exit_code, result.stdout) == (2, "")
    assert run("--period", "2026", "--level", "other").exit_code == 2
    assert run().exit_code == 2
    result = run("--period", "2026", "--anchor", "00000000")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1


def test_an_anchor_is_found_by_number_or_id(session, spend):
    spend.some("local", 1, "1.00")
    public_id = str(spend.anchor.public_id)
    assert find_anchor(session, spend.anchor.kvk_number) == public_id
    assert find_anchor(session, public_id.upper()) == public_id
    assert find_anchor(session, "rubbish") is None
