"""`cwb invoice build`: an electronic invoice from data alone."""

import json
from decimal import Decimal
from pathlib import Path

import click

from ledger.ubl.errors import InvoiceUnreadable
from ledger.ubl.gateway import codes, xml_of
from ledger.ubl.rules import Profile, read


@click.group("invoice")
def invoice() -> None:
    """Electronic invoices."""


@invoice.command("build")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--profile", type=click.Choice([each.value for each in Profile]), required=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here; else to the screen."
)
def build(file: Path, profile: str, out: Path | None) -> None:
    """Make the invoice in FILE (JSON) a UBL 2.1 document; needs no database.

    When the data cannot make a lawful invoice in the profile, every fault is named and nothing is written.
    """
    try:
        data = json.loads(file.read_bytes(), parse_float=Decimal)
        document, faults = read(data, Profile(profile), codes())
    except (ValueError, RecursionError, InvoiceUnreadable):
        click.echo(InvoiceUnreadable().text(), err=True)
        raise SystemExit(2) from None
    if document is None:
        for fault in faults:
            click.echo(f"{fault.field}: {fault.text()} [{type(fault).__name__}]", err=True)
        raise SystemExit(1)
    if out is None:
        click.echo(xml_of(document), nl=False)
    else:
        out.write_bytes(xml_of(document))
