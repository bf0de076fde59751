"""`cwb ledger verify`, `cwb ledger seal` and `cwb ledger export`."""

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TextIO

import click
from sqlalchemy.orm import Session

from cwb import paths
from cwb.kernel import clock
from cwb.kernel.runtime import reading, writing
from ledger.proof import queries, rules, services

_SCRIPT = "recompute_chain.py"


@click.group()
def ledger() -> None:
    """The books: verify, seal, export."""


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(*, as_json: bool) -> None:
    """Recompute everything from the entries; exit 1 if anything is wrong."""
    with reading() as session:
        found = queries.verdict(session)
    facts = asdict(found)
    if as_json:
        print(json.dumps(facts))
    else:
        for name, value in facts.items():
            print(f"{name}: {value}")
    sys.exit(0 if found.sound else 1)


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def seal(*, as_json: bool) -> None:
    """Link every committed transfer that has no seal yet, in batches."""
    total, done = 0, services.BATCH
    while done == services.BATCH:
        with writing() as session:
            done = services.seal_transfers(session)
            tip = queries.chain_tip(session)
        total += done
    facts = {"sealed": total, "seq": tip.seq, "head": tip.hash.hex()}
    print(json.dumps(facts) if as_json else f"{total} sealed, {tip.seq} in all, head {tip.hash.hex()}")


@ledger.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["beancount", "csv"]), required=True)
def export(*, out: Path, form: str) -> None:
    """Write the complete books to OUT: a Beancount file, or a folder of CSV files with a chain check."""
    if out.exists():
        print(f"{out} bestaat al. Er is niets geschreven.", file=sys.stderr)
        sys.exit(2)
    unfinished = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with reading() as session:
            if form == "csv":
                write_csv(session, unfinished)
            else:
                write_beancount(session, unfinished)
        unfinished.replace(out)
    except OSError as fault:
        print(f"{out} kan niet worden geschreven: {fault.strerror}", file=sys.stderr)
        sys.exit(2)
    finally:
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        unfinished.unlink(missing_ok=True)


def write_beancount(session: Session, path: Path) -> None:
    """The books as Beancount text: every posted transfer, and every balance asserted at the end."""
    accounts, scales = queries.exported_accounts(session), queries.scales(session)
    names = {account.id: account.name for account in accounts}
    totals = queries.balances(session)
    first, last = (clock.local_date(at) for at in queries.span(session))
    with path.open("w", encoding="utf-8") as file:
        _write(file, rules.beancount_head(first, accounts, scales))
        for transfer in queries.exported_transfers(session):
            if transfer.entries:
                day = clock.local_date(transfer.effective_at)
                _write(file, rules.beancount_transaction(transfer, day, names, scales))
        file.write("\n")
        after = last + timedelta(days=1)
        _write(
            file,
            (
                rules.beancount_balance(after, account, totals.get(account.id, 0), scales[account.currency])
                for account in accounts
            ),
        )


def _write(file: TextIO, lines: Iterable[str]) -> None:
    file.writelines(f"{line}\n" for line in lines)


def write_csv(session: Session, folder: Path) -> None:
    """The books as CSV files (amounts in minor units) and a script of twenty lines that recomputes the chain."""
    folder.mkdir()
    _table(folder / "currencies.csv", ("code", "scale"), sorted(queries.scales(session).items()))
    _table(
        folder / "accounts.csv",
        ("id", "name", "party", "kind", "role", "currency", "subkey"),
        (
            (a.id, a.name, a.party, a.kind, a.role, a.currency, a.subkey)
            for a in queries.exported_accounts(session)
        ),
    )
    _transfers(session, folder)
    _table(
        folder / "seals.csv",
        ("seq", "transfer", "hash"),
        ((seq, transfer_id, sealed.hex()) for seq, transfer_id, sealed in queries.sealed_links(session)),
    )
    script = paths.templates() / "ledger" / "proof" / f"{_SCRIPT}.txt"
    shutil.copyfile(script, folder / _SCRIPT)


def _transfers(session: Session, folder: Path) -> None:
    with (
        (folder / "transfers.csv").open("w", encoding="utf-8", newline="") as heads,
        (folder / "lines.csv").open("w", encoding="utf-8", newline="") as lines,
    ):
        head, line = csv.writer(heads), csv.writer(lines)
        fields = (
            "id",
            "step",
            "kind",
            "intent",
            "pending_of",
            "reverses",
            "request",
            "note",
            "effective_at",
            "created_at",
        )
        head.writerow(fields)
        line.writerow(("list", "transfer", "account", "party", "currency", "amount", "version", "balance"))
        for transfer in queries.exported_transfers(session):
            content = transfer.content()
            head.writerow("" if content[field] is None else content[field] for field in fields)
            for name, rows in (("entries", transfer.entries), ("holds", transfer.holds)):
                line.writerows((name, transfer.id, *row) for row in rows)


def _table(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
