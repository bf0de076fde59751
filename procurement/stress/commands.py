"""`cwb score FILE` and `cwb score stress FILE`: the same word, with ranking a file as what it does alone."""

import json
import sys
from pathlib import Path

import click

from procurement.scoring import commands as scoring
from procurement.scoring.errors import ScoreInputInvalid
from procurement.stress import gateway, rules


class Ranking(click.Group):
    """A group whose first word is a file, unless it names a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the usual command before a file or its options."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["rank", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Ranking)
def score() -> None:
    """Rank the bids of a FILE, or test a scoring before it is published (`stress FILE`)."""


score.add_command(scoring.score, "rank")


@score.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stress(file: Path, *, as_json: bool) -> None:
    """Play simulated bids on the scoring of FILE. Exit 1: cannot be scored; 2: no readable input."""
    try:
        setup = gateway.read(scoring.load(file))
    except ScoreInputInvalid as fault:
        click.echo(fault.text(), err=True)
        sys.exit(2)
    report = rules.test(setup)
    if as_json:
        print(json.dumps(gateway.written(report), ensure_ascii=False))
        return
    for each in report.findings:
        print(f"{each.tone:<5} {rules.TEXTS[each.id] % each.facts}")
