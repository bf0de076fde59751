"""`cwb spend verify`: whether the sums per quarter are those of the lines."""

import json

import click

from cwb.kernel.runtime import writing
from ledger.rollups import queries, services


@click.group("spend")
def spend() -> None:
    """Local spend: import, measure, check."""


@spend.command("verify")
@click.option("--rebuild", is_flag=True, help="Sum up all lines anew first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(*, rebuild: bool, as_json: bool) -> None:
    """Compare the sums that the figures are read from with the lines; exit 1 on any difference."""
    with writing() as session:
        if rebuild:
            services.rebuild(session)
        found = queries.verify(session)
    if as_json:
        click.echo(json.dumps(found._asdict()))
    else:
        click.echo(f"{found.lines} lines, {found.differences} groups of the sums differ from them")
    if found.differences:
        raise click.exceptions.Exit(1)
