"""`cwb spend recompute`: every published figure, from the export alone."""

import json
from pathlib import Path

import click

from ledger.figure.errors import ExportUnreadable
from ledger.figure.gateway import read_export
from ledger.figure.rules import recompute as compare


@click.group("spend")
def spend() -> None:
    """Local spend: import, measure, check."""


@spend.command("recompute")
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def recompute(export: Path, as_json: bool) -> None:
    """Recompute every figure of the public EXPORT (JSON) from its own rows; exit 1 on any difference."""
    try:
        found = read_export(export)
        differences = compare(found)
    except (ExportUnreadable, KeyError, TypeError, ValueError, AttributeError) as fault:
        text = fault.text() if isinstance(fault, ExportUnreadable) else f"{export.name}: {fault!r}"
        click.echo(text.replace("\n", " "), err=True)
        raise click.exceptions.Exit(2) from None
    if as_json:
        signed = {"publication": found["publication"]} if "publication" in found else {}
        facts = {"ok": not differences, "period": found["period"], **signed, "differences": differences}
        click.echo(json.dumps(facts))
    elif not differences:
        click.echo(f"{found['period']}: every figure follows from the rows")
    for each in () if as_json else differences:
        click.echo(each, err=True)
    if differences:
        raise click.exceptions.Exit(1)
