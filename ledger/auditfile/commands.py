"""`cwb ledger xaf`: the books of an organisation over a year as an auditfile."""

from pathlib import Path

import click
from sqlalchemy import select

from cwb.identity.models import Organisation
from cwb.kernel import clock
from cwb.kernel.runtime import reading
from ledger.auditfile.gateway import write_auditfile


@click.group()
def ledger() -> None:
    """The books: verify, seal, export."""


@ledger.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--kvk", required=True, help="KvK number of the organisation.")
@click.option("--year", type=click.IntRange(1900, 2200), required=True)
def xaf(*, out: Path, kvk: str, year: int) -> None:
    """Write the books of one organisation over a year to OUT, as an auditfile (XAF 3.2) with RGS codes."""
    if out.exists():
        click.echo(f"{out} bestaat al. Er is niets geschreven.", err=True)
        raise SystemExit(2)
    with reading() as session:
        party = session.scalar(select(Organisation).where(Organisation.kvk_number == kvk))
        if party is None:
            click.echo(f"{kvk}: geen organisatie met dit KvK-nummer.", err=True)
            raise SystemExit(2)
        unfinished = out.with_name(f".{out.name}.unfinished")
        try:
            with unfinished.open("wb") as file:
                write_auditfile(session, party, year, file, at=clock.now())
            unfinished.replace(out)
        except OSError as fault:
            click.echo(f"{out} kan niet worden geschreven: {fault.strerror}", err=True)
            raise SystemExit(2) from None
