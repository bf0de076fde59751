"""`cwb clear`: the largest set-off of a file of obligations, without a database."""

import json
from pathlib import Path
from time import perf_counter

import click

from ledger.netting.errors import ObligationsUnreadable
from ledger.netting.gateway import SOLVER, read_obligations, solve, write_cleared
from ledger.share.rules import euro, ratio

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--credit", type=_FILE, help="CSV party,may_borrow,may_hold: a source of liquidity.")
@click.option("--out", type=_FILE, help="Write what is set off per pair to this CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def clear(*, file: Path, credit: Path | None, out: Path | None, as_json: bool) -> None:
    """Set off the obligations in FILE (columns debtor, creditor, amount): the most there is."""
    begun = perf_counter()
    try:
        net, rows = read_obligations(file, credit)
    except ObligationsUnreadable as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(2) from None
    found = solve(net)
    if out is not None:
        try:
            write_cleared(found, out)
        except OSError as fault:
            click.echo(f"{out} kan niet worden geschreven: {fault.strerror}", err=True)
            raise click.exceptions.Exit(2) from None
    answer = {
        "obligations": rows,
        "parties": len(net.parties),
        "pairs": len(net.amount),
        "total": euro(net.total),
        "cleared": euro(found.total),
        "cleared_share": ratio(found.share),
        "net_internal_debt": euro(net.net_internal_debt),
        "credit_used": euro(found.credit_used),
        "proven": found.proven,
        "solver": SOLVER,
        "seconds": round(perf_counter() - begun, 3),
    }
    if as_json:
        click.echo(json.dumps(answer))
    else:
        click.echo("\n".join(f"{name}: {'-' if value is None else value}" for name, value in answer.items()))
