"""`cwb currency measure`: the measures of a local currency on a file, without a database."""

import json
from pathlib import Path

import click

from ledger.circulation.errors import TransfersUnreadable, WindowInvalid
from ledger.circulation.gateway import cents, instant, read_transfers
from ledger.circulation.rules import measured


@click.group("currency")
def currency() -> None:
    """Local currency: measure."""


@currency.command("measure")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from", "start", metavar="DAY|INSTANT", help="Measure from here; else from the first transfer."
)
@click.option("--to", "end", metavar="DAY|INSTANT", help="Up to here, not including it; else all.")
@click.option("--ceiling", metavar="AMOUNT", help="The most that an account may hold.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def measure(file: Path, *, start: str | None, end: str | None, ceiling: str | None, as_json: bool) -> None:
    """Volume, stock, velocity, hops and leakage of the transfers in FILE (at, from, to, amount, kind)."""
    most = None if ceiling is None else cents(ceiling)
    if ceiling is not None and most is None:
        raise click.BadParameter(f"{ceiling!r} is no amount such as 150.00", param_hint="--ceiling")
    try:
        window = [None if each is None else instant(each) for each in (start, end)]
        answer = measured(read_transfers(file), start=window[0], end=window[1], ceiling=most)
    except (TransfersUnreadable, WindowInvalid) as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(2) from None
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo("\n".join(_lines(answer)))


def _lines(answer: dict[str, object], before: str = "") -> list[str]:
    """Each figure on a line of its own."""
    lines = []
    for name, value in answer.items():
        if isinstance(value, dict):
            lines += _lines(value, f"{before}{name}.")
        elif isinstance(value, list):
            lines.append(f"{before}{name}: {' '.join('-' if each is None else each for each in value)}")
        else:
            lines.append(f"{before}{name}: {'-' if value is None else value}")
    return lines
