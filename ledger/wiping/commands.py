"""`cwb payments wipe`: names and account numbers that are kept no longer, counted or wiped."""

import json

import click

from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.runtime import writing
from ledger.wiping.queries import due
from ledger.wiping.services import wipe_numbers


@click.group("payments")
def payments() -> None:
    """Payments of invoices."""


@payments.command("wipe")
@click.option("--dry-run", is_flag=True, help="Count, and wipe nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def wipe(dry_run: bool, as_json: bool) -> None:
    """Wipe names and account numbers of payers and payees past their time: the worker does so every night."""
    with writing() as session:
        at = clock.now()
        rows = due(session, local_date(at)) if dry_run else wipe_numbers(session, at=at)
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "rows": rows}))
        return
    for table, count in rows.items():
        click.echo(f"{table}: {count} {'due' if dry_run else 'wiped'}")
