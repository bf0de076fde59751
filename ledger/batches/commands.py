"""`cwb payments batch`: a file of transfers for the bank."""

import json
from pathlib import Path

import click

from cwb.kernel import clock
from cwb.kernel.errors import Refusal, RuleBroken
from cwb.kernel.runtime import writing
from ledger.batches.services import make_batch
from ledger.uploads.queries import anchor as anchor_named


@click.group("payments")
def payments() -> None:
    """Payments of invoices."""


@payments.command("batch")
@click.option("--anchor", required=True, help='KvK number, public id, or "demo".')
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Write the file here."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def batch(anchor: str, out: Path, as_json: bool) -> None:
    """Write all approved invoices of an anchor that are in no open batch as pain.001, each on its last day to pay."""
    faults: list[RuleBroken] = []
    try:
        if not out.parent.is_dir():
            raise click.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
        with writing() as session:
            made = make_batch(
                session, payer=anchor_named(session, anchor), actor=None, at=clock.now(), faults=faults
            )
            out.write_bytes(made.content.encode())
            answer = {
                "batch": str(made.public_id), "transfers": made.transfers, "sum": made.money.plain(),
                "iban": made.iban, "sha256": made.checksum,
                "left_out": [{"fault": each.text(), "code": type(each).__name__} for each in faults],
            }  # fmt: skip
    except OSError as fault:
        click.echo(f"cannot write {out}: {fault.strerror}", err=True)
        raise click.exceptions.Exit(2) from None
    except Refusal as refusal:
        for each in (*faults, refusal):
            click.echo(each.text(), err=True)
        raise click.exceptions.Exit(1) from None
    click.echo(json.dumps(answer) if as_json else made_line(answer))
    for each in faults:
        click.echo(each.text(), err=True)


def made_line(answer: dict[str, object]) -> str:
    """What was made, in one line."""
    return "batch {batch}: {transfers} transfers, {sum} EUR from {iban}, sha256 {sha256}".format(**answer)
