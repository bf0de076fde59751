"""Input that nobody should send: one clear line, exit 2 for what is no input, 1 for what cannot be scored."""

import json
import subprocess
import sys

import pytest

from cwb import entry
from procurement.scoring.commands import score

BID = '{"id": "A", "price": "1", "scores": {"q": "1"}}'
TOP = (
    '"method": "relative_price", "price": {"max_points": "40"}, "criteria": [{"id": "q", "max_points": "60"}]'
)


def run(tmp_path, capsys, content, *words):
    file = tmp_path / "in.json"
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        raise SystemExit(entry.run(lambda: score.main([str(file), *words], prog_name="cwb score")))
    said = capsys.readouterr()
    return stop.value.code or 0, said.out, said.err


def whole(bids=BID, top=TOP):
    return f'{{{top}, "bids": [{bids}]}}'


WRONG = {
    "empty": "", "no json": "nee", "half": whole()[:-3], "latin-1": whole().replace("q", "é").encode("latin-1"),
    "utf-16": whole().encode("utf-16"), "nul": b"\x00" * 50, "a list": "[]", "a number": "5", "null": "null",
    "deep": "[" * 50_000, "deep object": '{"a":' * 50_000, "long number": '{"method": ' + "9" * 5000 + "}",
    "no method": f'{{"bids": [{BID}]}}', "method as list": whole(top='"method": ["relative_price"]'),
    "no bids": f"{{{TOP}}}", "bids as object": f'{{{TOP}, "bids": {{}}}}', "bids null": f'{{{TOP}, "bids": null}}',
    "bid as text": whole('"A"'), "price as list": whole(top='"method": "relative_price", "price": []'),
    "criteria as object": whole(top='"method": "lowest_price", "criteria": {}'),
    "scores as empty list": whole('{"id": "A", "price": "1", "scores": []}'),
    "scores as zero": whole('{"id": "A", "price": "1", "scores": 0}'),
    "costs as false": whole('{"id": "A", "price": "1", "costs": false}'),
    "id as number": whole('{"id": 1, "price": "1"}'), "id blank": whole('{"id": " ", "price": "1"}'),
    "id half a sign": whole('{"id": "\\ud800", "price": "1"}'), "id over lines": whole('{"id": "A\\nB", "price": "1"}'),
    "id turning text": whole('{"id": "A\\u202eB", "price": "1"}'), "id endless": whole(f'{{"id": "{"A" * 300}", "price": "1"}}'),
    "same name twice": whole('{"id": "A", "price": "1", "price": "2"}'),
    "same score twice": whole('{"id": "A", "price": "1", "scores": {"q": "1", "q": "60"}}'),
    **{
        f"price {number}": whole(f'{{"id": "A", "price": {number}, "scores": {{"q": "1"}}}}')
        for number in (
            "NaN", "Infinity", "-Infinity", '"NaN"', '"Infinity"', '"1,50"', '"1.000,50"', '"€ 1"', '"1_000"', '" 1"',
            '"1 "', '""', '"١"', '"１"', '"0x10"', '"1e"', '"1e9999999"', "1e9999999", '"1e61"', "true", "[1]", "{}",
            '"1/0"', '"1/"', '"/1"', '"1/2/3"', f'"{"1/" * 100_000}1"', f'"{"9" * 61}"', f'"0.{"9" * 100}"', '"--1"', '"+-1"',
        )
    },
    "day": whole('{"id": "A", "costs": [{"on": "1-1-2027", "amount": "1"}]}', '"method": "life_cycle_cost"'),
    "day as week": whole('{"id": "A", "costs": [{"on": "2027-W01-1", "amount": "1"}]}', '"method": "life_cycle_cost"'),
    "day that is not": whole('{"id": "A", "costs": [{"on": "2027-02-30", "amount": "1"}]}', '"method": "life_cycle_cost"'),
    "day as number": whole('{"id": "A", "costs": [{"on": 20270101, "amount": "1"}]}', '"method": "life_cycle_cost"'),
    "no amount": whole('{"id": "A", "costs": [{"on": "2027-01-01"}]}', '"method": "life_cycle_cost"'),
    "first day": whole(top='"method": "life_cycle_cost", "price": {"discount_from": "soon"}'),
}  # fmt: skip


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_what_is_no_input_ends_with_two_and_one_clear_line(content, tmp_path, capsys):
    code, out, err = run(tmp_path, capsys, content, "--json")
    assert (code, out) == (2, ""), err
    assert err.count("\n") == 1
    assert 20 < len(err) < 400


SUPER = '"method": "superformule", "criteria": [{"id": "q"}], "price": {"reference": "1", "reference_quality": "0.5", "exponent": %s}'
REFUSED = {
    "price zero": whole('{"id": "A", "price": "0", "scores": {"q": "1"}}'),
    "price below": whole('{"id": "A", "price": "-0.01", "scores": {"q": "1"}}'),
    "no price": whole('{"id": "A", "scores": {"q": "1"}}'), "score above": whole('{"id": "A", "price": "1", "scores": {"q": "60.01"}}'),
    "score below": whole('{"id": "A", "price": "1", "scores": {"q": "-1"}}'), "no score": whole('{"id": "A", "price": "1"}'),
    "score for nothing": whole('{"id": "A", "price": "1", "scores": {"q": "1", "x": "1"}}'),
    "two with one id": whole(f"{BID}, {BID}"), "two criteria with one id": whole(BID, TOP.replace("]", ', {"id": "q", "max_points": "1"}]')),
    "no weight": whole(BID, '"method": "relative_price", "criteria": [{"id": "q", "max_points": "60"}]'),
    "exponent too large to compute": whole('{"id": "A", "price": "3", "scores": {"q": "1"}}', SUPER % '"1e50"'),
    "exponent too small to compute": whole('{"id": "A", "price": "3", "scores": {"q": "0.2"}}', SUPER % '"100000000.5"'),
    "exponent zero": whole(BID, SUPER % "0"), "quality zero": whole('{"id": "A", "price": "3", "scores": {"q": "0"}}', SUPER % "1"),
    "rate": whole('{"id": "A", "costs": [{"on": "2027-01-01", "amount": "1"}]}', '"method": "life_cycle_cost", "price": {"discount_rate": "-1"}'),
    "no costs": whole(BID, '"method": "life_cycle_cost"'), "range turned": whole(BID, TOP.replace("relative_price", "fixed_price_range").replace('"40"', '"40", "min": "2", "max": "1"')),
    "log base one": whole(BID, TOP.replace("relative_price", "log_price").replace('"40"', '"40", "log_base": "1"')),
}  # fmt: skip


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_scored_ends_with_one_and_one_clear_line(content, tmp_path, capsys):
    code, out, err = run(tmp_path, capsys, content)
    assert (code, out) == (1, ""), err
    assert err.count("\n") == 1


def test_a_folder_and_a_missing_file_end_with_two(tmp_path, capsys):
    for place in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(SystemExit) as stop:
            score.main([str(place)], prog_name="cwb score")
        assert stop.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_fractions_are_read_exactly(tmp_path, capsys):
    code, out, _ = run(
        tmp_path, capsys, whole('{"id": "A", "price": "1/3", "scores": {"q": "-0/7"}}'), "--json"
    )
    assert code == 0
    assert json.loads(out)["winner"] == "A"


def test_the_command_itself_loads_no_pages_and_no_tables(tmp_path):
    file = tmp_path / "in.json"
    file.write_text(whole())
    code = (
        "import sys; from cwb.entry import main; sys.argv = ['cwb', 'score', sys.argv[1], '--json']\n"
        "try: main()\n"
        "except SystemExit as stop: print(stop.code, [m for m in ('flask', 'sqlalchemy', 'psycopg') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"
