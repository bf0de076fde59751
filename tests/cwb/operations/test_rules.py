"""A backup's manifest: read strictly, compared whole."""

import pytest

from cwb.operations import rules
from cwb.operations.errors import BackupDamaged, BackupUnreadable
from cwb.operations.rules import Manifest, Part

PART = {"sha256": "ab", "bytes": 3}
FACTS = {
    "format": 1,
    "version": "0.1.0",
    "made_at": "2026-09-01T10:00:00+00:00",
    "revision": "0001_ground",
    "postgres": 18,
    "heads": {"audit_seal": "cd"},
    "parts": {"database.dump": PART, "keys/secret_key": PART},
}


def test_what_was_written_is_read_back():
    manifest = rules.read_manifest(FACTS, file="x")
    assert rules.read_manifest(manifest.as_json(), file="x") == manifest


@pytest.mark.parametrize(
    "broken",
    [
        [],
        None,
        {**FACTS, "format": 2},
        {name: fact for name, fact in FACTS.items() if name != "revision"},
        {**FACTS, "parts": {"keys/secret_key": PART}},
        {**FACTS, "parts": {"database.dump": {"sha256": "ab"}}},
        {**FACTS, "parts": []},
    ],
)
def test_a_strange_manifest_is_refused(broken):
    with pytest.raises(BackupUnreadable):
        rules.read_manifest(broken, file="x")


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/passwd",
        "keys/../../x",
        "keys/..",
        "keys/.",
        "keys//x",
        "keys/",
        "mail/x",
        "keys\\x",
        "keys",
    ],
)
def test_a_part_outside_its_folder_is_refused(name):
    with pytest.raises(BackupUnreadable):
        rules.read_manifest({**FACTS, "parts": {"database.dump": PART, name: PART}}, file="x")


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"database.dump": Part("ab", 3)},
        {"database.dump": Part("ab", 3), "keys/secret_key": Part("xx", 3)},
        {"database.dump": Part("ab", 3), "keys/secret_key": Part("ab", 3), "keys/more": Part("", 0)},
    ],
)
def test_a_missing_changed_or_added_part_is_named(found):
    manifest = Manifest(
        "0.1.0", "", "", 18, {}, {"database.dump": Part("ab", 3), "keys/secret_key": Part("ab", 3)}
    )
    with pytest.raises(BackupDamaged):
        rules.check_parts(manifest, found)


def test_all_parts_whole_is_silent():
    parts = {"database.dump": Part("ab", 3)}
    rules.check_parts(Manifest("0.1.0", "", "", 18, {}, parts), dict(parts))
