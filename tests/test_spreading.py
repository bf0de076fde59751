"""Tests that share something dear are run by one process."""

from pathlib import Path

import pytest

from tests.spreading import group_of, together

GROUPED = sorted(
    str(file)
    for file in Path("tests").rglob("test_*.py")
    if "mark.xdist" + "_group(" in file.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("file", GROUPED)
def test_each_group_that_a_file_names_is_seen(file):
    assert group_of(file) is not None


def test_a_group_is_handed_out_whole_a_file_without_one_by_itself():
    demo = {together(f"{file}::test") for file in GROUPED if group_of(file) == "demo"}
    assert demo == {"demo"}
    assert together("tests/test_spreading.py::test[a::b]") == "tests/test_spreading.py"


def test_whoever_asks_for_the_demo_is_in_its_group():
    """Else another process would live the whole year again."""
    asking = [
        str(file)
        for file in Path("tests").rglob("test_*.py")
        if file.name != "test_spreading.py"
        and any(
            f"demo_{what}" in file.read_text(encoding="utf-8") for what in ("site", "app", "enter", "walk")
        )
    ]
    assert len(asking) > 5
    assert {file for file in asking if group_of(file) != "demo"} == set()
