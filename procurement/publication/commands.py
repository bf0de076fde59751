"""`cwb ocds`: the release package as a file, and publishing what was there before."""

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cwb.config import Config
from cwb.kernel.runtime import reading, writing
from procurement.publication import gateway, queries, services
from procurement.publication.errors import NothingPublished


@click.group()
def ocds() -> None:
    """Open data of tenders (OCDS 1.1.5)."""


@ocds.command()
@click.option("--tender", "number", help="Only this tender, by its number.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to FILE; it appears when it is whole.")
@click.option("--core", is_flag=True, help="Leave out what needs an extension.")
def export(number: str | None, out: Path | None, *, core: bool) -> None:
    """One release package of everything published. Exit 1: nothing is; 2: FILE cannot be written."""
    config = Config.from_environment()
    setting = gateway.setting(config)
    with reading(config) as session:
        try:
            found = _found(session, number)
        except NothingPublished as fault:
            click.echo(fault.text(), err=True)
            sys.exit(1)
        address = f"/tenders/{number}/ocds.json" if number else "/data/ocds/releases.json"
        pieces = services.package(session, found, setting, uri=setting.base_url + address, core=core)
        if out is None:
            for piece in pieces:
                click.echo(piece, nl=False)
        else:
            _write(out, pieces)


def _found(session: Session, number: str | None) -> queries.Shelf:
    tender_id = queries.published_tender(session, number) if number else None
    found = queries.shelf(session, tender_id=tender_id)
    if not found.total:
        raise NothingPublished
    return found


def _write(out: Path, pieces: Iterator[str]) -> None:
    """Beside the wanted place first, so that no half file is ever there."""
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.writelines(pieces)
        part.replace(out)
    except OSError as fault:
        with contextlib.suppress(OSError):
            part.unlink()
        click.echo(f"{out}: {fault.strerror or 'cannot be written'}", err=True)
        sys.exit(2)


@ocds.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def publish(*, as_json: bool) -> None:
    """Publish what is public and not in open data yet, of before this began. What is there never changes."""
    config = Config.from_environment()
    with writing(config) as session:
        added = services.catch_up(session, setting=gateway.setting(config), whole=True)
    print(json.dumps({"added": added}) if as_json else f"{added} releases added")
