import json

import pytest
from click.testing import CliRunner

from benchmarks.pages import require_found
from cwb.bench import gateway
from cwb.bench.commands import bench, table
from cwb.bench.errors import BenchUnknown, NoCheckout, PagesNotThere

FIGURE = {
    "name": "a page", "unit": "requests/s", "figure": 120, "yardstick": 200, "ratio": 0.6, "target": 0.4,
    "reached": True, "note": "p99 9 ms",
}  # fmt: skip


@pytest.fixture
def measured(monkeypatch, server_url):
    """Every benchmark finds one figure; the server is the tests' own."""
    asked = []

    def run(size: str, url: str):
        asked.append((size, url))
        return [FIGURE]

    monkeypatch.setenv("DATABASE_URL", server_url)
    monkeypatch.setattr("cwb.bench.commands.measure", lambda _target: run)
    return asked


def test_figures_stand_beside_their_yardstick():
    assert table([FIGURE]).splitlines()[1].split() == [
        "a", "page", "120", "requests/s", "200", "0.60", "0.4", "reached,", "p99", "9", "ms",
    ]  # fmt: skip


def test_a_figure_that_falls_short_says_so():
    assert "NOT reached" in table([{**FIGURE, "reached": False}])


def test_json_goes_out_and_into_a_file(measured, server_url, tmp_path):
    out = tmp_path / "new" / "latest.json"
    done = CliRunner().invoke(bench, ["pages", "--size", "small", "--json", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["results"] == {"pages": [FIGURE]}
    assert json.loads(out.read_text())["size"] == "small"
    assert measured == [("small", server_url)]


def test_all_measures_each(measured):
    done = CliRunner().invoke(bench, ["all"])
    assert done.exit_code == 0, done.output
    assert len(measured) >= 1


def test_an_unknown_one_is_refused():
    done = CliRunner().invoke(bench, ["wishes"])
    assert isinstance(done.exception, BenchUnknown)


def test_outside_a_checkout_there_is_nothing_to_measure(monkeypatch, tmp_path):
    monkeypatch.setattr(gateway.paths, "PACKAGE", tmp_path / "cwb")
    with pytest.raises(NoCheckout):
        gateway.measure("benchmarks.pages:run")


def test_pages_that_do_not_answer_are_named_and_nothing_is_measured():
    require_found([])
    with pytest.raises(PagesNotThere) as refused:
        require_found(["a need", "dashboard of a buyer"])
    assert refused.value.facts == {"names": "a need, dashboard of a buyer"}


def test_a_target_is_found_by_name():
    assert gateway.measure("benchmarks.pages:run").__name__ == "run"
