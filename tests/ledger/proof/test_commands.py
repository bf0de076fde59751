"""The commands on a database that really commits; exports added up by others."""

import csv
import json
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.transaction import atomic
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account, open_currency
from ledger.books import services
from ledger.books.rules import Leg
from ledger.proof.commands import ledger

FIELDS = ["transfers", "entries", "unbalanced", "cache_mismatches", "limit_breaches", "chain", "head"]


@pytest.fixture
def run(database_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    return lambda *arguments: CliRunner().invoke(ledger, [str(each) for each in arguments])


@pytest.fixture
def sessions(database_url):
    engine = make_engine(database_url)
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def books(sessions, make_party, at):
    """Two parties and currencies, a reservation, a reversal."""
    with sessions() as session, atomic(session):
        open_currency(session, code="WIJK", name="Wijkuren", scale=0, kind="appreciation")
        for _ in range(2):
            party = make_party(session)
            bank = open_account(session, party_id=party, role=Role.BANK, subkey='a "b"')
            revenue = open_account(session, party_id=party, role=Role.REVENUE)
            hours = open_account(session, party_id=party, role=Role.WALLET, currency="WIJK")
            issued = open_account(session, party_id=party, role=Role.ISSUED, currency="WIJK")
            legs = [Leg(bank, 12_345), Leg(revenue, -12_345), Leg(hours, 3), Leg(issued, -3)]
            posted = services.post(session, key=f"{party}/k", kind="payment", legs=legs, at=at, note="geheim")
            services.reverse(session, key=f"{party}/r", transfer_id=posted.transfer_id, at=at)
            services.post(session, key=f"{party}/l", kind="payment", legs=legs, at=at)
            services.pend(session, key=f"{party}/p", kind="payment", legs=legs, at=at)


def test_verify_prints_what_the_contract_says(run, books):
    assert json.loads(run("seal", "--json").output)["sealed"] == 8
    done = run("verify", "--json")
    found = json.loads(done.output)
    assert done.exit_code == 0
    assert list(found)[:5] == FIELDS[:5]
    assert (found["transfers"], found["entries"], found["chain"], found["unsealed"]) == (8, 24, "ok", 0)
    assert len(found["head"]) == 64
    assert found["head"] in run("verify").output
    assert found["head"] in run("seal").output


def test_verify_says_no_when_something_is_wrong(run, books, sessions):
    with sessions() as session, atomic(session):
        session.execute(text("UPDATE account SET posted = posted + 1 WHERE role = 'bank'"))
    done = run("verify", "--json")
    assert done.exit_code == 1
    assert json.loads(done.output)["cache_mismatches"] == 2


def test_empty_books_verify_and_export(run, tmp_path):
    assert run("verify", "--json").exit_code == 0
    assert run("export", "--format", "beancount", tmp_path / "empty.beancount").exit_code == 0


def added_up(lines):
    """Another reading of Beancount text: sums per transaction and account, and the assertions made."""
    totals, asserted, transaction = defaultdict(Decimal), {}, defaultdict(Decimal)
    for line in [*lines, ""]:
        words = line.split()
        if not words:
            assert not any(transaction.values())
            transaction.clear()
        elif line.startswith("  ") and ":" in words[0] and not words[0].endswith(":"):
            totals[words[0]] += Decimal(words[1])
            transaction[words[2]] += Decimal(words[1])
        elif words[1:2] == ["balance"]:
            asserted[words[2]] = Decimal(words[3])
    return totals, asserted


def test_the_beancount_export_adds_up(run, books, tmp_path):
    out = tmp_path / "books.beancount"
    assert run("export", "--format", "beancount", out).exit_code == 0
    totals, asserted = added_up(out.read_text(encoding="utf-8").splitlines())
    assert len(asserted) == 8
    assert {name: totals.get(name, Decimal(0)) for name in asserted} == asserted
    assert "geheim" not in out.read_text(encoding="utf-8")


def test_beancount_itself_agrees(bean_check, run, books, tmp_path):
    out = tmp_path / "books.beancount"
    run("export", "--format", "beancount", out)
    done = subprocess.run([bean_check, str(out)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_csv_export_recomputes_itself_and_notices_a_change(run, books, tmp_path):
    run("seal")
    out = tmp_path / "books"
    assert run("export", "--format", "csv", out).exit_code == 0
    head = json.loads(run("verify", "--json").output)["head"]
    script = [sys.executable, "-I", "recompute_chain.py"]
    done = subprocess.run(script, cwd=out, capture_output=True, text=True, check=True)
    assert done.stdout == f"8 links fit; head {head}\n"
    with (out / "lines.csv").open(encoding="utf-8", newline="") as file:
        sums = defaultdict(int)
        for row in csv.DictReader(file):
            sums[row["transfer"], row["party"], row["currency"]] += int(row["amount"])
    assert not any(sums.values())
    changed = (out / "lines.csv").read_text(encoding="utf-8").replace("12345", "12346", 1)
    (out / "lines.csv").write_text(changed, encoding="utf-8")
    done = subprocess.run(script, cwd=out, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "does not fit" in done.stderr


def test_an_export_overwrites_nothing_and_leaves_no_half(run, books, tmp_path):
    there = tmp_path / "there"
    there.write_text("mine", encoding="utf-8")
    done = run("export", "--format", "csv", there)
    assert done.exit_code == 2
    assert there.read_text(encoding="utf-8") == "mine"
    assert run("export", "--format", "beancount", tmp_path / "no" / "folder").exit_code == 2
    assert [each.name for each in tmp_path.iterdir()] == ["there"]
