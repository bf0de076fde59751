"""`cwb spend bounds`: the measure on a file, without a database."""

import json
from pathlib import Path

import click

from ledger.share.errors import UnitsUnreadable
from ledger.share.gateway import read_units
from ledger.share.rules import share_of, written


@click.group("spend")
def spend() -> None:
    """Local spend: import, measure, check."""


@spend.command("bounds")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bounds(file: Path, as_json: bool) -> None:
    """The share proven local in FILE (columns supplier, amount, amount_high, class), with bounds."""
    try:
        rows = read_units(file)
    except UnitsUnreadable as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(2) from None
    answer = written(share_of(rows))
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo("\n".join(f"{name}: {'-' if value is None else value}" for name, value in answer.items()))
