"""`cwb spend bounds`: the measure on a file, without a database."""

import json
from pathlib import Path

import click

from ledger.share.errors import UnitsUnreadable
from ledger.share.gateway import read_units
from ledger.share.rules import Share, ratio, share_of


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


def written(share: Share) -> dict[str, object]:
    """A share as the contract writes it: ratios to four decimals, amounts exact, None where undefined."""
    exact = share.total_low == share.total_high
    return {
        "lo": ratio(share.lo),
        "hi": ratio(share.hi),
        "coverage": ratio(share.coverage),
        "total": _euro(share.total_low) if exact else [_euro(share.total_low), _euro(share.total_high)],
        "publishable": share.publishable,
        "why": share.why,
    }


def _euro(minor: int | None) -> str | None:
    if minor is None:
        return None
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"
