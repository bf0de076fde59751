"""The demo year, added up by Beancount and compared with our own trial balances."""

import json
import subprocess
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.kernel.database import make_engine
from cwb.kernel.period import Period
from ledger.accounts.models import Account
from ledger.books.queries import trial_balance
from ledger.proof.commands import ledger

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

ADD_UP = """
import json, sys
from beancount import loader
from beancount.core import data, realization
entries, faults, _options = loader.load_file(sys.argv[1])
assert not faults, faults[:3]
found = {}
for real in realization.iter_children(realization.realize(entries)):
    for position in real.balance:
        found[f"{real.account} {position.units.currency}"] = str(position.units.number)
counted = sum(isinstance(each, data.Transaction) for each in entries)
print(json.dumps({"transactions": counted, "balances": found}))
"""


def test_beancount_and_our_trial_balances_agree_on_the_demo_year(
    bean_check, demo_site, tmp_path, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", demo_site.url)
    out = tmp_path / "demo.beancount"
    run = lambda *words: CliRunner().invoke(ledger, [str(each) for each in words])  # noqa: E731
    assert run("export", "--format", "beancount", out).exit_code == 0
    done = subprocess.run([bean_check, str(out)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")

    python = bean_check.read_text(encoding="utf-8").partition("\n")[0].removeprefix("#!").strip()
    added = subprocess.run([python, "-c", ADD_UP, str(out)], capture_output=True, text=True, check=True)
    theirs = json.loads(added.stdout)

    verified = json.loads(run("verify", "--json").output)
    assert theirs["transactions"] <= verified["transfers"]
    assert theirs["transactions"] > 100
    sums = defaultdict(Decimal)
    for name, number in theirs["balances"].items():
        account, currency = name.split()
        sums[int(account.rpartition(":A")[2]), currency] += Decimal(number)
    assert sums == ours(demo_site.url)


def ours(url):
    """(account, currency) → balance, from the trial balance of each set of books; zero ones left out."""
    engine = make_engine(url)
    ever = Period(date(2000, 1, 1), date(2100, 1, 1))
    with Session(engine) as session:
        lines = [
            line
            for party in session.scalars(select(Account.party_id).distinct())
            for line in trial_balance(session, party, ever).lines
        ]
    engine.dispose()
    assert {line.closing.currency for line in lines} == {"EUR"}
    return {
        (line.account.id, line.closing.currency): Decimal(line.closing.minor) / 100
        for line in lines
        if line.closing.minor
    }
