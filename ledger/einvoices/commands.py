"""`cwb invoice ubl`: an invoice made here as an electronic document."""

from pathlib import Path

import click

from cwb.kernel.runtime import reading
from ledger.einvoices.gateway import outcomes
from ledger.einvoices.queries import numbered
from ledger.ubl.gateway import xml_of
from ledger.ubl.rules import Profile


@click.group("invoice")
def invoice() -> None:
    """Electronic invoices."""


@invoice.command("ubl")
@click.argument("number")
@click.option("--profile", type=click.Choice([each.value for each in Profile]), required=True)
@click.option("--seller", default="", help="KvK number, where two sellers have an invoice of this number.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here; else to the screen."
)
def ubl(number: str, profile: str, seller: str, out: Path | None) -> None:
    """Write the invoice with this NUMBER as UBL 2.1, or name all that keeps it from being lawful in the profile."""
    with reading() as session:
        found = numbered(session, number, seller_kvk=seller)
        if len(found) != 1:
            sellers = ", ".join(f"{each.seller.name} (--seller {each.seller.kvk_number})" for each in found)
            click.echo(f"{number}: {sellers}" if found else f"no invoice {number} was sent", err=True)
            raise SystemExit(1)
        document, faults = outcomes(session, found[0], (Profile(profile),))[0][1:]
    if document is None:
        for fault in faults:
            click.echo(f"{fault.field}: {fault.text()} [{type(fault).__name__}]", err=True)
        raise SystemExit(1)
    if out is None:
        click.echo(xml_of(document), nl=False)
    else:
        out.write_bytes(xml_of(document))
