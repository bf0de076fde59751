"""`cwb score`, as others call it."""

import json

import pytest
from click.testing import CliRunner

from procurement.scoring.commands import score

CONTRACT = {
    "method": "relative_price",
    "price": {"max_points": "40"},
    "criteria": [{"id": "plan", "max_points": "35", "min_points": "18"}],
    "bids": [
        {"id": "A", "price": "48000.00", "scores": {"plan": "28"}},
        {"id": "B", "price": 40200, "scores": {"plan": 17.5}},
    ],
}


def run(tmp_path, content):
    file = tmp_path / "in.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return CliRunner().invoke(score, [str(file), "--json"])


def test_the_contracts_shape(tmp_path):
    answer = run(tmp_path, CONTRACT)
    assert answer.exit_code == 0
    found = json.loads(answer.output)
    assert found["ranking"][0] == {
        "id": "A", "rank": 1, "total": "68", "price_points": "40", "criteria_points": {"plan": "28"}, "knocked_out": None,
    }  # fmt: skip
    assert found["ranking"][1]["rank"] is None
    assert found["ranking"][1]["knocked_out"]
    assert (found["winner"], found["tie"], found["rank_stable"]) == ("A", False, False)


def test_the_same_for_people(tmp_path):
    file = tmp_path / "in.json"
    file.write_text(json.dumps(CONTRACT))
    answer = CliRunner().invoke(score, [str(file)])
    assert "68" in answer.output
    assert "below the minimum" in answer.output


@pytest.mark.parametrize(
    "content",
    [
        "no json", "[]", "{}", '{"method": "magic", "bids": []}', '{"method": "lowest_price"}',
        '{"method": "lowest_price", "bids": [{"id": "A", "price": NaN}]}',
        '{"method": "lowest_price", "bids": [{"id": "A", "price": "1e99"}]}',
        '{"method": "lowest_price", "bids": [{"id": "A", "price": "ten"}]}',
        '{"method": "lowest_price", "bids": [{"id": "A", "price": true}]}',
        '{"method": "lowest_price", "bids": [{"id": "", "price": "1"}]}',
        '{"method": "lowest_price", "bids": [{"id": "A", "price": "1", "scores": []}]}'.replace("[]", "[1]"),
        '{"method": "life_cycle_cost", "bids": [{"id": "A", "costs": [{"on": "soon", "amount": "1"}]}]}',
        '{"method": "life_cycle_cost", "bids": [{"id": "A", "costs": [{"on": "2027-01-01"}]}]}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_input_ends_with_two_and_one_line(tmp_path, content):
    answer = run(tmp_path, content)
    assert answer.exit_code == 2
    assert answer.stderr.count("\n") == 1


def test_a_missing_file_ends_with_two(tmp_path):
    assert CliRunner().invoke(score, [str(tmp_path / "none.json")]).exit_code == 2
