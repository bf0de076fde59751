"""Attacks on the number that no single rule answers: what stays apart, and what never reaches an award."""

import re
from pathlib import Path

from cwb import paths
from ledger.declarations.rules import LEVELS

ROOT = paths.templates().parent
MEASURES = (
    "spend",
    "figure",
    "share",
    "declarations",
    "landing",
    "multiplier",
    "targets",
    "splits",
    "comparison",
    "publication",
    "samples",
)
AWARDS = (
    "awards", "bids", "competitions", "consensus", "evaluation", "examinations", "invitations", "lowbids", "matching",
    "methods", "rescoring", "scoring",
)  # fmt: skip


def test_attack_20_the_measure_never_feeds_award_scores():
    files = [path for name in AWARDS for path in Path(ROOT / "procurement" / name).rglob("*.py")]
    assert len(files) > 50
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        for name in MEASURES
        if f"from ledger.{name}." in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_levels_are_named_apart_and_each_has_its_least_grade():
    assert {level: grade for level, (_text, grade) in LEVELS.items()} == {
        "L1a": 2, "L1b": 2, "L2": 3, "L3": 3, "L4": 3, "L5": 3,
    }  # fmt: skip


def test_every_attack_of_the_definition_stands_in_the_table_with_all_its_tests():
    """`docs/attacks.md` names what is there: no attack without a test, no test that is gone or left out."""
    text = Path(ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
    named = {
        (int(row[1]), path, test)
        for row in re.finditer(r"(?m)^\| ([0-9]+) \|.*$", text)
        for path, test in re.findall(r"`([\w/.]+)::(\w+)`", row[0])
    }
    tests = ROOT / "tests"
    written = {
        (int(found[2]), str(path.relative_to(tests)), found[1])
        for path in tests.rglob("test_*.py")
        for found in re.finditer(r"(?m)^def (test_attack_(\d\d)_\w+)", path.read_text(encoding="utf-8"))
    }
    assert named == written
    assert {number for number, _path, _test in named} == set(range(1, 21))
    for path, test in re.findall(r"`([\w/.]+)::(\w+)`", text):
        assert f"def {test}(" in (tests / path).read_text(encoding="utf-8"), test
