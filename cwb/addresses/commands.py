"""`cwb area import-addresses`."""

import json
from datetime import datetime
from pathlib import Path

import click

from cwb.addresses.errors import TableRefused, TableUnreadable
from cwb.addresses.gateway import keep, read_table
from cwb.addresses.rules import check_whole
from cwb.config import Config
from cwb.places.gateway import area_pack


@click.group("area")
def area_group() -> None:
    """The area of this installation."""


@area_group.command("import-addresses")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--valid-from", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day the table holds from."
)
@click.option(
    "--source", default="CBS, buurt, wijk en gemeente voor postcode-huisnummer", help="Who published it."
)
@click.option(
    "--fewer", is_flag=True, help="The table rightly holds far fewer addresses than the present one."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_addresses(file: Path, valid_from: datetime, source: str, *, fewer: bool, as_json: bool) -> None:
    """Take the national table of addresses from FILE (CSV): buurten of the own gemeente, gemeenten by postcode."""
    config = Config.from_environment()
    try:
        area = area_pack(config)
        found = read_table(file, area)
        check_whole(found, len(area.addresses.buurten) if area.addresses else 0, fewer=fewer)
        keep(config, found, source=" ".join(source.replace(";", ",").split()), valid_from=valid_from.date())
    except TableUnreadable as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(2) from None
    except TableRefused as fault:
        click.echo(fault.text(), err=True)
        raise click.exceptions.Exit(1) from None
    facts = {"rows": found.rows, "addresses": len(found.buurten), "postcodes": len(found.gemeenten)}
    if as_json:
        click.echo(json.dumps(facts))
    else:
        click.echo("\n".join(f"{name}: {value}" for name, value in facts.items()))
