"""`cwb spend sample`: whoever has the seed and the lines draws the auditor's sample again."""

from pathlib import Path

import click

from ledger.samples.errors import PopulationUnreadable
from ledger.samples.gateway import read_lines
from ledger.samples.rules import METHODS, draw, population_hash


@click.group("spend")
def spend() -> None:
    """Local spend: import, measure, check."""


@spend.command("sample")
@click.argument("lines", type=click.Path(path_type=Path))
@click.option("--seed", required=True, help="The seed that was written down before drawing.")
@click.option("--size", required=True, type=click.IntRange(1), help="How many lines or euros.")
@click.option("--method", required=True, type=click.Choice([each.value for each in METHODS]))
def sample(lines: Path, seed: str, size: int, method: str) -> None:
    """Draw a sample from LINES (CSV: id, amount): the hash of all lines, then a drawn id a line, with its hits."""
    try:
        found = read_lines(lines)
    except PopulationUnreadable as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(2) from None
    click.echo(population_hash(found), err=True)
    for each in draw(found, method=method, seed=seed, size=size):
        click.echo(f"{each.line.key},{each.hits}")
