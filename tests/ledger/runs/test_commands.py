"""`cwb spend undo` on a really committed database: the same checks as the page, and what it announces comes true."""

import json
from hashlib import sha256

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from cwb.cli import Cwb
from ledger.runs import commands
from ledger.spend.models import SpendImport, SpendLine
from tests.ledger.uploads.test_commands import GOOD, HEAD, run, sessions, stored

__all__ = ["run", "sessions", "stored"]
MORE = HEAD + "Jansen BV;F1;31-07-2026;1.250,00\nJansen BV;F2;01-08-2026;60,00-\n"


@pytest.fixture
def undo(run):
    group = Cwb("cwb")
    group.add_command(commands.spend)

    def call(named, *arguments, anchor="91111111", reason="verkeerd bestand", as_json=True):
        shape = ["--json"] if as_json else []
        facts = ["--anchor", anchor, "--reason", reason, *shape, *arguments]
        found = CliRunner().invoke(group, ["spend", "undo", named, *facts])
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        return (
            found.exit_code,
            json.loads(found.stdout) if as_json and found.stdout else found.stdout,
            found.stderr,
        )

    return call


@pytest.fixture
def counted(sessions):
    def count():
        with sessions() as session:
            return session.scalar(select(func.sum(SpendLine.net_amount)).where(SpendLine.weight != 0))

    return count


def test_a_file_is_taken_back_by_its_checksum_and_what_is_announced_comes_true(run, undo, counted, sessions):
    run(GOOD)
    run(MORE)
    digest = sha256(GOOD.encode()).hexdigest()
    before = counted()
    code, dry, _ = undo(digest[:12], "--dry-run")
    assert (code, counted(), dry["dry_run"]) == (0, before, True)
    assert (dry["lines"], dry["net"]) == (2, "-20.00"), "50.00 off and 10.00 go, 60.00 off comes"
    assert [each["sum"] for each in dry["kept"]] == ["1250.00"]
    code, wet, _ = undo(digest)
    assert (code, wet | {"dry_run": True}) == (0, dry)
    assert counted() - before == -2_000
    code, said, _ = undo(wet["import"])
    assert (code, said["reason"]) == (1, "ImportUndone")
    assert "lines: 0" not in undo(digest, as_json=False)[1]


def test_who_names_no_file_gives_no_reason_or_means_two_changes_nothing(run, undo, counted, sessions):
    run(GOOD)
    run(GOOD)
    before, digest = counted(), sha256(GOOD.encode()).hexdigest()
    with sessions() as session:
        ids = [str(each) for each in session.scalars(select(SpendImport.public_id).order_by(SpendImport.id))]
    assert undo(digest)[1]["reason"] == "ImportsAlike"
    assert all(each in undo(digest)[2] for each in ids)
    assert undo(ids[0], reason=" ")[1]["reason"] == "ReasonMissing"
    for named, anchor in ((digest[:11], "91111111"), ("%" * 12, "91111111"), (ids[0], "92222222")):
        assert undo(named, anchor=anchor)[0] == 1
    assert counted() == before
    assert undo(ids[0])[1]["lines"] == 0, "the other holds every line"
    assert undo(digest)[1]["lines"] == 3
